"""Values that are more than text: moments, durations, numbers, booleans. All raise BadValue."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from .errors import BadValue

FIRST = datetime.min.replace(tzinfo=UTC)
LAST = datetime.max.replace(tzinfo=UTC)
UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}
LARGEST_EXPONENT = 131_071  # of PostgreSQL's numeric
SMALLEST_EXPONENT = -14_000  # and with the 2,000 digits that a query may have, of its other end

DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?[dhms])+")
PIECE = re.compile(r"([0-9]+(?:\.[0-9]+)?)([dhms])")
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
MOMENT = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[Tt ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,6})[0-9]*)?)?)?"
    r" ?(?P<zone>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)


@dataclass(frozen=True)
class Span:
    """From `start` on, up to but without `end`."""

    start: datetime
    end: datetime
    is_day: bool = False


@dataclass(frozen=True)
class Moment:
    """A date (its whole day), a minute, a second or a fraction of one; in the reader's zone where it names none."""

    text: str
    day: date
    clock: time | None
    zone: tzinfo | None
    lasts: timedelta

    def span(self, reader: tzinfo) -> Span:
        zone = self.zone or reader
        if self.clock is None:
            return Span(_start_of(self.day, zone), _start_after(self.day, zone), is_day=True)
        start = _in_utc(datetime.combine(self.day, self.clock, zone))
        return Span(start, _later(start, self.lasts))


def read_moment(text: str) -> Moment:
    found = MOMENT.fullmatch(text)
    if not found:
        raise BadValue(f'"{text}" is no date. Write 2026-11-01, 2026-11-01T14:30, or <2h for less than two hours ago.')
    year, month, day, hour, minute, second = (int(found[part] or 0) for part in _PARTS)
    fraction = found["fraction"] or ""
    try:
        clock = time(hour, minute, second, int(fraction.ljust(6, "0"))) if found["hour"] else None
        return Moment(text, date(year, month, day), clock, _zone(found["zone"]), _precision(found["second"], fraction))
    except ValueError as error:
        raise BadValue(f'"{text}" is not in the calendar: {error}.') from error


_PARTS = ("year", "month", "day", "hour", "minute", "second")


def _precision(second: str | None, fraction: str) -> timedelta:
    if fraction:
        return timedelta(microseconds=10 ** (6 - len(fraction)))
    return timedelta(seconds=1) if second else timedelta(minutes=1)


def _zone(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    return UTC if text in "Zz" else datetime.strptime(text.replace(":", ""), "%z").tzinfo


def _start_of(day: date, zone: tzinfo) -> datetime:
    return _in_utc(datetime.combine(day, time(), zone))


def _start_after(day: date, zone: tzinfo) -> datetime:
    return LAST if day == date.max else _start_of(day + timedelta(days=1), zone)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        return FIRST if moment.year == 1 else LAST


def _later(moment: datetime, by: timedelta) -> datetime:
    try:
        return moment + by
    except OverflowError:
        return LAST


def before(now: datetime, ago: timedelta) -> datetime:
    """The moment so long ago; where the calendar does not reach so far, its beginning."""
    try:
        return now - ago
    except OverflowError:
        return FIRST


def is_duration(text: str) -> bool:
    return DURATION.fullmatch(text) is not None


def read_duration(text: str) -> timedelta:
    """1h30m, 45s, 1.5h: each unit at most once, the largest first."""
    pieces = PIECE.findall(text) if is_duration(text) else []
    units = [unit for _, unit in pieces]
    if not pieces or units != sorted(set(units), key=list(UNITS).index):
        raise BadValue(f'"{text}" is no duration. Write 45s, 5m, 2h, 1h30m or 1d.', _duration_meant(text))
    seconds = sum(Decimal(number) * UNITS[unit] for number, unit in pieces)
    try:
        return timedelta(microseconds=int(seconds * 1_000_000))
    except OverflowError:
        return timedelta.max


def _duration_meant(text: str) -> str:
    if NUMBER.fullmatch(text) and not text.startswith("-"):
        return f"{text}s"
    found = re.fullmatch(r"([0-9]+) ?(?:(s)ec|(m)in|(h)(?:ou)?r|(d)ay)[a-z]*", text.lower())
    return "".join(part for part in found.groups() if part) if found else ""


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None


def read_number(text: str) -> Decimal:
    """As JSON writes it. What PostgreSQL's numeric cannot hold is infinite, or 0."""
    if not is_number(text):
        raise BadValue(f'"{text}" is no number.')
    mantissa, _, exponent = text.lower().partition("e")
    digits = exponent.lstrip("+-").lstrip("0")
    power = int(digits[:8] or 0) * (-1 if exponent.startswith("-") else 1)
    number = Decimal(f"{mantissa}e{power}")
    if number and number.adjusted() > LARGEST_EXPONENT:
        return Decimal("-Infinity") if number < 0 else Decimal("Infinity")
    return number if number and number.adjusted() >= SMALLEST_EXPONENT else Decimal(0)


def read_boolean(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise BadValue(f'"{text}" is neither true nor false.', {"yes": "true", "no": "false"}.get(text.lower(), ""))
    return text.lower() == "true"
