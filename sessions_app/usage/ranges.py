"""The stretches of time that people look at usage over, and the one before each."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from .periods import HOUR, By, last_hours, midnight

FIRST_OF_MONTH = 1  # begins a cycle of which nobody said when it begins


@dataclass(frozen=True)
class Range:
    """From `start` up to, without, `end`; `before` is what it is compared with.

    What goes on until now is compared with as much of the stretch before, up to the same time of day.
    """

    start: datetime
    end: datetime
    before: tuple[datetime, datetime]

    @property
    def usual_by(self) -> By:
        """Periods of which there are neither few nor many."""
        length = self.end - self.start
        if length <= timedelta(days=2):
            return "hour"
        return "day" if length <= timedelta(days=93) else "month"


Named = Callable[[datetime, tzinfo, int], Range]


def last_day(now: datetime, zone: tzinfo, _cycle_day: int) -> Range:
    start = last_hours(now, zone, 24).start
    return Range(start, now, (start - 24 * HOUR, now - 24 * HOUR))


def days(count: int) -> Named:
    def last(now: datetime, zone: tzinfo, _cycle_day: int) -> Range:
        start, before = midnight(now, zone, count - 1), midnight(now, zone, 2 * count - 1)
        return Range(start, now, (before, min(same_clock(now, zone, count), start)))

    return last


def this_cycle(now: datetime, zone: tzinfo, cycle_day: int) -> Range:
    start = cycle_start(now - now.resolution, zone, cycle_day)  # a cycle that begins now has nothing yet
    before = cycle_start(start - HOUR, zone, cycle_day)
    return Range(start, now, (before, min(before + (now - start), start)))


def last_cycle(now: datetime, zone: tzinfo, cycle_day: int) -> Range:
    end = cycle_start(now, zone, cycle_day)
    start = cycle_start(end - HOUR, zone, cycle_day)
    return Range(start, end, (cycle_start(start - HOUR, zone, cycle_day), start))


#: As addresses name them.
NAMED: dict[str, Named] = {
    "24h": last_day,
    "7d": days(7),
    "30d": days(30),
    "cycle": this_cycle,
    "last_cycle": last_cycle,
}


def between(start: datetime, end: datetime) -> Range:
    return Range(start, end, (start - (end - start), start))


def month_of(day: date, zone: tzinfo, now: datetime) -> Range:
    """The calendar month with this day in it, as far as it is over, against the one before."""
    start, before = first_of(day, zone), first_of(day.replace(day=1) - timedelta(days=1), zone)
    end = first_of((day.replace(day=1) + timedelta(days=32)), zone)
    if now >= end:
        return Range(start, end, (before, start))
    return Range(start, now, (before, min(before + (now - start), start)))


def cycle_start(moment: datetime, zone: tzinfo, cycle_day: int) -> datetime:
    """The last beginning of a cycle that is not after the moment; in a month without such a day, on its last."""
    day = moment.astimezone(zone).date()
    start = _on(day, cycle_day, zone)
    return start if start <= moment else _on(day.replace(day=1) - timedelta(days=1), cycle_day, zone)


def first_of(month: date, zone: tzinfo) -> datetime:
    return _on(month, FIRST_OF_MONTH, zone)


def same_clock(now: datetime, zone: tzinfo, days_ago: int) -> datetime:
    """As many days ago at this time of day."""
    local = now.astimezone(zone)
    return datetime.combine(local.date() - timedelta(days=days_ago), local.time(), zone).astimezone(UTC)


def _on(month: date, day: int, zone: tzinfo) -> datetime:
    _, last = monthrange(month.year, month.month)
    return datetime.combine(month.replace(day=min(day, last)), time(), zone).astimezone(UTC)
