"""What a running counter says was used between two moments."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

PULLS_MISSED, SHORTEST_GAP = 3, timedelta(minutes=5)
# Readings further apart than this do not tell when something was used, only that it was.
LONGEST_STEP = max(PULLS_MISSED * timedelta(seconds=settings.PULL_USAGE_S), SHORTEST_GAP)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Reading:
    """The counter stood at `value` from `taken_at` to `unchanged_until`.

    `read_before`: until when the reading before it stood, None for the first of all, and at which value. Between two
    readings others may have been left out that tell nothing more, also that one.
    """

    taken_at: datetime
    unchanged_until: datetime
    value: int
    read_before: datetime | None
    value_before: int | None = None

    @property
    def moved_unseen(self) -> bool:
        """Whether readings are missing before this one while the counter rose or fell."""
        if self.read_before is None or self.value == self.value_before:
            return False
        return self.taken_at - self.read_before > LONGEST_STEP


@dataclass(frozen=True)
class Gap:
    """Two readings too far apart; what was used between them is spread evenly over the time."""

    start: datetime
    end: datetime

    def crosses(self, moment: datetime) -> bool:
        return self.start < moment < self.end

    def within(self, start: datetime, end: datetime) -> "Gap | None":
        """The part of it that lies between the two, None where there is none."""
        start, end = max(self.start, start), min(self.end, end)
        return Gap(start, end) if start < end else None


class Curve:
    """Use since the first reading, as a line through the readings of one counter.

    A reading lower than the one before begins a new cycle: its value is what was used since (upstream documents
    neither the reset nor its time). The first reading has nothing before it to be compared with and counts as nothing.
    Where one was taken before another had ended to stand, the later one counts from then on. Amounts are whole numbers
    and those of neighbouring stretches add up to that of the whole, whatever the readings.

    `gaps` are the stretches between two readings too far apart in which something was used, or the counter fell.
    """

    def __init__(self, readings: Iterable[Reading]) -> None:
        self.moments: list[datetime] = []
        self.used_by: list[int] = []
        self.gaps: list[Gap] = []
        self.resets: list[datetime] = []
        before: Reading | None = None
        for reading in readings:
            self._add(reading, before)
            before = reading

    def _add(self, reading: Reading, before: Reading | None) -> None:
        used = self.used_by[-1] if before else 0
        if before and reading.value < before.value:
            self.resets.append(reading.taken_at)
            used += reading.value
        elif before:
            used += reading.value - before.value
        if self.moments:
            self.moments[-1] = min(self.moments[-1], reading.taken_at)
        if before and reading.read_before and reading.moved_unseen:
            self.gaps.append(Gap(reading.read_before, reading.taken_at))
        self.moments += [reading.taken_at, reading.unchanged_until]
        self.used_by += [used, used]

    @property
    def first(self) -> datetime | None:
        return self.moments[0] if self.moments else None

    @property
    def last(self) -> datetime | None:
        return self.moments[-1] if self.moments else None

    def knows(self, start: datetime, end: datetime) -> bool:
        """Whether any part of this stretch lies between the first and the last reading."""
        return self.first is not None and self.last is not None and max(self.first, start) < min(self.last, end)

    def used(self, start: datetime, end: datetime) -> int | None:
        """What was used from `start` to `end` as far as the readings reach; None where they say nothing of it."""
        return self._used_by(end) - self._used_by(start) if self.knows(start, end) else None

    def estimates(self, start: datetime, end: datetime) -> bool:
        """Whether an amount that is only spread over time was cut at one of these two moments."""
        return any(gap.crosses(start) or gap.crosses(end) for gap in self.gaps)

    def _used_by(self, moment: datetime) -> int:
        after = bisect_right(self.moments, moment)
        if after == 0:
            return 0
        if after == len(self.moments):
            return self.used_by[-1]
        start, end = self.moments[after - 1], self.moments[after]
        used, later = self.used_by[after - 1], self.used_by[after]
        return used + (later - used) * ((moment - start) // MICROSECOND) // ((end - start) // MICROSECOND)
