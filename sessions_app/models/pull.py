"""What was asked of upstream, when, and how it went."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from .token import token_of


class PullQuerySet(models.QuerySet["Pull"]):
    def visible_to(self, user: object) -> Self:
        """Every run; to a program, those of its token's account, and of a project where the token may see that."""
        from .project import Project

        token = token_of(user)
        if token is None:
            return self
        of_account = models.Q(account=token.account_id, project=None)
        return self.filter(of_account | models.Q(project__in=Project.objects.visible_to(user).order_by()))

    def newest(self) -> Self:
        """The last finished run of each account and kind, for usage of each project that some account still shows.

        A run that goes on now is shown only where none has finished yet. However long the history is, this reads an
        index of as many entries as it returns.
        """
        from .project import Project

        shown = Project.readers.through.objects.filter(project_id=models.OuterRef("project_id"))
        newest = self.filter(is_newest=True).filter(models.Q(project=None) | models.Exists(shown))
        return newest.select_related("account", "project").order_by("account", "kind", "project")

    def of(self, kind: str, account: Any, project: Any = None) -> Self:
        """The runs that follow one another: of an account, or, for usage, of a project through whichever account."""
        return self.filter(kind=kind, project=project) if project else self.filter(kind=kind, account=account)

    def freshness(self, user: object) -> datetime | None:
        """When every account with a good key last had its live sessions read; None before the first time.

        Where no key is good, the same over all accounts. One query over a handful of rows.
        """
        live = self.visible_to(user).filter(is_newest=True, kind=Pull.Kind.LIVE)
        good = models.Min("last_ok_at", filter=models.Q(account__bad_key_since=None))
        return live.aggregate(as_of=Coalesce(good, models.Min("last_ok_at")))["as_of"]

    def prune(self) -> int:
        """Forget the runs that are older than the settings say, but never the newest of a kind. Returns how many."""
        kept_for = timedelta(days=settings.KEEP_PULLS_DAYS)
        return self.filter(started_at__lt=timezone.now() - kept_for, is_newest=False).delete()[0]


class Pull(models.Model):
    """One run of one kind of pull for one account (and, for usage, one project).

    A row carries on from the one before it how long that kind has been failing, so that the newest says it all.
    """

    class Kind(models.TextChoices):
        PROJECTS = "projects"
        LIVE = "live"
        SESSIONS = "sessions"
        USAGE = "usage"

    class Outcome(models.TextChoices):
        RUNNING = "running"
        OK = "ok"
        FAILED = "failed"
        LOST = "lost"  # the worker died in the middle of it

    account = models.ForeignKey("Account", on_delete=models.CASCADE, related_name="pulls")
    kind = models.CharField(max_length=10, choices=Kind)
    project = models.ForeignKey("Project", null=True, on_delete=models.CASCADE, related_name="pulls")
    started_at = models.DateTimeField(default=timezone.now)
    duration_s = models.FloatField(null=True)
    rows = models.IntegerField(null=True)
    changed = models.IntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    error = models.TextField(blank=True)
    problems = models.JSONField(default=list)  # what cost a single row, in words; not the whole run
    failures_in_a_row = models.IntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)
    is_newest = models.BooleanField(default=False)

    objects = PullQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["kind"], condition=models.Q(is_newest=True), name="pull_newest"),
            models.Index(fields=["kind"], condition=models.Q(outcome="running"), name="pull_running"),
            models.Index(fields=["started_at"], name="pull_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account_id}: {self.outcome}"

    @property
    def age_s(self) -> float:
        """Seconds since this run began."""
        return max((timezone.now() - self.started_at).total_seconds(), 0.0)

    @property
    def finished_at(self) -> datetime:
        """The end of the run; of one that goes on, its start."""
        return self.started_at + timedelta(seconds=self.duration_s or 0)
