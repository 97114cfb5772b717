"""From an answer's bytes to the API's objects: ids as parts of a path, one object, a list of them."""

import re
from collections.abc import Callable
from typing import Protocol, TypeVar
from urllib.parse import quote

from .decoding import Unreadable, decode, excerpt, split_list
from .errors import BadAnswer, NotFound
from .fields import MAX_ID


class HasId(Protocol):
    id: str


Named = TypeVar("Named", bound=HasId)
Read = TypeVar("Read")

_ID = re.compile(rb'"id"\s*:\s*"([^"\\]{1,80})"')


def segment_of(id: str) -> str:
    """An id as one segment of a path, so that it can name nothing else.

    "." and ".." would climb even when percent-encoded (RFC 3986, 6.2.2.2) and an empty id would name the list:
    nothing is asked.
    """
    if id in ("", ".", "..") or len(id) > MAX_ID:
        raise NotFound(f"Nothing can have the id {excerpt(id)!r}; Browserbase was not asked.", sent=False)
    return quote(id, safe="", errors="replace")


def one(answer: bytes, read: Callable[[object], Read]) -> Read:
    """Raises BadAnswer."""
    try:
        return read(decode(answer))
    except Unreadable as problem:
        raise BadAnswer(f"Browserbase's answer cannot be used: {problem}.") from None


def the_one(id: str, answered: Named) -> Named:
    if answered.id != id:
        raise BadAnswer(f"Browserbase was asked about {excerpt(id)} and answered about {excerpt(answered.id)}.")
    return answered


def entries(answer: bytes, read: Callable[[object], Read]) -> tuple[list[Read], list[str]]:
    """The readable entries of a list and a sentence for each other one. Raises BadAnswer if it is no list at all."""
    try:
        parts = split_list(answer)
    except Unreadable as problem:
        raise BadAnswer(f"Browserbase's list cannot be used: {problem}.") from None
    readable, problems = [], []
    for number, entry in enumerate(parts, 1):
        try:
            readable.append(read(decode(entry)))
        except Unreadable as problem:
            problems.append(f"entry {number}{_label(entry)}: {problem}")
    return readable, problems


def _label(entry: bytes) -> str:
    """The id an unreadable entry seems to have. Nothing else of it is shown: it may hold credentials."""
    found = _ID.search(entry)
    return f" (id {excerpt(found.group(1).decode('utf-8', 'replace'))})" if found else ""
