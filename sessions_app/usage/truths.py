"""The counter beside the sum over sessions, project by project, and why they probably differ. Neither is corrected."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sessions_app.models import Project, Session

from .breakdown import Review, breakdown
from .counter import Curve
from .keys import json_text
from .measures import amount_of, measured
from .periods import Periods
from .readings import Measure, curves
from .splits import Split


class Cause(StrEnum):
    """Why the two differ, as far as can be told from the numbers."""

    NONE = "they agree"
    NOT_KNOWN = "the counter covers no whole period"
    GAP = "the counter was not read for a while at the edge of a period, and is only estimated there"
    RESET = "the counter began anew, and what was used since the last reading before is in neither number"
    ROUNDING = "no more than rounding each session to whole minutes makes"
    UNSEEN = "sessions that were never listed here, from before the first one or of another key"
    MORE_SESSIONS = "sessions that Browserbase does not count, or counts elsewhere"


@dataclass(frozen=True)
class Truth:
    """Of one project, over the periods that the counter covers from end to end (`covered` of them, None where none).

    Minutes or bytes. `roundings`: how many sessions can have been rounded, each by a minute at most; bytes are not.
    """

    project_id: str
    name: str
    counter: float | int | None
    sessions: float | int
    roundings: int
    covered: tuple[datetime, datetime] | None
    cause: Cause

    @property
    def difference(self) -> float | int | None:
        """How much more the counter says."""
        return None if self.counter is None else self.counter - self.sessions


def truths(user: object, periods: Periods, measure: Measure, as_of: datetime) -> list[Truth]:
    """Every project that `user` may see, by name."""
    projects = Project.objects.visible_to(user)
    found = curves(projects, measure, periods)
    amounts, begun = (
        breakdown(Review(name, periods, (Split("project"),), user, as_of)).rows
        for name in (amount_of(measure), "sessions")
    )
    oldest = Session.objects.visible_to(user).order_by("started_at").values_list("started_at", flat=True).first()
    seen: list[Truth] = []
    for project in projects.only("id", "name"):
        curve = found.get(project.pk) or Curve([])
        whole = [number for number, period in enumerate(periods) if _covers(curve, *period)]
        cells, starts = amounts.get((json_text(project.pk),), {}), begun.get((json_text(project.pk),), {})
        sessions = measured(measure, sum(cells.get(number, 0) for number in whole))
        roundings = sum(starts.get(number, 0) for number in whole) if measure == "browser_minutes" else 0
        counter = sum(curve.used(*_period(periods, number)) or 0 for number in whole) if whole else None
        covered = (periods.borders[whole[0]], periods.borders[whole[-1] + 1]) if whole else None
        cause = _cause(curve, covered, counter, sessions, roundings, oldest)
        seen.append(Truth(project.pk, str(project), counter, sessions, roundings, covered, cause))
    return seen


def _period(periods: Periods, number: int) -> tuple[datetime, datetime]:
    return periods.borders[number], periods.borders[number + 1]


def _covers(curve: Curve, start: datetime, end: datetime) -> bool:
    return curve.first is not None and curve.last is not None and curve.first <= start and end <= curve.last


def _cause(
    curve: Curve,
    covered: tuple[datetime, datetime] | None,
    counter: float | int | None,
    sessions: float | int,
    roundings: int,
    oldest: datetime | None,
) -> Cause:
    if counter is None or covered is None:
        return Cause.NOT_KNOWN
    difference = counter - sessions
    if abs(difference) < 1:
        return Cause.NONE
    if curve.estimates(*covered):
        return Cause.GAP
    if difference < 0:
        is_reset = any(covered[0] < moment <= covered[1] for moment in curve.resets)
        return Cause.RESET if is_reset else Cause.ROUNDING if -difference <= roundings else Cause.MORE_SESSIONS
    if oldest is None or oldest > covered[0]:
        return Cause.UNSEEN
    return Cause.ROUNDING if difference <= roundings else Cause.UNSEEN
