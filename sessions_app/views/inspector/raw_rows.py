"""Entries of the log as rows: which ones are asked for, and what each shows."""

import json
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.http import HttpRequest

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.words import shortened

from .looked_at import LookedAt

_PARAMS_LENGTH = 160
#: What of a method's parameters tells most, before the others.
_TELLING = (
    "url",
    "documentURL",
    "requestId",
    "type",
    "errorText",
    "name",
    "expression",
    "text",
    "selector",
    "targetId",
)


class Entry(NamedTuple):
    """An entry's place in the log, and its moment in milliseconds since the start."""

    number: int
    t: float | None


class Entries:
    """Some of the log's entries, in its order; made into rows only where they are shown, as there may be 100,000."""

    def __init__(self, log: Log, numbers: Sequence[int]) -> None:
        self._log, self.numbers = log, numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, places: slice) -> list[Entry]:
        at_ms = self._log.index.at_ms
        return [Entry(number, self._log.offset_ms(at_ms[number])) for number in self.numbers[places]]

    def place_of(self, number: int) -> int | None:
        place = bisect_left(self.numbers, number)
        return place if place < len(self.numbers) and self.numbers[place] == number else None


def entries_of(log: Log, request: HttpRequest, looked: LookedAt) -> Entries:
    """By method (`Network.` for a whole domain) and part; words are looked for by `search`."""
    method, at_ms = request.GET.get("method", ""), log.index.at_ms
    numbers: Sequence[int] = numbers_of(log, method) if method else range(len(log))
    if looked.is_part:
        numbers = [number for number in numbers if looked.holds(log.offset_ms(at_ms[number]))]
    return Entries(log, numbers)


def numbers_of(log: Log, method: str) -> list[int]:
    methods = log.index.methods
    if method.endswith("."):
        return [number for number, one in enumerate(methods) if one.startswith(method)]
    return [number for number, one in enumerate(methods) if one == method]


def shown(row: Entry, log: Log, several_tabs: bool) -> dict[str, Any]:
    """As the template has it, covered."""
    page = log.index.pages[row.number]
    problem = log.entry(row.number).problem
    return {
        "number": row.number,
        "t": row.t,
        "method": log.cover.text(log.index.methods[row.number]),
        "tab": f"tab {page}" if several_tabs and page is not None else "",
        "params": problem or params_words(log, row.number),
    }


def params_words(log: Log, number: int) -> str:
    """The parameters on one line, those that tell most first."""
    values = parameters(log.raw(number, 1, log.cover)[0])
    names = [name for name in _TELLING if name in values] + [name for name in values if name not in _TELLING]
    parts = []
    for name in names:
        parts.append(f"{name}: {short_value(values[name])}")
        if sum(map(len, parts)) > _PARAMS_LENGTH:
            break
    return shortened(", ".join(parts), _PARAMS_LENGTH)


def parameters(entry: dict[str, Any]) -> dict[str, Any]:
    """On either side; the entry's own fields where there are none."""
    for side, name in (("request", "params"), ("response", "result")):
        values = entry.get(side)
        if isinstance(values, dict) and isinstance(values.get(name), dict) and values[name]:
            return dict(values[name])
    return {name: value for name, value in entry.items() if name not in ("method", "timestamp", "pageId", "sessionId")}


def short_value(value: Any) -> str:
    if isinstance(value, dict):
        inner = next(
            (value[name] for name in ("url", "value", "message", "type") if isinstance(value.get(name), str)), ""
        )
        return f"{{{shortened(inner, 100)}…}}" if inner else "{…}" if value else "{}"
    if isinstance(value, list):
        return f"[{len(value)}]"
    return shortened(value, 120) if isinstance(value, str) else json.dumps(value)
