"""The form of a note on usage: what, and when."""

from datetime import UTC, datetime, tzinfo
from typing import Any

from django import forms
from django.utils import timezone

from sessions_app.models import UsageNote
from sessions_app.models.usage_note import LONGEST_NOTE
from sessions_app.query.errors import BadValue
from sessions_app.query.values import read_moment

NO_MOMENT = "Give a day, or a day and a time."


class NoteForm(forms.Form):
    """Puts what was sent into a note; a moment without a zone is the reader's."""

    text = forms.CharField(
        max_length=LONGEST_NOTE,
        error_messages={"required": "Say what it was.", "max_length": f"A note has at most {LONGEST_NOTE} characters."},
    )
    at = forms.CharField(max_length=40, error_messages={"required": NO_MOMENT})

    def __init__(self, note: UsageNote, zone: tzinfo, data: Any = None) -> None:
        moment = (note.at or datetime.now(UTC)).astimezone(zone).replace(tzinfo=None)
        initial = {"text": note.text, "at": moment.isoformat(timespec="minutes")}
        super().__init__(data, initial=initial)
        self.note, self.zone = note, zone

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if not text.isprintable():
            raise forms.ValidationError("A note is letters, digits and signs that can be seen, in one line.")
        return text

    def clean_at(self) -> datetime:
        try:
            at = read_moment(self.cleaned_data["at"]).span(self.zone).start
        except BadValue as error:
            raise forms.ValidationError(NO_MOMENT) from error
        if not 1970 <= at.year < 2200:
            raise forms.ValidationError("Give a day between 1970 and 2200.")
        return at

    def save(self) -> bool:
        """Whether it is stored; else the form says why not."""
        if not self.is_valid():
            return False
        self.note.text, self.note.at = self.cleaned_data["text"], self.cleaned_data["at"]
        self.note.changed_at = timezone.now()
        self.note.save()
        return True
