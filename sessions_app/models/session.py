"""A browser session as upstream last described it, and what this dashboard knows of it."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from .project import Project
from .token import token_of

LIVE_STATUSES = ("PENDING", "RUNNING")
ENDED_STATUSES = ("COMPLETED", "ERROR", "TIMED_OUT")
DEEPEST_PATH = 20  # deeper metadata is shown as JSON text
EXPIRES_SOON = timedelta(minutes=10)
ENDS_WITHIN = timedelta(seconds=30)  # of its expiry or of a release: so long nothing is wrong
AT_ONCE = timedelta(minutes=1)
AT_ONCE_SHARE = 10
UNENDED = models.Q(ended_at=None) & ~models.Q(status__in=ENDED_STATUSES)


def expiring_soon(now: datetime) -> models.Q:
    """What `Session.expires_soon` says of one that is not over, for many."""
    length = models.F("expires_at") - models.F("started_at")
    last_fifth = models.ExpressionWrapper(length / 5, models.DurationField())
    last_minutes = models.Q(expires_at__gte=now, expires_at__lt=now + EXPIRES_SOON)
    return last_minutes & models.Q(expires_at__lt=models.Value(now, models.DateTimeField()) + last_fifth)


def visibility(user: object) -> models.Q:
    """Everything, for whoever signed in; to a program, what its token's account and projects hold."""
    token = token_of(user)
    if token is None:
        return models.Q()
    if token.project_ids is not None:
        return models.Q(project__in=Project.objects.visible_to(user).order_by())
    # A session may have come by another account whose key shows the same project.
    shown = Project.objects.readable_by(token.account_id).order_by()
    return models.Q(account=token.account_id) | models.Q(project__in=shown)


def last_moment(now: datetime) -> models.Expression:
    """Until when a session lasted, as `Session.duration` has it, for many."""
    return Coalesce(known_end(), models.Value(now, models.DateTimeField()))


def known_end() -> models.Expression:
    """When it was over, as far as anybody knows; NULL while it runs."""
    known = models.Case(models.When(status__in=ENDED_STATUSES, then=Coalesce("updated_at", "changed_at")))
    return Coalesce("ended_at", known, "missing_since")


class SessionQuerySet(models.QuerySet["Session"]):
    def visible_to(self, user: object) -> Self:
        return self.filter(visibility(user))

    def unended(self) -> Self:
        """No known ended status and no `ended_at`: it may still hold a slot."""
        return self.filter(UNENDED)

    def holding_slots(self) -> Self:
        """Unended as far as anybody knows; one that upstream knows no more holds nothing."""
        return self.unended().filter(missing_since=None)

    def newest_first(self) -> Self:
        return self.order_by("-started_at", "-id")

    def for_display(self) -> Self:
        """With everything that a row on a page says, in one query and one more each for projects and wishes."""
        open_wishes = models.Prefetch("wishes", to_attr="newest_wishes")
        # Joined, a filter by project would make the join an inner one and lose what belongs to no known project.
        return self.select_related("created_by").prefetch_related("project", open_wishes)

    def change(self, **fields: Any) -> int:
        """Update in the order of ids, as all do who write several rows: else two of them can wait for each other."""
        with transaction.atomic():
            ids = list(self.order_by("pk").select_for_update().values_list("pk", flat=True))
            return self.model._default_manager.filter(pk__in=ids).update(**fields)


