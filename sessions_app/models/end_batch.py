"""The ends of many sessions, asked for together: written down when they are previewed, so that nothing joins them."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from .token import token_of

PREVIEW_LASTS = timedelta(hours=1)
#: So long an end counts as under way. Then it is told as failed, while its wish is tried on.
PATIENCE = timedelta(minutes=1)


class EndBatchQuerySet(models.QuerySet["EndBatch"]):
    def visible_to(self, user: object) -> Self:
        """Everybody's, for whoever signed in; to a program, those that came by the same token."""
        token = token_of(user)
        return self.filter(token=token.pk) if token else self

    def confirmed(self) -> Self:
        return self.exclude(confirmed_at=None)

    def under_way(self) -> Self:
        return self.confirmed().filter(done_at=None)

    def fresh(self) -> Self:
        """Previews that can still be confirmed."""
        return self.filter(confirmed_at=None, made_at__gt=timezone.now() - PREVIEW_LASTS)

    def prune(self) -> int:
        """Forget the previews that nobody confirmed, an hour after they expired. Returns how many rows."""
        return self.filter(confirmed_at=None, made_at__lt=timezone.now() - 2 * PREVIEW_LASTS).delete()[0]


class EndBatch(models.Model):
    """`q` is the query that was meant, None for sessions that were picked one by one."""

    q = models.TextField(null=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    token = models.ForeignKey("Token", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    count = models.IntegerField(default=0)
    is_cut = models.BooleanField(default=False)  # more matched than a batch holds
    unknown = models.JSONField(default=list)  # ids among those picked that nobody knows, or that may not be seen
    confirmed_at = models.DateTimeField(null=True)
    address = models.GenericIPAddressField(null=True)  # from where it was confirmed
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    done_at = models.DateTimeField(null=True)  # nothing is left to be asked or waited for

    objects = EndBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(done_at=None) & ~models.Q(confirmed_at=None),
                name="end_batch_under_way",
            ),
            models.Index(fields=["-confirmed_at"], name="end_batch_newest"),
        ]

    def __str__(self) -> str:
        return f"end of {self.count} sessions"

    @property
    def expires_at(self) -> datetime:
        return self.made_at + PREVIEW_LASTS

    @property
    def state(self) -> str:
        """`preview`, `expired`, `running`, `stopping`, `stopped` or `done`."""
        if self.confirmed_at is None:
            return "preview" if timezone.now() < self.expires_at else "expired"
        if self.done_at is None:
            return "stopping" if self.stopped_at else "running"
        return "stopped" if self.stopped_at else "done"

    def belongs_to(self, user: object) -> bool:
        """Whether this user made it, and by the same token if by one."""
        token = token_of(user)
        return self.made_by_id is not None and (self.made_by, self.token_id) == (user, token.pk if token else None)


class Outcome(models.TextChoices):
    """How it goes with one session of a batch."""

    WAITING = "waiting"  # not yet asked
    ASKED = "asked"  # asked, and no read has shown the end yet
    ENDED = "ended"  # a read has shown the end
    OVER = "over"  # it had ended, or was gone, before it was asked
    RUNNING = "running", "still running"
    REFUSED = "refused"
    NOT_ASKED = "not_asked", "not asked"  # the batch was stopped first


#: Over, one way or the other.
DONE = (Outcome.ENDED, Outcome.OVER)
FAILED = (Outcome.RUNNING, Outcome.REFUSED)
OPEN = (Outcome.WAITING, Outcome.ASKED)


class BatchedEndQuerySet(models.QuerySet["BatchedEnd"]):
    def with_outcome(self) -> models.QuerySet[Any]:
        """Adds `outcome`, an Outcome's value, from the wish, the session and the batch as they are now."""
        long_asked = models.Q(asked_at__lt=timezone.now() - PATIENCE)
        never_taken = models.Q(wish__accepted_at=None) & ~models.Q(wish__last_error="")
        cases = [
            (models.Q(was_over=True), Outcome.OVER),
            (~models.Q(wish__done_at=None), Outcome.ENDED),
            (~models.Q(asked_at=None) & ~models.Q(session__missing_since=None), Outcome.OVER),
            (long_asked & never_taken, Outcome.REFUSED),
            (long_asked, Outcome.RUNNING),
            (~models.Q(asked_at=None), Outcome.ASKED),
            (~models.Q(batch__stopped_at=None), Outcome.NOT_ASKED),
        ]
        whens = [models.When(condition, then=models.Value(outcome.value)) for condition, outcome in cases]
        default = models.Value(Outcome.WAITING.value)
        return self.annotate(outcome=models.Case(*whens, default=default, output_field=models.TextField()))

    def waiting(self) -> Self:
        """What `Outcome.WAITING` says, of a batch that was not stopped."""
        return self.filter(asked_at=None, was_over=False)

    def under_way(self) -> Self:
        """What `Outcome.ASKED` says."""
        recently = models.Q(asked_at__gte=timezone.now() - PATIENCE)
        return self.filter(recently, wish__done_at=None, session__missing_since=None)


class BatchedEnd(models.Model):
    """One session of a batch. `wish` is what carries its end out, once it was asked for."""

    batch = models.ForeignKey(EndBatch, on_delete=models.CASCADE, related_name="ends")
    session = models.ForeignKey("Session", on_delete=models.CASCADE, related_name="+")
    wish = models.ForeignKey("Wish", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(null=True)
    was_over = models.BooleanField(default=False)

    objects = BatchedEndQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["batch", "session"], name="a_session_once_in_a_batch")]
        indexes = [models.Index(fields=["asked_at"], condition=~models.Q(asked_at=None), name="batched_end_asked")]

    def __str__(self) -> str:
        return f"end {self.session_id}"
