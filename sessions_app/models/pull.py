"""What was asked of upstream, when, and how it went."""

from django.db import models
from django.utils import timezone


class Pull(models.Model):
    """One run of one kind of pull for one account (and, for usage, one project)."""

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
    problems = models.JSONField(default=list)

    class Meta:
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["account", "kind", "project", "-started_at"], name="pull_newest"),
            models.Index(fields=["started_at"], name="pull_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.account_id}: {self.outcome}"
