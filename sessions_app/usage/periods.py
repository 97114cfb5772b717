"""The stretches of time that figures are given for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Literal

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Periods:
    """Hours or days in a row: period k runs from `borders[k]` up to, but not including, `borders[k + 1]`.

    The last one ends now and is usually not over.
    """

    borders: tuple[datetime, ...]
    by: Literal["hour", "day"]
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
