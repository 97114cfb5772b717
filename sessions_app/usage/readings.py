"""The stored readings of the counters, ready for figures."""

from collections import defaultdict
from datetime import datetime
from typing import Literal

from django.db.models import OuterRef, QuerySet, Subquery

from sessions_app.models import UsageSnapshot
from sessions_app.models.project import ProjectQuerySet

from .counter import Curve, Reading

Measure = Literal["browser_minutes", "proxy_bytes"]


def curves(projects: ProjectQuerySet, measure: Measure, start: datetime, end: datetime) -> dict[str, Curve]:
    """{project id: its counter from the last reading before `start` to `end`}; no entry where there is no reading."""
    columns = ("project_id", "taken_at", "unchanged_until", measure)
    readings: dict[str, list[Reading]] = defaultdict(list)
    for chosen in (_last_before(projects, start), _between(projects, start, end)):
        for project_id, taken_at, unchanged_until, value in chosen.values_list(*columns):
            readings[project_id].append(Reading(taken_at, unchanged_until, value))
    return {project_id: Curve(of_project) for project_id, of_project in readings.items()}


def _last_before(projects: ProjectQuerySet, start: datetime) -> QuerySet[UsageSnapshot]:
    """One step along the index for each project."""
    earlier = UsageSnapshot.objects.filter(project_id=OuterRef("pk"), taken_at__lte=start).order_by("-taken_at")
    return UsageSnapshot.objects.filter(pk__in=projects.order_by().values(last=Subquery(earlier.values("pk")[:1])))


def _between(projects: ProjectQuerySet, start: datetime, end: datetime) -> QuerySet[UsageSnapshot]:
    mine = UsageSnapshot.objects.filter(project__in=projects.order_by().values("pk"))
    return mine.filter(taken_at__gt=start, taken_at__lte=end).order_by("project_id", "taken_at")
