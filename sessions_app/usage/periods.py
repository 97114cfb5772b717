"""The stretches of time that figures are given for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, get_args

By = Literal["hour", "day", "week", "month"]

HOUR = timedelta(hours=1)
MOST_PERIODS = 17_600  # two years by the hour, and a little


class TooManyPeriods(ValueError):
    """More than MOST_PERIODS, or past the end of the calendar."""


@dataclass(frozen=True)
class Periods:
    """Stretches in a row: period k runs from `borders[k]` up to, but not including, `borders[k + 1]`.

    Borders are in UTC. The first and the last one need not be whole.
    """

    borders: tuple[datetime, ...]
    by: By
    zone: tzinfo

    @property
    def start(self) -> datetime:
        return self.borders[0]

    @property
    def end(self) -> datetime:
        return self.borders[-1]

    def __len__(self) -> int:
        return len(self.borders) - 1

    def __iter__(self) -> Iterator[tuple[datetime, datetime]]:
        return zip(self.borders[:-1], self.borders[1:], strict=True)


def periods_between(start: datetime, end: datetime, by: By, zone: tzinfo) -> Periods:
    """From `start` on, cut where an hour, day, week (on Monday) or month begins in the zone, up to `end`.

    Raises TooManyPeriods, and ValueError where `end` is not after `start` or `by` is none of those.
    """
    if by not in get_args(By) or start >= end:
        raise ValueError(by)
    borders = [start.astimezone(UTC)]
    while borders[-1] < end:
        if len(borders) > MOST_PERIODS:
            raise TooManyPeriods
        borders.append(min(_next_border(borders[-1], by, zone), end.astimezone(UTC)))
    return Periods(tuple(borders), by, zone)


def _next_border(moment: datetime, by: By, zone: tzinfo) -> datetime:
    """The first beginning of such a period after the moment."""
    try:
        if by == "hour":
            return _next_full_hour(moment, zone)
        return next(border for border in _next_midnights(moment, by, zone) if border > moment)
    except OverflowError as error:
        raise TooManyPeriods from error


def _next_full_hour(moment: datetime, zone: tzinfo) -> datetime:
    """By the zone's clock: where that is put forward or back by half an hour, an hour has 90 minutes."""
    border = _full_hour(moment, zone) + HOUR
    while (minute := border.astimezone(zone).minute) != 0:
        border += timedelta(minutes=60 - minute)
    return border


def _next_midnights(moment: datetime, by: By, zone: tzinfo) -> Iterator[datetime]:
    """One after the other, from about the moment on; of a day that the zone leaves out, the next one's."""
    day = moment.astimezone(zone).date()
    while True:
        day = _first_day_after(day, by)
        yield datetime.combine(day, time(), zone).astimezone(UTC)


def _first_day_after(day: date, by: By) -> date:
    if by == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 - day.weekday() if by == "week" else 1)


def midnight(now: datetime, zone: tzinfo, days_ago: int = 0) -> datetime:
    """The beginning of the reader's day; in a zone that skips midnight, the first moment after it.

    In UTC: Python subtracts two times of one zone by their clocks, whatever was done to those between.
    """
    day = now.astimezone(zone).date() - timedelta(days=days_ago)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def last_days(now: datetime, zone: tzinfo, days: int) -> Periods:
    """Today and the `days - 1` days before it, from the reader's midnight to midnight."""
    return Periods((*(midnight(now, zone, ago) for ago in reversed(range(days))), now), "day", zone)


def last_hours(now: datetime, zone: tzinfo, hours: int) -> Periods:
    """This hour and the `hours - 1` before it, on the reader's full hours."""
    return hours_since(_full_hour(now, zone) - (hours - 1) * HOUR, now, zone)


def hours_since(start: datetime, now: datetime, zone: tzinfo) -> Periods:
    """Hour after hour from `start`, which stands on a full hour."""
    count = -((start - now) // HOUR)
    return Periods((*(start + k * HOUR for k in range(count)), now), "hour", zone)


def _full_hour(now: datetime, zone: tzinfo) -> datetime:
    local = now.astimezone(zone)
    return now - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
