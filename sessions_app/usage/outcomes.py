"""How sessions ended, by the hour of their start."""

from collections import Counter

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, Count, DateTimeField, F, Func, IntegerField, Value, When

from sessions_app.models import Session
from sessions_app.models.session import UNENDED

from .periods import Periods

OUTCOMES = ("completed", "running", "timed_out", "error", "other")
BY_STATUS = {"COMPLETED": "completed", "TIMED_OUT": "timed_out", "ERROR": "error"}


def outcomes(user: object, periods: Periods) -> list[Counter[str]]:
    """For each period, how many of the sessions that began in it came to which of OUTCOMES.

    "other" ended in a way that this dashboard has no word for.
    """
    began = Session.objects.visible_to(user).filter(started_at__gte=periods.start, started_at__lt=periods.end)
    counts = (
        began.order_by()
        .annotate(period=_period_of("started_at", periods), runs=Case(When(UNENDED, then=True), default=False))
        .values("period", "status", "runs")
        .annotate(sessions=Count("*"))
    )
    found: list[Counter[str]] = [Counter() for _ in periods]
    for row in counts:
        outcome = "running" if row["runs"] else BY_STATUS.get(row["status"], "other")
        found[row["period"] - 1][outcome] += row["sessions"]
    return found


def _period_of(field: str, periods: Periods) -> Func:
    """The number of the period, from 1."""
    borders = Value(list(periods.borders), output_field=ArrayField(DateTimeField()))
    return Func(F(field), borders, function="width_bucket", output_field=IntegerField())
