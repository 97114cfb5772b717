"""Our own tokens: what a program shows instead of the vendor's key."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.utils import timezone

from .access import User

MARK = "sg_"
PREFIX_LENGTH = 10  # of the text, shown so that one can be told from another
USE_NOTED_EVERY = timedelta(minutes=1)


class ProjectRefused(Exception):
    """A session may not be started there with this token; the text says which project, or to name one."""


class TokenQuerySet(models.QuerySet["Token"]):
    def visible_to(self, user: object) -> Self:
        """Every token, for whoever signed in; none for a program."""
        return self.none() if token_of(user) else self

    def usable(self) -> Self:
        """What `Token.is_valid` says, for many."""
        unexpired = models.Q(expires_at=None) | models.Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at=None, owner__is_active=True)

    def ended(self) -> Self:
        return self.exclude(pk__in=Token.objects.usable().order_by().values("pk"))

    def called(self, text: str) -> Self:
        """The token with this text, with its owner and account: at most one row, whatever its state."""
        return self.filter(token_hash=Token.hash_of(text)).select_related("owner", "account")


class Token(models.Model):
    """What its owner's programs may do, in one account. The text itself is shown once and stored nowhere."""

    class Right(models.TextChoices):
        READ = "read"
        OPERATE = "operate"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    account = models.ForeignKey("Account", on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=100, blank=True)  # what it is for
    right = models.CharField(max_length=10, choices=Right)
    project_ids = ArrayField(models.TextField(), null=True)  # None: all of the account's
    token_hash = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=PREFIX_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)  # to the minute

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @staticmethod
    def new_text() -> str:
        """`sg_` and 43 characters good for a URL: 256 bits by chance."""
        return MARK + secrets.token_urlsafe(32)

    @staticmethod
    def hash_of(text: str) -> str:
        """SHA-256 in hex. Nobody guesses 256 random bits, so that a slow hash would add nothing."""
        return hashlib.sha256(text.encode(errors="replace")).hexdigest()

    @staticmethod
    def prefix_of(text: str) -> str:
        return text[:PREFIX_LENGTH]

    @property
    def state(self) -> str:
        """`valid`, `revoked`, `expired`, or `ownerless`: its owner was shut out."""
        if self.revoked_at is not None:
            return "revoked"
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return "expired"
        return "valid" if self.owner.is_active else "ownerless"

    @property
    def is_valid(self) -> bool:
        return self.state == "valid"

    @property
    def can_operate(self) -> bool:
        return self.right == self.Right.OPERATE

    def allows_project(self, project_id: str | None) -> bool:
        return self.project_ids is None or project_id in self.project_ids

    def project_for_new(self, wanted: object) -> object:
        """The `projectId` to start a session in: the one wanted, or where none is named (None) the token's only one.

        None where a token of all projects leaves it to upstream. Raises ProjectRefused.
        """
        if self.project_ids is None or (isinstance(wanted, str) and wanted in self.project_ids):
            return wanted
        if wanted is not None:
            raise ProjectRefused(f"This token does not reach the project {wanted}.")
        if len(self.project_ids) > 1:
            raise ProjectRefused(f"Name one of this token's projects as projectId: {', '.join(self.project_ids)}.")
        return self.project_ids[0]

    def as_user(self) -> User:
        """The owner, as whom a program with this token acts.

        What they may see is narrowed to its account and projects, and the record says by which token.
        """
        self.owner.token = self
        return self.owner

    def note_use(self, now: datetime | None = None) -> None:
        """Remember that it was used, once a minute at most, and rather not than wait for another request's note."""
        now = now or timezone.now()
        if self.last_used_at is not None and now - self.last_used_at < USE_NOTED_EVERY:
            return
        self.last_used_at = now
        with transaction.atomic():
            free = Token.objects.filter(pk=self.pk).select_for_update(skip_locked=True)
            Token.objects.filter(pk__in=free.values("pk")).order_by().update(last_used_at=now)


def token_of(user: object) -> Token | None:
    """By which token this user's program came; None for a person at a browser."""
    return getattr(user, "token", None)
