"""What sessions are started with: contexts and extensions, as far as they are known. Upstream has no list of either."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from .session import Session, visibility

MOST_COUNTED = 1_000


class CountUpTo(models.Subquery):
    """How many rows a sliced queryset has: as many as its slice at most, so that it never reads more."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = models.IntegerField()


class BelongingQuerySet(models.QuerySet["Belonging"]):
    def visible_to(self, user: object) -> Self:
        return self.filter(visibility(user))

    def present(self) -> Self:
        """Those that upstream has, as far as anybody knows."""
        return self.filter(gone_since=None)

    def most_recent_first(self) -> Self:
        return self.order_by("-recent_at", "-id")

    def for_display(self) -> Self:
        """With everything that a page says of one."""
        return self.select_related("account", "created_by", "deleted_by").prefetch_related("project")

    def with_sessions_of(self, user: object) -> Self:
        """Adds `counted`: the sessions that used it and this user may see; one past MOST_COUNTED stands for more."""
        field = self.model.session_field
        # In the index's own order, and not "" in so many words, since only then that index comes into question.
        used = Session.objects.visible_to(user).filter(**{field: models.OuterRef("pk")}).exclude(**{field: ""})
        return self.annotate(counted=Coalesce(CountUpTo(used.newest_first().values("pk")[: MOST_COUNTED + 1]), 0))


class Belonging(models.Model):
    """Known from a session that used it, or because it was made through here. A row stays when the thing is gone."""

    word: ClassVar[str]
    plural: ClassVar[str]
    session_field: ClassVar[str]  # where a session names it

    id = models.TextField(primary_key=True)
    account = models.ForeignKey("sessions_app.Account", on_delete=models.CASCADE, related_name="%(class)ss")
    # As of a session: no constraint.
    project = models.ForeignKey(
        "sessions_app.Project", null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="%(class)ss"
    )
    name = models.TextField(blank=True)  # an extension's is its file's; "" where it has none, or nobody read it yet
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(null=True)
    first_seen = models.DateTimeField(default=timezone.now)
    last_used_at = models.DateTimeField(null=True)  # the start of its newest session, to the minute
    recent_at = models.DateTimeField(default=timezone.now)  # last used, and before that made or first seen
    read_at = models.DateTimeField(null=True)  # when upstream last said anything of it
    gone_since = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = BelongingQuerySet.as_manager()

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        counted: int  # by with_sessions_of

    def __str__(self) -> str:
        return self.name or self.id

    def get_absolute_url(self) -> str:
        return reverse(self.word, args=[self.pk])

    @property
    def project_name(self) -> str:
        return str(self.project) if self.project else (self.project_id or "")


def recent_indexes(word: str) -> list[models.Index]:
    """What the two lists go through: of those that are there, and of those that are gone."""
    order = ["-recent_at", "-id"]
    return [
        models.Index(fields=order, condition=models.Q(gone_since=None), name=f"{word}_present"),
        models.Index(fields=order, condition=~models.Q(gone_since=None), name=f"{word}_gone"),
    ]


class Context(Belonging):
    """A stored browser profile: cookies, storage, what its sessions that persist left."""

    word, plural, session_field = "context", "contexts", "context_id"

    class Meta:
        indexes = recent_indexes("context")


class Extension(Belonging):
    """An uploaded browser extension. Upstream does not say which session runs with one: only starts from here do."""

    word, plural, session_field = "extension", "extensions", "extension_id"

    class Meta:
        indexes = recent_indexes("extension")
