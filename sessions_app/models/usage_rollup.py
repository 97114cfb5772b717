"""What sessions add up to, kept so that a figure need not look at each of them.

A session is settled once it has ended within a believable time. Settled sessions are in the sums, each as it was when
last folded in, and in the journal is how they changed since, written by a trigger in the transaction of the change
itself: sums and journal together always equal the table. What is not settled is read from the table.

Sessions that were removed by age stay in sums of their own, which nothing computes anew.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class UsageSplit(models.Model):
    """One way to split the sums: `name` is all, place, status, region, keep_alive, by, or metadata at a `path`.

    `has_quarters` is False for a path with many values, whose sums are by day only, `is_summed` for one with too many
    for that, whose figures are computed from the sessions. `of_removed`: of sessions that are not in the table any
    more. `round_minutes` is how each session's minutes were rounded, 0: not.
    """

    name = models.TextField()
    path = ArrayField(models.TextField(), default=list)
    is_summed = models.BooleanField(default=True)
    has_quarters = models.BooleanField(default=True)
    of_removed = models.BooleanField(default=False)
    round_minutes = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "path", "of_removed"], name="one_split_of_a_path")]

    def __str__(self) -> str:
        return ".".join([self.name, *self.path])


class UsageKey(models.Model):
    """A value that a split has: a place is `[project id, account id]`, an owner the user's number, null is not set."""

    split = models.ForeignKey(UsageSplit, on_delete=models.CASCADE, related_name="keys", db_index=False)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["split", "value"], name="one_key_of_a_value")]

    def __str__(self) -> str:
        return f"{self.split_id}: {self.value}"


class UsageSums(models.Model):
    """What the sessions with one key add to the stretch that begins at `start` (UTC).

    `used_us` and `wasted_us` are microseconds that lie in it, `sessions` those that started in it and `lasted_us` how
    long they took in all, `completed`, `timed_out` and `failed` how many of them ended so, `proxy_bytes` those of the
    sessions that ended in it.
    """

    pk = models.CompositePrimaryKey("split_id", "start", "key_id")
    split = models.ForeignKey(UsageSplit, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    key = models.ForeignKey(UsageKey, on_delete=models.CASCADE, db_index=False, db_constraint=False)
    start = models.DateTimeField()
    used_us = models.BigIntegerField()
    wasted_us = models.BigIntegerField()
    sessions = models.BigIntegerField()
    proxy_bytes = models.BigIntegerField()
    lasted_us = models.BigIntegerField()
    completed = models.BigIntegerField(default=0)
    timed_out = models.BigIntegerField(default=0)
    failed = models.BigIntegerField(default=0)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.key_id} at {self.start:%Y-%m-%d %H:%M}"


class UsageQuarter(UsageSums):
    """A quarter of an hour: every time zone's midnight lies between two of them."""


class UsageDay(UsageSums):
    """A day."""


class UsageChange(models.Model):
    """The journal, written by the trigger: a settled session that came (`sign` 1) or went (-1). A change is both."""

    sign = models.SmallIntegerField()
    project_id = models.TextField(null=True)
    account_id = models.BigIntegerField()
    status = models.TextField()
    region = models.TextField()
    keep_alive = models.BooleanField()
    created_by_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    known_end = models.DateTimeField()
    proxy_bytes = models.BigIntegerField()
    user_metadata = models.JSONField()

    def __str__(self) -> str:
        return f"{self.sign:+} from {self.started_at:%Y-%m-%d %H:%M:%S}"
