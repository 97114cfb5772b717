"""What is removed by age, and when, told before it happens."""

from django.db import models


class Removal(models.Model):
    """Of a table with a limit: what is older than `days` is removed at `due_at`, and from then on once a day.

    `removed_before`: what was over by then is gone for good, None while nothing was removed.
    """

    kind = models.CharField(max_length=20, primary_key=True)
    days = models.IntegerField()
    due_at = models.DateTimeField()
    removed_before = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} older than {self.days} days"
