"""The form for a new token: whom it is for, what it may do, and for how long."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone

from sessions_app.models import Account, Project, Token

ME, ROBOT = "me", "robot"
ALL, SOME = "all", "some"
EXPIRIES = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "1 year", "": "Never"}
DEFAULTS = {"owner": ME, "right": Token.Right.READ.value, "reach": ALL, "expires": "90"}


def choice(label: str, choices: Sequence[tuple[str, str]], required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=required)


class NewToken(forms.Form):
    """Without `data`, the form as it opens. What only the database knows is left to `actions.tokens`."""

    owner = choice("For", [(ME, "Me"), (ROBOT, "A robot")])
    robot = forms.CharField(label="The robot's name", required=False, max_length=150)
    name = forms.CharField(label="Used by", required=False, max_length=100)
    right = choice("Right", [(Token.Right.READ, "Read"), (Token.Right.OPERATE, "Operate")])
    account = choice("Account", [])
    reach = choice("Projects", [(ALL, "All"), (SOME, "Some")])
    projects = forms.MultipleChoiceField(label="Which projects", required=False)
    expires = choice("Expires after", list(EXPIRIES.items()), required=False)

    def __init__(self, accounts: Sequence[Account], projects: Sequence[Project], data: Any = None) -> None:
        super().__init__(data, initial=DEFAULTS)
        several = len(accounts) > 1
        self._field("account").choices = [(str(account.pk), account.name) for account in accounts]
        self._field("account").required = several
        self._field("projects").choices = [
            (project.pk, f"{project} ({project.account})" if several else str(project)) for project in projects
        ]
        self.accounts = {str(account.pk): account for account in accounts}

    def _field(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        return field

    def _need(self, name: str, words: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, words)

    def clean(self) -> dict[str, Any]:
        """`robot` None is the person; `account` None where there is none; `projects` None is all of them."""
        data = super().clean() or self.cleaned_data
        if data.get("owner") == ROBOT:
            self._need("robot", "Give the robot a name.")
        if data.get("reach") == SOME:
            self._need("projects", "Choose at least one project.")
        days = data.get("expires")
        return {
            "robot": data.get("robot") if data.get("owner") == ROBOT else None,
            "name": data.get("name", ""),
            "right": data.get("right"),
            "account": self.accounts.get(data.get("account") or next(iter(self.accounts), "")),
            "projects": data.get("projects") if data.get("reach") == SOME else None,
            "expires": timezone.now() + timedelta(days=int(days)) if days else None,
        }
