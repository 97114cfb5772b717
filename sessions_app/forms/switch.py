"""A yes or no that upstream has a default for."""

from typing import Any

from django import forms

WORDS = {"yes": "yes", "true": "yes", "on": "yes", "1": "yes", "no": "no", "false": "no", "off": "no", "0": "no"}


class Switch(forms.ChoiceField):
    """ "" is upstream's default: a field that nobody touched, or that was not in the form, sends nothing."""

    def __init__(self, label: str, default: bool = False, help_text: str = "") -> None:
        self.default = "yes" if default else "no"
        choices = [("", "Yes"), ("no", "No")] if default else [("", "No"), ("yes", "Yes")]
        super().__init__(label=label, required=False, choices=choices, help_text=help_text)

    def to_python(self, value: Any) -> str:
        word = WORDS.get(str(value or "").lower(), str(value or ""))
        return "" if word == self.default else word

    def clean(self, value: Any) -> bool | None:
        """True or False where it differs from the default, else None."""
        word = super().clean(value)
        return word == "yes" if word else None
