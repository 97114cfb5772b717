"""The forms for a new context and a new extension."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from sessions_app.browserbase.fields import MAX_NAME
from sessions_app.models import Account, Project

from .extension_zip import problem_of


class NewContext(forms.Form):
    """`project` "" leaves it to upstream, where none is known yet."""

    project = forms.ChoiceField(label="Project", required=False)
    name = forms.CharField(label="Name", required=False, max_length=MAX_NAME)

    def __init__(self, projects: Sequence[Project], data: Any = None) -> None:
        super().__init__(data)
        several = len({project.account_id for project in projects}) > 1
        choices = [(project.pk, f"{project} ({project.account})" if several else str(project)) for project in projects]
        self.fields["project"] = forms.ChoiceField(label="Project", required=bool(choices), choices=choices)


class NewExtension(forms.Form):
    """After `is_valid()`, `chosen_account` is whose it will be."""

    account = forms.ChoiceField(label="Account", required=False)
    file = forms.FileField(label="Zip file", error_messages={"required": "Choose a zip file."})

    def __init__(self, accounts: Sequence[Account], data: Any = None, files: Any = None) -> None:
        super().__init__(data, files)
        choices = [(str(account.pk), account.name) for account in accounts]
        self.fields["account"] = forms.ChoiceField(label="Account", required=len(choices) > 1, choices=choices)
        self.accounts = {str(account.pk): account for account in accounts}

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if problem := problem_of(file):
            raise forms.ValidationError(problem)
        return file

    @property
    def chosen_account(self) -> Account | None:
        return self.accounts.get(self.cleaned_data.get("account") or next(iter(self.accounts), ""))
