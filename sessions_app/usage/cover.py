"""Which stored stretches make up the periods: whole days where they are long, quarters of an hour at their edges."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from .periods import Periods

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)
LONG = timedelta(hours=12)


@dataclass(frozen=True)
class Part:
    """What lies from `start` up to `end` counts `sign` times in the period with this number, from 1.

    Of an edge or end it counts as often the other way in the next period.
    """

    start: datetime
    end: datetime
    period: int
    sign: int = 1


def floor(moment: datetime, step: timedelta) -> datetime:
    return moment - (moment - ORIGIN) % step


def nearest_day(moment: datetime) -> datetime:
    return floor(moment + LONG, DAY)


class Cover:
    """The periods with their borders moved to where stored stretches begin, as sums of days and quarters.

    By quarters, a border moves back to the last one; a day in a zone is the UTC day nearest to it, and the edge between
    the beginnings of both is taken from one and given to the other. Where only days are stored, borders move to days.
    `ends` are what lies between a border and where it was moved to, which only the sessions tell.
    """

    def __init__(self, periods: Periods, step: timedelta = QUARTER) -> None:
        self.periods, self.step = periods, step
        quarters = [floor(border, QUARTER) for border in periods.borders]
        days = [nearest_day(border) for border in quarters]
        self.borders = quarters if step == QUARTER else days
        self.ends = between(self.borders, periods.borders)
        self.days: list[Part] = []
        self.quarters: list[Part] = []
        self.edges: list[Part] = []
        if periods.by == "hour":
            self.quarters = in_a_row(quarters)
        else:
            self.days, self.edges = in_a_row(days), between(days, quarters)


def in_a_row(borders: list[datetime]) -> list[Part]:
    return [Part(start, end, number) for number, (start, end) in enumerate(pairwise(borders), 1) if start < end]


def between(moved: Sequence[datetime], borders: Sequence[datetime]) -> list[Part]:
    """From where each border was moved to: what lies before it counts in the period that it ends."""
    pairs = enumerate(zip(moved, borders, strict=True))
    return [
        Part(min(pair), max(pair), number, 1 if pair[0] < pair[1] else -1) for number, pair in pairs if len({*pair}) > 1
    ]
