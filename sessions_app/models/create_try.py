"""A create on its way: what was sent, for whom, and how it went."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

RETRIED_WITHIN = timedelta(seconds=90)
KEY_HONOURED_FOR = timedelta(days=1)
LOOKED_FOR = timedelta(minutes=15)
LONGEST_FLIGHT = timedelta(minutes=2)
HOLDERS = 0x5347  # the class of the advisory locks by which it is seen that a holder lives


class CreateTryQuerySet(models.QuerySet["CreateTry"]):
    def to_be_found(self) -> Self:
        """Lost a short while ago, and no session was found to be theirs yet."""
        return self.filter(state=CreateTry.State.LOST, ended_at__gt=timezone.now() - LOOKED_FOR)

    def forget(self) -> None:
        """Answers are kept as long as a repetition may ask for them, rows a little longer than a key is honoured."""
        now = timezone.now()
        without_key = self.exclude(encrypted_answer="").filter(idempotency_key="", touched_at__lt=now - RETRIED_WITHIN)
        without_key.update(encrypted_answer="")
        self.filter(touched_at__lt=now - KEY_HONOURED_FOR, began_at__lt=now - KEY_HONOURED_FOR).delete()


class CreateTry(models.Model):
    """One create of one client, its repetitions included. `digest` tells equal bodies without keeping them."""

    class State(models.TextChoices):
        OPEN = "open"  # sent, or about to be
        ANSWERED = "answered"  # `session_id` is its session
        REFUSED = "refused"  # nothing was started
        LOST = "lost"  # sent, and no answer says whether anything was started

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey("Account", on_delete=models.CASCADE, related_name="+")
    token = models.ForeignKey("Token", null=True, on_delete=models.CASCADE, related_name="+")  # None: on the page
    address = models.TextField(blank=True)
    digest = models.TextField()
    idempotency_key = models.TextField(blank=True)  # as a digest
    retry_count = models.IntegerField(default=0)  # of the last repetition that came
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    unheard = models.BooleanField(default=False)  # its client hung up or was told of a failure: it has no session
    wanted = models.JSONField(default=dict)  # those fields of the body that the session will show
    holder = models.IntegerField(null=True)  # the process that waits for the answer
    began_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(default=timezone.now)
    touched_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    clock_ahead_s = models.FloatField(default=0)  # upstream's clock before ours
    session_id = models.TextField(blank=True)
    encrypted_answer = models.TextField(blank=True)  # for repetitions, and no longer than they may come
    successor = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")

    objects = CreateTryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["token", "digest", "address", "touched_at"], name="create_try_repeated"),
            models.Index(
                fields=["account"], condition=models.Q(state__in=("open", "lost")), name="create_try_unsettled"
            ),
            models.Index(fields=["touched_at"], name="create_try_touched"),
            models.Index(fields=["session_id"], condition=~models.Q(session_id=""), name="create_try_session"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["token", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="one_create_for_a_key",
            )
        ]

    def __str__(self) -> str:
        return f"create {self.pk}: {self.state}"
