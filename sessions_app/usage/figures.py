"""Usage by project and period: what pages draw and scripts read."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from sessions_app.models import Project, Session
from sessions_app.models.project import ProjectQuerySet
from sessions_app.models.session import SessionQuerySet

from .breakdown import Cells, Review, breakdown
from .counter import Curve, Gap
from .measures import amount_of, measured
from .periods import Periods
from .readings import Measure, curves
from .removed import first_removed
from .splits import Split

Source = Literal["counter", "sessions"]
Amount = float | int | None


@dataclass
class Row:
    """One project. An amount is None where nothing is known of that time, which is not 0.

    `known_from` and `known_until`: the part of the range that the counter's readings cover. `estimated` are the
    periods at whose edge an amount was cut that is only spread over a gap.
    """

    key: str | None
    name: str
    values: list[Amount]
    total: Amount
    known_from: datetime | None = None
    known_until: datetime | None = None
    gaps: list[Gap] = field(default_factory=list)
    estimated: frozenset[int] = frozenset()
    resets: list[datetime] = field(default_factory=list)


@dataclass
class Figures:
    """The rows add up to the totals, and each row's values to its total."""

    periods: Periods
    measure: Measure
    source: Source
    rows: list[Row]

    @property
    def totals(self) -> list[Amount]:
        return [add(row.values[k] for row in self.rows) for k in range(len(self.periods))]

    @property
    def total(self) -> Amount:
        return add(row.total for row in self.rows)

    @property
    def known_from(self) -> datetime | None:
        """Since when all projects that have readings are covered; None without any reading."""
        return max((row.known_from for row in self.rows if row.known_from), default=None)

    @property
    def known_until(self) -> datetime | None:
        """The oldest of the projects' last readings."""
        return min((row.known_until for row in self.rows if row.known_until), default=None)

    @property
    def reaches_back(self) -> bool:
        """Whether the counters cover the range from its start, for every project."""
        return bool(self.rows) and all(row.known_from == self.periods.start for row in self.rows)

    @property
    def estimated(self) -> frozenset[int]:
        return frozenset[int]().union(*(row.estimated for row in self.rows))


def add(amounts: Iterable[Amount]) -> Amount:
    """The sum of what is known; None where nothing is."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def by_counter(user: object, periods: Periods, measure: Measure, only: str | None = None) -> Figures:
    """Differences of upstream's counters: every project (or `only` that one) has a row, if need be an empty one."""
    projects = _projects(user, only)
    found = curves(projects, measure, periods)
    rows = [_counter_row(project, found.get(project.pk) or Curve([]), periods) for project in projects]
    return Figures(periods, measure, "counter", rows)


def by_sessions(user: object, periods: Periods, measure: Measure, only: str | None = None) -> Figures:
    """The sum over the sessions that we know, what runs until the periods' end; every project has a row, and those that
    no list shows as well. Raises TooSlow.
    """
    rows = breakdown(Review(amount_of(measure), periods, (Split("project"),), user, periods.end)).rows
    found = {None if key is None else json.loads(key): cells for (key,), cells in rows.items()}
    names: dict[str | None, str] = {project.pk: str(project) for project in _projects(user, only)}
    names |= {key: key or "project not known" for key in found if key not in names and only in (None, key)}
    first = _first_known(Session.objects.visible_to(user), periods)
    return Figures(
        periods,
        measure,
        "sessions",
        [_sessions_row(key, name, found.get(key, {}), periods, measure, first) for key, name in names.items()],
    )


def _projects(user: object, only: str | None) -> ProjectQuerySet:
    projects = Project.objects.visible_to(user).only("id", "name")
    return projects.filter(pk=only) if only else projects


def _counter_row(project: Project, curve: Curve, periods: Periods) -> Row:
    values: list[Amount] = [curve.used(start, end) for start, end in periods]
    estimated = [k for k, period in enumerate(periods) if values[k] is not None and curve.estimates(*period)]
    known = curve.knows(periods.start, periods.end)
    return Row(
        key=project.pk,
        name=str(project),
        values=values,
        total=add(values),
        known_from=max(curve.first, periods.start) if known and curve.first else None,
        known_until=curve.last,
        gaps=[gap for gap in curve.gaps if gap.end > periods.start],
        estimated=frozenset(estimated),
        resets=[moment for moment in curve.resets if moment > periods.start],
    )


def _sessions_row(key: str | None, name: str, cells: Cells, periods: Periods, measure: Measure, first: int) -> Row:
    """`first` is the first period of which any session is known."""
    known: list[Amount] = [measured(measure, cells.get(k, 0)) for k in range(first, len(periods))]
    unknown: list[Amount] = [None] * first
    values = unknown + known
    return Row(key, name, values, add(values))


def _first_known(sessions: SessionQuerySet, periods: Periods) -> int:
    """The period of the oldest session we know, or the first one after it; past the last where we know none."""
    first = sessions.order_by("started_at").values_list("started_at", flat=True).first()
    oldest = min(filter(None, (first, first_removed())), default=None)
    if oldest is None:
        return len(periods)
    return next((k for k, (_, end) in enumerate(periods) if end > oldest), len(periods))
