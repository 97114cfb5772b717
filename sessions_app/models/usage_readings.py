"""The few of the counters' readings that tell something, chosen day by day."""

from django.db import models


class UsageTelling(models.Model):
    """A copy of a reading next to a fall, a gap or the end of a day (UTC): between two of a day, use is even enough.

    `read_before`: until when the one really before it stood, None for the first of a day.
    """

    project_id = models.TextField()
    taken_at = models.DateTimeField()
    unchanged_until = models.DateTimeField()
    browser_minutes = models.BigIntegerField()
    proxy_bytes = models.BigIntegerField()
    read_before = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project_id", "taken_at"], name="one_telling_reading")]

    def __str__(self) -> str:
        return f"{self.project_id} at {self.taken_at:%Y-%m-%d %H:%M:%S}"


class UsageTouchedDay(models.Model):
    """A day whose readings have changed since the telling ones were chosen. Only the trigger writes it."""

    project_id = models.TextField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["project_id", "day"], name="one_touch_of_a_day")]

    def __str__(self) -> str:
        return f"{self.project_id} on {self.day}"
