"""A project as upstream lists it."""

from typing import Any, Self

from django.db import models
from django.db.models.functions import Coalesce

from .token import token_of


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: object) -> Self:
        """Every project; to a program, those that its token names, of those that its account's key shows."""
        token = token_of(user)
        if token is None:
            return self
        readable = self.readable_by(token.account_id)
        return readable if token.project_ids is None else readable.filter(pk__in=token.project_ids)

    def readable_by(self, account: Any) -> Self:
        """Those that the account's key shows, whichever account they belong to."""
        readers = Project.readers.through.objects.filter(account=account)
        return self.filter(models.Q(account=account) | models.Q(pk__in=readers.values("project")))

    def with_running(self) -> Self:
        """Adds `running`: sessions that hold one of the project's slots now."""
        from .session import Session

        held = (
            Session.objects.holding_slots()
            .filter(project_id=models.OuterRef("pk"))
            .order_by()
            .values("project_id")
            .annotate(n=models.Count("*"))
            .values("n")
        )
        return self.annotate(running=Coalesce(models.Subquery(held), 0))

    def with_usage(self) -> Self:
        """Adds `browser_minutes`, `proxy_bytes` and `usage_read_at` of the newest snapshot, or None."""
        from .usage import UsageSnapshot

        newest = UsageSnapshot.objects.filter(project_id=models.OuterRef("pk")).order_by("-taken_at")
        return self.annotate(
            browser_minutes=models.Subquery(newest.values("browser_minutes")[:1]),
            proxy_bytes=models.Subquery(newest.values("proxy_bytes")[:1]),
            usage_read_at=models.Subquery(newest.values("unchanged_until")[:1]),
        )


class Project(models.Model):
    """A project; it belongs to the first account that showed it, others can read it as well."""

    id = models.TextField(primary_key=True)
    account = models.ForeignKey("Account", on_delete=models.CASCADE, related_name="projects")
    readers = models.ManyToManyField("sessions_app.Account", related_name="readable_projects")
    name = models.TextField()
    owner_id = models.TextField(blank=True)
    default_timeout_s = models.IntegerField(null=True)
    concurrency = models.IntegerField(null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)
    first_seen = models.DateTimeField(auto_now_add=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name or self.id
