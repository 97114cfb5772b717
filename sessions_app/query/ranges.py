"""The time that a query names, as terms that hold from one moment on and up to, but without, another."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, tzinfo

from .terms import Term, Value


def last(length: str) -> list[Term]:
    """The terms of "less than this ago"; the length is a duration as a query writes it."""
    return [Term("started", (Value(length, "<"),))]


def stretch(start: datetime | None, end: datetime | None, zone: tzinfo) -> list[Term]:
    """The terms of a range, with its first moment and without its last, to a microsecond.

    `started:>` leaves out the moment itself unless it is a date: another time is written "not before it".
    """
    found = []
    if start:
        is_date, text = _written(start, zone)
        found.append(Term("started", (Value(text, ">" if is_date else "<"),), negated=not is_date))
    if end:
        found.append(Term("started", (Value(_written(end, zone)[1], "<"),)))
    return found


def within(terms: Sequence[Term], span: Sequence[Term]) -> list[Term]:
    """The query in another range of time: what it said of `started` is gone."""
    return [*span, *(term for term in terms if term.kind != "started")]


def _written(moment: datetime, zone: tzinfo) -> tuple[bool, str]:
    """Whether it is midnight, and as short as it can be with its zone: a link says the same to every reader."""
    local = _local(moment, zone)
    is_date = local.time() == time()
    precision = "microseconds" if local.microsecond else "seconds" if local.second else "minutes"
    text, offset = local.replace(tzinfo=None).isoformat(timespec=precision), local.isoformat()[-6:]
    return is_date, (text[:10] if is_date else text) + ("Z" if offset == "+00:00" else offset)


def _local(moment: datetime, zone: tzinfo) -> datetime:
    """In the reader's zone; in UTC where that has no whole minutes, as before there were railways, or no such year."""
    try:
        local = moment.astimezone(zone)
    except OverflowError:
        return moment.astimezone(UTC)
    return local if len(local.strftime("%z")) == 5 else moment.astimezone(UTC)
