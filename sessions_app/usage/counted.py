"""What upstream's counters say, by project or account and period, for whoever compares it with the sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sessions_app.models import Project

from .counter import Curve, Gap
from .figures import Amount, add
from .periods import Periods
from .readings import Measure, curves


@dataclass(frozen=True)
class Counted:
    """`rows` by project id or account name, each with its amounts, None where nothing is known of a period.

    Of what no reading within the range tells there is no row. `gaps`: where readings are missing while the counter of
    this measure moved, of any project.
    `as_of`: the oldest of these projects' last readings, None without any.
    """

    rows: dict[str, list[Amount]]
    gaps: list[Gap]
    as_of: datetime | None


def counted(user: object, periods: Periods, measure: Measure, split: Literal["project", "account"]) -> Counted:
    projects = Project.objects.visible_to(user)
    found = curves(projects, measure, periods)
    key = "pk" if split == "project" else "account__name"
    keys = dict(projects.order_by().values_list("pk", key))
    rows: dict[str, list[Amount]] = {}
    for project_id, curve in found.items():
        if curve.knows(periods.start, periods.end):
            values: list[Amount] = [curve.used(*period) for period in periods]
            rows[keys[project_id]] = _sum(rows.get(keys[project_id]), values)
    last = [curve.last for curve in found.values() if curve.last and curve.knows(periods.start, periods.end)]
    return Counted(rows, _gaps(found.values(), periods), min(last, default=None))


def _sum(before: list[Amount] | None, values: list[Amount]) -> list[Amount]:
    return values if before is None else [add(pair) for pair in zip(before, values, strict=True)]


def _gaps(found: Iterable[Curve], periods: Periods) -> list[Gap]:
    """Stretches within the range in order, those that overlap as one."""
    merged: list[Gap] = []
    within = [gap.within(periods.start, periods.end) for curve in found for gap in curve.gaps]
    for gap in sorted((gap for gap in within if gap), key=lambda gap: gap.start):
        if merged and gap.start <= merged[-1].end:
            merged[-1] = Gap(merged[-1].start, max(merged[-1].end, gap.end))
        else:
            merged.append(gap)
    return merged
