"""What upstream's usage counters said, and when."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models


class UsageSnapshot(models.Model):
    """One reading of a project's running counter.

    Equal readings in a row extend the last row: the counter read the same from `taken_at` to `unchanged_until`.
    A reading lower than the one before starts a new cycle: its value is what was used since.
    """

    project = models.ForeignKey("Project", on_delete=models.CASCADE, related_name="snapshots")
    taken_at = models.DateTimeField()
    unchanged_until = models.DateTimeField()
    browser_minutes = models.BigIntegerField()
    proxy_bytes = models.BigIntegerField()

    class Meta:
        ordering = ["project_id", "taken_at"]
        indexes = [BrinIndex(fields=["taken_at"], name="reading_age")]
        constraints = [models.UniqueConstraint(fields=["project", "taken_at"], name="one_reading_at_a_time")]

    def __str__(self) -> str:
        return f"{self.project_id} at {self.taken_at:%Y-%m-%d %H:%M:%S}"
