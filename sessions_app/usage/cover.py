"""Which stored stretches make up the periods: whole days where they are long, quarters of an hour at their edges."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from .periods import Periods

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
ORIGIN = datetime(2000, 1, 1, tzinfo=UTC)
LONG = timedelta(hours=12)


@dataclass(frozen=True)
class Part:
    """What is stored from `start` up to `end` counts `sign` times in the period with this number, from 1.

    Of an edge it counts as often the other way in the next period.
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
    """The periods with their borders moved back to the last quarter, as sums of days and quarters.

    A day in a zone is the UTC day nearest to it, and what lies between the beginnings of both is taken from one and
    given to the other.
    """

    def __init__(self, periods: Periods) -> None:
        self.periods = periods
        self.borders = [floor(border, QUARTER) for border in periods.borders]
        self.days: list[Part] = []
        self.quarters: list[Part] = []
        self.edges: list[Part] = []
        if periods.by == "hour":
            self.quarters = self._between(self.borders)
        else:
            self.days = self._between([nearest_day(border) for border in self.borders])
            self.edges = [edge for number, border in enumerate(self.borders) if (edge := self._edge(number, border))]

    @property
    def is_exact_within(self) -> bool:
        """Whether only the first and the last border had to be moved, as in all of today's zones."""
        return tuple(self.borders[1:-1]) == self.periods.borders[1:-1]

    def _between(self, borders: list[datetime]) -> list[Part]:
        return [Part(start, end, number) for number, (start, end) in enumerate(pairwise(borders), 1) if start < end]

    def _edge(self, number: int, border: datetime) -> Part | None:
        """Between the border after period `number` and the day nearest to it."""
        day = nearest_day(border)
        if border == day:
            return None
        return Part(day, border, number) if day < border else Part(border, day, number, -1)
