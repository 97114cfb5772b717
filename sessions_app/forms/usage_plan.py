"""The form of what an account's plan says."""

from django import forms

from sessions_app.models import Account


class PlanForm(forms.ModelForm):
    class Meta:
        model = Account
        fields = ("cycle_day", "creations_per_minute", "kept_days")
        error_messages = {
            "cycle_day": {
                "min_value": "A day of the month is 1 to 31.",
                "max_value": "A day of the month is 1 to 31.",
                "invalid": "A day of the month is 1 to 31.",
            },
            "creations_per_minute": {"invalid": "Give a number, or nothing where it is not known."},
            "kept_days": dict.fromkeys(
                ("min_value", "max_value", "invalid"), "Give 1 to 3650 days, or nothing where it is not known."
            ),
        }
