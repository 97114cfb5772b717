"""The forms of saved views: a name and who sees it, and what it shows."""

from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils import timezone

from sessions_app.models import SavedView, User
from sessions_app.models.saved_view import LONGEST_NAME, MOST_VIEWS
from sessions_app.query import QueryError, parse
from sessions_app.query.columns import DENSITIES, read_columns

TWICE = "You have a view of this name already."
TOO_MANY = f"You have {MOST_VIEWS} views, which is the most. Delete one first."


class ViewForm(forms.Form):
    """Puts what was sent into a view, which is stored by `save`."""

    def __init__(self, view: SavedView, data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.view = view

    def save(self) -> bool:
        """Whether it is stored; else the form says why not."""
        if not self.is_valid():
            return False
        for name, value in self.cleaned_data.items():
            setattr(self.view, name, value)
        self.view.changed_at = timezone.now()
        try:
            with transaction.atomic():
                self.view.save()
        except IntegrityError:
            self.add_error("name", TWICE)
            return False
        return True


class ViewName(ViewForm):
    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        error_messages={
            "required": "Give it a name.",
            "max_length": f"A name has at most {LONGEST_NAME} characters.",
        },
    )
    is_shared = forms.BooleanField(label="Share it with the team", required=False)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not name.isprintable():
            raise forms.ValidationError("A name is letters, digits and signs that can be seen.")
        if SavedView.objects.filter(owner=self.view.owner, name__iexact=name).exclude(pk=self.view.pk).exists():
            raise forms.ValidationError(TWICE)
        return name


class ViewState(ViewForm):
    q = forms.CharField(required=False, max_length=2_000)
    columns = forms.CharField(max_length=2_000)
    density = forms.ChoiceField(choices=list(DENSITIES.items()))

    def clean_q(self) -> str:
        return checked(parse, self.cleaned_data["q"])

    def clean_columns(self) -> str:
        return checked(read_columns, self.cleaned_data["columns"])


class NewView(ViewName, ViewState):
    """A view that is not stored yet."""

    def clean(self) -> dict[str, Any]:
        if SavedView.objects.filter(owner=self.view.owner).count() >= MOST_VIEWS:
            raise forms.ValidationError(TOO_MANY)
        return super().clean() or self.cleaned_data

    @property
    def other_errors(self) -> list[str]:
        """What is wrong beside the name."""
        return [str(error) for field, errors in self.errors.items() if field != "name" for error in errors]

    @classmethod
    def of(cls, owner: User, data: Any = None, initial: Any = None) -> "NewView":
        return cls(SavedView(owner=owner), data, initial)


def checked(read: Any, text: str) -> str:
    """The text, if it means something."""
    try:
        read(text)
    except QueryError as error:
        raise forms.ValidationError(error.message) from error
    return text
