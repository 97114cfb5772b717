"""When sessions count in usage figures: docs/api-usage.md says what lies where, and `usage.amounts` sums it up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.conf import settings
from django.db.models import DateTimeField, F, Q
from django.db.models import Value as Constant

from sessions_app.models import Account, Project
from sessions_app.models.session import known_end

from .holds import holds
from .terms import Value
from .values import before, is_duration, read_duration, read_moment

#: In SQL, {0} is when it began, {1} its status, {2} its end as far as anybody knows it, {3} now.
MINIMUM = "({0} + interval '1 minute')"
UNTIL = f"greatest(coalesce({{2}}, {{3}}), {MINIMUM})"
LENGTH = f"ceil(date_part('epoch', {UNTIL} - {{0}}) / SECONDS)"
ROUNDED = f"CASE WHEN {{2}} IS NULL THEN {UNTIL} ELSE {{0}} + interval 'SECONDS seconds' * {LENGTH} END"
IN_VAIN = "{1} IN ('TIMED_OUT', 'ERROR')"


@dataclass(frozen=True)
class Span:
    """SQL of from when to when something lies."""

    since: str
    until: str


def used() -> Span:
    """A minute at least; rounded up where the setting says so."""
    seconds = 60 * settings.ROUND_MINUTES
    return Span("{0}", ROUNDED.replace("SECONDS", str(seconds)) if seconds else UNTIL)


def wasted() -> Span:
    since = f"CASE WHEN {IN_VAIN} THEN {{0}} ELSE greatest({{2}}, CASE WHEN {{2}} IS NOT NULL THEN {{0}} END) END"
    return Span(since, f"CASE WHEN {IN_VAIN} THEN {used().until} ELSE {MINIMUM} END")


def over() -> Span:
    """A moment: to compare with, no length."""
    return Span("{2}", "{2}")


SPANS: dict[str, Callable[[], Span]] = {"used": used, "wasted": wasted, "over": over}


def lies(kind: str, value: Value, now: datetime, zone: tzinfo) -> Q:
    """Any part of it lies after, before, or within a moment. `<2h` is less than two hours ago."""
    span = SPANS[kind]()
    compare, start, end = bounds(value, now, zone)
    if kind == "over":
        conditions = {"<": "{2} < {4}", ">": "{2} >= {4}", "=": "{2} >= {4} AND {2} < {5}"}
    else:
        after, ahead = f"{span.until} > {{4}}", f"{span.since} < {{4}}"
        conditions = {"<": ahead, ">": after, "=": f"{after} AND {span.since} < {{5}}"}
        conditions = {name: f"{span.since} < {span.until} AND {one}" for name, one in conditions.items()}
    constants = (Constant(moment, DateTimeField()) for moment in (now, start, end))
    return holds(f"coalesce({conditions[compare]}, false)", F("started_at"), F("status"), known_end(), *constants)


def is_ever(kind: str, now: datetime) -> Q:
    """Whether there is such a time at all."""
    span = SPANS[kind]()
    condition = "{2} IS NOT NULL" if kind == "over" else f"coalesce({span.since} < {span.until}, false)"
    return holds(condition, F("started_at"), F("status"), known_end(), Constant(now, DateTimeField()))


def bounds(value: Value, now: datetime, zone: tzinfo) -> tuple[str, datetime, datetime]:
    """How it compares, from which moment, and to which where it is neither."""
    if value.compare != "=" and is_duration(value.text):
        ago = before(now, read_duration(value.text))
        return (">" if value.compare == "<" else "<"), ago, ago
    span = read_moment(value.text).span(zone)
    return value.compare, span.start, span.end


def of_account(name: str) -> Q:
    """By the session's project, as figures have it; of a project that no list shows, by who brought it."""
    accounts = Account.objects.filter(name=name)
    listed = Project.objects.filter(account__in=accounts)
    brought = Q(account__in=accounts) & ~Q(project_id__in=Project.objects.values("pk"))
    return Q(project_id__in=listed.values("pk"), project_id__isnull=False) | brought
