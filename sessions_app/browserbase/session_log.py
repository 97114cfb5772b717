"""A session's CDP log: one entry a command with its answer, or one event. Holds secrets.

Shape: `SessionLog` of the SDK (`browserbase/types/sessions/session_log.py`). On which side an event's parameters stand,
the order of entries and the numbering of pages are not documented, so nothing here leans on them.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from .decoding import Unreadable, decode, split_list_lazily
from .errors import BadAnswer, TooBig

#: More would neither be shown nor searched in any useful time.
MAX_ENTRIES = 100_000


class LogSide(msgspec.Struct):
    """One side of an entry. `values` are a request's params or a response's result; `raw_body` the message as JSON."""

    values: dict[str, Any]
    raw_body: str
    timestamp_ms: float | None


class LogEntry(msgspec.Struct, kw_only=True):
    """One entry; `number` is its place in upstream's list, from 0, `timestamp_ms` as it came.

    What has another type than documented is None or empty here and as it came in `raw`, unknown fields too. An entry
    that cannot be read at all has a `problem`, no method and an empty `raw`.
    """

    number: int
    method: str = ""
    page_id: int | None = None
    timestamp_ms: float | None = None
    frame_id: str | None = None
    loader_id: str | None = None
    request: LogSide | None = None
    response: LogSide | None = None
    raw: dict[str, Any] = {}
    problem: str = ""


class SessionLog(Sequence[LogEntry]):
    """The entries in upstream's order, each decoded when it is asked for: a log of 200 MB would be five times that.

    `data` is the log as JSON, to be kept and read again. Raises BadAnswer where it is no list, TooBig.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            self._entries = split_list_lazily(data)
        except Unreadable as problem:
            raise BadAnswer(f"Browserbase's log cannot be used: {problem}.") from None
        if len(self._entries) > MAX_ENTRIES:
            raise TooBig(f"The log has {len(self._entries):,} entries; Sightglass reads up to {MAX_ENTRIES:,}.")

    def __repr__(self) -> str:
        return f"SessionLog({len(self)} entries)"

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[LogEntry]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[place] for place in range(*number.indices(len(self)))]
        return entry_from(range(len(self))[number], bytes(self._entries[number]))

    def data_of(self, number: int) -> bytes:
        """One entry's JSON as it came. Raises IndexError."""
        return bytes(self._entries[number])


def entry_from(number: int, data: bytes) -> LogEntry:
    try:
        value = decode(data)
    except Unreadable as problem:
        return LogEntry(number=number, problem=str(problem))
    if not isinstance(value, dict):
        return LogEntry(number=number, problem="not an object")
    method = value.get("method")
    return LogEntry(
        number=number,
        method=method if isinstance(method, str) else "",
        page_id=_whole(value.get("pageId")),
        timestamp_ms=_moment(value.get("timestamp")),
        frame_id=_text(value.get("frameId")),
        loader_id=_text(value.get("loaderId")),
        request=_side(value.get("request"), "params", "result"),
        response=_side(value.get("response"), "result", "params"),
        raw=value,
    )


def _side(value: object, *names: str) -> LogSide | None:
    """Its values under the name that is documented, else under the other side's."""
    if not isinstance(value, dict):
        return None
    sides = (value.get(name) for name in names)
    raw_body = value.get("rawBody")
    return LogSide(
        next((values for values in sides if isinstance(values, dict) and values), {}),
        raw_body if isinstance(raw_body, str) else "",
        _moment(value.get("timestamp")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _moment(value: object) -> float | None:
    """A number, also one in quotes."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _whole(value: object) -> int | None:
    number = _moment(value)
    return int(number) if number is not None and number == int(number) else None
