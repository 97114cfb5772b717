"""Long lists in chunks: the page has a place for each, and asks for those that come into view."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from django.http import HttpRequest

#: A slow phone draws a short one at once; many thousand rows are not cut into thousands of them.
CHUNK, SHORT_CHUNK = 200, 60
_LONG_LIST = 10_000
_NOT_FILTERS = ("t", "first", "count", "left", "right")


class Placed(Protocol):
    """A row; `t` in milliseconds since the session's start, None where nothing tells."""

    @property
    def t(self) -> float | None: ...


@dataclass(frozen=True)
class Chunk:
    """`begins` is the moment of its first row that has one, so that a moment leads to its chunk."""

    address: str
    count: int
    begins: float | None


class Rows(Protocol):
    """A list of them, or something that makes them when they are asked for."""

    def __len__(self) -> int: ...
    def __getitem__(self, places: slice) -> Sequence[Placed]: ...


def chunks_of(rows: Rows, address: str, request: HttpRequest) -> list[Chunk]:
    """Each with the address that answers its rows, which is asked for with the same filters."""
    asked = {name: value for name, value in request.GET.items() if value and name not in _NOT_FILTERS}
    size = CHUNK if len(rows) > _LONG_LIST else SHORT_CHUNK
    return [
        Chunk(
            f"{address}?{urlencode({**asked, 'first': first, 'count': size})}",
            min(size, len(rows) - first),
            next((row.t for row in rows[first : first + size] if row.t is not None), None),
        )
        for first in range(0, len(rows), size)
    ]


def rows_asked(rows: Any, request: HttpRequest) -> Sequence[Any]:
    """The chunk that `?first=&count=` names; nothing where it names none."""
    first, count = place_asked(request, "first"), place_asked(request, "count")
    return [] if first is None else rows[first : first + min(count or CHUNK, CHUNK)]


def place_asked(request: HttpRequest, name: str) -> int | None:
    """A place in a list, from 0; None where the parameter is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
