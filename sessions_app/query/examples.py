"""What can be written for fields whose values are no words: moments, durations, numbers, booleans."""

import re
from collections.abc import Iterator
from datetime import date

from .terms import FIELDS

UNIT_WORDS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
LENGTH = re.compile(r"([<>]?)([0-9]+(?:\.[0-9]+)?)([smhd]?)")
MEANINGS = {
    "status": "RUNNING, COMPLETED, ERROR …",
    "project": "its name or id",
    "region": "where the browser runs",
    "started": "a day, or <2h for the last two hours",
    "ended": "a day, or <2h for the last two hours",
    "duration": "how long it ran: >5m, <1h30m",
    "keep_alive": "true or false",
    "context": "the id of a context",
    "extension": "the id of an extension",
    "by": "who started it here",
    "id": "the beginning of an id",
    "proxy_mb": "proxy traffic in millions of bytes",
    "account": "the name of the account of its project",
    "used": "when it had browser minutes: a day, or <2h",
    "wasted": "when its minutes were in vain: a day, or <2h",
    "over": "when it ended, as far as anybody knows: a day, or <2h",
}
LENGTHS = {"duration": (">5m", ">1h", "<1m"), "moment": ("<1h", "<24h", "<7d", "<30d", ">30d")}
NUMBERS = {">1": "more than a million bytes", ">100": "more than 100 million bytes", "<1": "less than a million bytes"}
BOOLEANS = {"true": "was to stay open", "false": "was not to stay open"}

Example = tuple[str, str]  # what is written, and what it means


def examples(name: str, typed: str, today: date) -> Iterator[Example]:
    """For what was typed of a field's value so far; the caller picks those that begin so."""
    kind = FIELDS[name]
    if kind in LENGTHS:
        yield from lengths(kind, typed)
    if kind == "moment":
        yield from days(typed, today)
    elif kind == "number":
        yield from NUMBERS.items()
    elif kind == "boolean":
        yield from BOOLEANS.items()


def lengths(kind: str, typed: str) -> Iterator[Example]:
    """Some usual ones, or the number that was typed in each unit."""
    begun = LENGTH.fullmatch(typed)
    if not begun or (kind == "moment" and not begun[1]):
        written = LENGTHS[kind]
    else:
        written = tuple(f"{begun[1]}{begun[2]}{unit}" for unit in begun[3] or UNIT_WORDS)
    for text in written:
        yield text, in_words(kind, text)


def in_words(kind: str, text: str) -> str:
    compare, number, unit = LENGTH.fullmatch(text).groups()  # type: ignore[union-attr]
    length = f"{number} {UNIT_WORDS[unit].removesuffix('s') if number == '1' else UNIT_WORDS[unit]}"
    if kind == "moment":
        return f"less than {length} ago" if compare == "<" else f"more than {length} ago"
    return {"": f"{length}, to the second", "<": f"shorter than {length}", ">": f"longer than {length}"}[compare]


def days(typed: str, today: date) -> Iterator[Example]:
    day = today.isoformat()
    yield from ((day, "today"), (f">{day}", "from today's 00:00 on"), (f"<{day}", "before today"))
