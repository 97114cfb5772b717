"""What `/api/usage` is asked for. Every parameter is checked: a mistake is said, never answered by other figures."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, cast, get_args

from django.http import QueryDict

from sessions_app.query import QueryError, Term, parse
from sessions_app.query.errors import BadValue
from sessions_app.query.values import read_moment
from sessions_app.usage.figures import Source
from sessions_app.usage.measures import MEASURES
from sessions_app.usage.periods import MOST_PERIODS, By, Periods, TooManyPeriods, periods_between
from sessions_app.usage.readings import Measure
from sessions_app.usage.splits import PLACES, BadSplit, Split

from .frame import zone_called

PARAMETERS = ("from", "to", "by", "split", "measure", "source", "tz", "q", "format")
FORMATS = ("json", "csv")
USUAL = timedelta(days=30)
FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
#: An offset whose + was not encoded: in an address that is a space.
OFFSET_AFTER_SPACE = re.compile(r"(?<=[0-9]) (?=[0-9]{2}:?[0-9]{2}$)")


class BadParameter(ValueError):
    """`more` is what else is said of it."""

    def __init__(self, parameter: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.parameter, self.message, self.more = parameter, message, more


@dataclass(frozen=True)
class AskedUsage:
    """All of it understood. `as_of` is the moment of asking."""

    periods: Periods
    split: Split
    measure: str
    source: Source
    zone: tzinfo
    terms: tuple[Term, ...]
    as_of: datetime
    is_csv: bool

    @classmethod
    def read(cls, query: QueryDict, now: datetime) -> "AskedUsage":
        """Raises BadParameter."""
        _check_names(query)
        by = cast(By, choice(query, "by", get_args(By), "day"))
        source = cast(Source, choice(query, "source", get_args(Source), "sessions"))
        zone = read_zone(query)
        asked = cls(
            periods=_periods(query, by, zone, now),
            split=_split(query),
            measure=choice(query, "measure", MEASURES, "browser_minutes"),
            source=source,
            zone=zone,
            terms=read_terms(query),
            as_of=now,
            is_csv=choice(query, "format", FORMATS, "json") == "csv",
        )
        if source == "counter":
            _check_counter(asked)
        return asked


def _check_names(query: QueryDict) -> None:
    for name, values in query.lists():
        if name not in PARAMETERS:
            known = ", ".join(PARAMETERS)
            raise BadParameter(name[:100], f'There is no parameter "{name[:100]}". There are {known}.')
        if len(values) > 1:
            raise BadParameter(name, f"{name} is given {len(values)} times.")


def choice(query: QueryDict, name: str, known: Iterable[str], usual: str) -> str:
    value = query.get(name, usual)
    if value not in known:
        raise BadParameter(name, f'{name} is one of {", ".join(known)}; "{value[:100]}" is none of them.')
    return value


def read_zone(query: QueryDict) -> tzinfo:
    zone = zone_called(query.get("tz", "UTC"))
    if zone is None:
        raise BadParameter("tz", "There is no such time zone. Write tz=Europe/Berlin, say.")
    return zone


def _periods(query: QueryDict, by: By, zone: tzinfo, now: datetime) -> Periods:
    end = read_bound(query, "to", zone, lambda: now)
    start = read_bound(query, "from", zone, lambda: end - USUAL)
    if start >= end:
        raise BadParameter("from" if "from" in query else "to", "from must be before to.")
    try:
        return periods_between(start, end, by, zone)
    except TooManyPeriods as error:
        words = f"From {start:%Y-%m-%d} to {end:%Y-%m-%d} there are more than {MOST_PERIODS:,} periods by {by}."
        raise BadParameter("by" if "by" in query else "from", f"{words} Ask for longer ones, or in parts.") from error


def read_bound(query: QueryDict, name: str, zone: tzinfo, usual: Callable[[], datetime]) -> datetime:
    if name not in query:
        return usual()
    text = query.get(name, "")
    try:
        moment = read_moment(with_plus(text)).span(zone).start
    except BadValue as error:
        words = f'"{text[:100]}" is no moment. Write {name}=2026-11-01, 2026-11-01T14:30 or 2026-11-01T14:30:00+01:00.'
        raise BadParameter(name, words) from error
    if not FIRST <= moment <= LAST:
        raise BadParameter(name, f"{name} must lie between {FIRST:%Y} and {LAST:%Y}.")
    return moment


def with_plus(text: str) -> str:
    """The text, with the + of an offset that was not encoded: 2026-11-01T14:30 01:00. A time alone is none."""
    return OFFSET_AFTER_SPACE.sub("+", text) if ":" in text.rpartition(" ")[0] else text


def _split(query: QueryDict) -> Split:
    try:
        return Split.read(query.get("split", "project"))
    except BadSplit as error:
        raise BadParameter("split", str(error)) from error


def read_terms(query: QueryDict) -> tuple[Term, ...]:
    try:
        return tuple(parse(query.get("q", "")))
    except QueryError as error:
        meant = {"meant": error.meant} if error.meant else {}
        raise BadParameter("q", error.message, position=error.position, **meant) from error


def _check_counter(asked: AskedUsage) -> None:
    """Upstream counts minutes and bytes of a whole project and knows nothing else."""
    if asked.split.name not in PLACES:
        raise BadParameter("split", f"source=counter is split by {' or '.join(PLACES)} only.")
    if asked.measure not in get_args(Measure):
        raise BadParameter("measure", f"source=counter has {' and '.join(get_args(Measure))} only.")
    if asked.terms:
        raise BadParameter("q", "q chooses sessions, and a counter knows none: leave q out, or take source=sessions.")
