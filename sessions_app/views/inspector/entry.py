"""One entry of the log as JSON to read, its secrets covered."""

import json
from dataclasses import dataclass

import msgspec

from sessions_app.inspector.log.opened import Log

#: More of one entry is read in the download.
SHOWN_CHARACTERS = 200_000


@dataclass(frozen=True)
class Entry:
    """`t` in milliseconds since the start. `left_out` is how many characters are not shown."""

    number: int
    t: float | None
    method: str
    text: str
    left_out: int
    problem: str


def entry_of(log: Log, number: int) -> Entry:
    """Raises IndexError."""
    value = msgspec.json.decode(log.covered(number))
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return Entry(
        number,
        log.offset_ms(log.index.at_ms[number]),
        log.index.methods[number],
        text[:SHOWN_CHARACTERS],
        max(len(text) - SHOWN_CHARACTERS, 0),
        log.entry(number).problem,
    )
