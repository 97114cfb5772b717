"""A release that somebody asked for and that no read has confirmed yet."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from .session import ENDED_STATUSES

STUCK_AFTER = timedelta(minutes=5)


class WishQuerySet(models.QuerySet["Wish"]):
    def open(self) -> Self:
        return self.filter(done_at=None)

    def due(self) -> Self:
        return self.open().filter(due_at__lte=timezone.now())

    def of_ended_sessions(self) -> Self:
        ended = models.Q(session__status__in=ENDED_STATUSES) | ~models.Q(session__ended_at=None)
        return self.filter(ended)


class Wish(models.Model):
    """Kept and tried again until a read of the session shows an ended status."""

    session = models.ForeignKey("Session", on_delete=models.CASCADE, related_name="wishes")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    due_at = models.DateTimeField(default=timezone.now)
    tries = models.IntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)  # upstream answered the release; not yet an end
    last_tried_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    objects = WishQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=models.Q(done_at=None), name="one_open_wish_for_a_session"
            )
        ]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(done_at=None), name="wish_due")]

    def __str__(self) -> str:
        return f"end {self.session_id}"

    @property
    def state(self) -> str:
        """`asked`, `done` or `stuck`: what scripts read."""
        if self.done_at:
            return "done"
        return "stuck" if timezone.now() - self.asked_at > STUCK_AFTER else "asked"