class Session(models.Model):
    """Status and region are stored as they came, known or not. Rows outlive upstream's retention."""

    id = models.TextField(primary_key=True)
    # No constraint: a session whose project no list shows is kept all the same.
    project = models.ForeignKey(
        "Project", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="sessions", db_index=False
    )
    account = models.ForeignKey("Account", on_delete=models.CASCADE, related_name="sessions")
    status = models.TextField()
    region = models.TextField(blank=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    keep_alive = models.BooleanField(default=False)
    context_id = models.TextField(blank=True)
    # No answer of upstream tells it: known where the session was started through here. With a default in the database
    # too, for the statement that stores answers.
    extension_id = models.TextField(blank=True, default="", db_default="")
    proxy_bytes = models.BigIntegerField(default=0)
    user_metadata = models.JSONField(default=dict)
    raw = models.JSONField(default=dict)  # the answer as it came, without the connect fields
    first_seen = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)  # when an answer last changed this row
    missing_since = models.DateTimeField(null=True)  # upstream says that there is no such session
    checked_at = models.DateTimeField(null=True)  # last read of this one session after it left the live list
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="created_sessions",
        db_index=False,  # session_creator_newest serves
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="session_newest"),
            models.Index(fields=["project", "-started_at", "-id"], name="session_project_newest"),
            models.Index(fields=["status", "-started_at", "-id"], name="session_status_newest"),
            models.Index(
                fields=["created_by", "-started_at", "-id"],
                condition=~models.Q(created_by=None),
                name="session_creator_newest",
            ),
            models.Index(fields=["region"], name="session_region"),
            models.Index(
                fields=["context_id", "-started_at", "-id"],
                condition=~models.Q(context_id=""),
                name="session_context_newest",
            ),
            models.Index(
                fields=["extension_id", "-started_at", "-id"],
                condition=~models.Q(extension_id=""),
                name="session_extension_newest",
            ),
            models.Index(fields=["account", "project"], condition=UNENDED, name="session_unended"),
            models.Index(fields=["changed_at"], name="session_changed"),
            models.Index(fields=["missing_since"], condition=~models.Q(missing_since=None), name="session_missing"),
            GinIndex(fields=["user_metadata"], opclasses=["jsonb_path_ops"], name="session_metadata"),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def short_id(self) -> str:
        return self.id[:8]

    @property
    def is_ended(self) -> bool:
        return self.status in ENDED_STATUSES or self.ended_at is not None

    @property
    def is_over(self) -> bool:
        """Ended, or gone: upstream says that there is no such session (any more)."""
        return self.is_ended or self.missing_since is not None

    @property
    def is_running(self) -> bool:
        return self.status == "RUNNING" and not self.is_ended

    @property
    def wish(self) -> Any:
        """The newest wish to end this session, or None."""
        wishes = self.newest_wishes if hasattr(self, "newest_wishes") else list(self.wishes.all()[:1])
        return wishes[0] if wishes else None

    @property
    def is_ending(self) -> bool:
        """Somebody asked for the end and no read has shown it yet."""
        return not self.is_ended and self.wish is not None and self.wish.done_at is None

    @property
    def project_name(self) -> str:
        return str(self.project) if self.project else (self.project_id or "")

    @property
    def duration(self) -> timedelta:
        """From start to end, to where it was found gone, or to now; never negative."""
        end = self.ended_at or self.last_known_end or self.missing_since or timezone.now()
        return max(end - self.started_at, timedelta())

    @property
    def last_known_end(self) -> datetime | None:
        """Ended by its status without `ended_at`: the last update is the best that is known."""
        return (self.updated_at or self.changed_at) if self.is_ended else None

    @property
    def expires_in(self) -> timedelta | None:
        """Time left while it is live, None once it is over or where upstream said nothing."""
        return None if self.is_over or self.expires_at is None else self.expires_at - timezone.now()

    @property
    def expires_soon(self) -> bool:
        """In its last ten minutes, for a short session in its last fifth: that is when somebody may want to act."""
        left = self.expires_in
        if left is None or self.expires_at is None:
            return False
        return timedelta() <= left < min(EXPIRES_SOON, (self.expires_at - self.started_at) / 5)

    @property
    def is_past_expiry(self) -> bool:
        left = self.expires_in
        return left is not None and left < timedelta()

    @property
    def time_limit(self) -> timedelta | None:
        """How long it may run, where that is known and makes sense."""
        limit = self.expires_at - self.started_at if self.expires_at else timedelta()
        return limit if limit > timedelta() else None

    @property
    def overrun(self) -> timedelta | None:
        """How much longer than its limit it ran, once it has ended, unless that is no more than an end takes."""
        if not self.is_ended or self.time_limit is None:
            return None
        longer = self.duration - self.time_limit
        return longer if longer > ENDS_WITHIN else None

    @property
    def outlives_its_end(self) -> bool:
        """Its end was asked for longer ago than an end takes."""
        return self.is_ending and timezone.now() - self.wish.asked_at > ENDS_WITHIN

    @property
    def ended_at_once(self) -> bool:
        """It was to be kept alive, and completed within a minute and a tenth of its time, unasked as far as we know.

        Seconds after the start is how such sessions are lost upstream (sdk-python issue 164); a program that releases
        its own after minutes of work is as it should be.
        """
        if not (self.keep_alive and self.status == "COMPLETED" and self.time_limit):
            return False
        if self.duration > min(AT_ONCE, self.time_limit / AT_ONCE_SHARE):
            return False
        return self.wish is None or self.wish.asked_at > self.started_at + self.duration

    def owner_other_than(self, user: object) -> str | None:
        """The name of a known owner who is somebody else, else None."""
        return str(self.created_by) if self.created_by and self.created_by != user else None

    def metadata_leaves(self) -> Iterator[tuple[tuple[str, ...], Any]]:
        """(path, value) of every leaf: the keys that lead there, and the value as JSON has it."""
        return _leaves((), self.user_metadata)


def as_text(value: Any) -> str:
    """A metadata value as people read it: text as it is, all else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _leaves(path: tuple[str, ...], value: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict) and value and len(path) < DEEPEST_PATH:
        for key, inner in value.items():
            yield from _leaves((*path, key), inner)
    elif path:
        yield path, value
