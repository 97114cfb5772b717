"""What somebody noted about a moment, for whoever looks at the usage around it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from .token import token_of

LONGEST_NOTE = 120


class UsageNoteQuerySet(models.QuerySet["UsageNote"]):
    def visible_to(self, user: object) -> Self:
        """Everybody's; none for a program, whose token may not see the projects that a note tells of."""
        return self.none() if token_of(user) else self


class UsageNote(models.Model):
    """Pinned to the charts of usage: "new crawler live". Only its author changes it."""

    at = models.DateTimeField()
    text = models.CharField(max_length=LONGEST_NOTE)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="usage_notes")
    changed_at = models.DateTimeField(default=timezone.now)

    objects = UsageNoteQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["at"], name="usage_note_at")]

    def __str__(self) -> str:
        return self.text
