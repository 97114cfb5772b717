"""Bytes from upstream to JSON values that PostgreSQL can store.

Most entries take the fast way through msgspec. What it refuses or PostgreSQL cannot hold (NUL, lone surrogates,
invalid UTF-8, numbers beyond a double) takes the slow way through the standard library and is mended.
"""

import contextlib
import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

#: userMetadata is at most 512 characters of JSON, so 256 levels; deeper is nobody's data and would exhaust later
#: readers' stacks.
MAX_DEPTH = 300
#: \u0000 and surrogates, paired ones too: telling them apart is left to the slow way.
_NEEDS_MENDING = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
#: A text that does not end goes as far as it can: to look for its end again from each quote within takes forever.
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{},]', re.DOTALL)
_as_raw_entries = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Unreadable(ValueError):
    """One value is not what the API documents; the text says which, for people."""


def decode(data: bytes) -> Any:
    """One JSON value, storable. Raises Unreadable."""
    try:
        value = _decode(data)
        too_deep = data.count(b"[") + data.count(b"{") > MAX_DEPTH and _depth(value) > MAX_DEPTH
    except RecursionError:
        too_deep = True
    if too_deep:
        raise Unreadable(f"nested deeper than {MAX_DEPTH} levels")
    return value


def split_list(data: bytes) -> list[bytes]:
    """The entries of a JSON array, each still JSON, so that one bad entry costs only itself. Raises Unreadable."""
    return [bytes(entry) for entry in split_list_lazily(data)]


def split_list_lazily(data: bytes) -> Sequence[msgspec.Raw | bytes]:
    """As split_list, for long ones: `bytes(entry)` copies an entry, which otherwise is a part of `data`."""
    try:
        return _as_raw_entries(data)
    except msgspec.ValidationError:
        raise Unreadable("not a list") from None
    except (msgspec.DecodeError, RecursionError):
        return _split_odd_list(data)


def storable(text: str) -> str:
    """The text with NUL and lone surrogates replaced by U+FFFD."""
    return _UNSTORABLE.sub("\ufffd", text)


def excerpt(value: object, length: int = 80) -> str:
    """A value from upstream as it may stand in a message: one line, bounded."""
    text = value if isinstance(value, str) else repr(value)
    shown = "".join(char if char.isprintable() else " " for char in text[: length + 1])
    return shown if len(shown) <= length else f"{shown[: length - 1]}…"


def _decode(data: bytes) -> Any:
    if not _NEEDS_MENDING.search(data):
        try:
            return msgspec.json.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            pass  # the slow way either mends it or says what is wrong
    try:
        return _mended(json.loads(data.decode("utf-8", "replace")))
    except ValueError as error:
        raise Unreadable(f"not JSON ({excerpt(str(error))})") from None


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, list):
        return [_mended(entry) for entry in value]
    if isinstance(value, dict):
        return {storable(key): _mended(entry) for key, entry in value.items()}
    return value


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level := [entry for entry in level if isinstance(entry, (dict, list))]:
        depth += 1
        level = [child for entry in level for child in (entry.values() if isinstance(entry, dict) else entry)]
    return depth


def _split_odd_list(data: bytes) -> list[bytes]:
    """As split_list for what msgspec refuses as a whole: a lone surrogate or too many levels in one of the entries."""
    if not data.lstrip().startswith(b"["):
        raise Unreadable("not a list")
    with contextlib.suppress(RecursionError):
        try:
            json.loads(data.decode("utf-8", "replace"))
        except ValueError:
            raise Unreadable("not JSON, or cut short") from None
    return list(_cut_at_first_level(data))


def _cut_at_first_level(data: bytes) -> Iterator[bytes]:
    depth, start = 0, data.find(b"[") + 1
    for token in _TOKEN.finditer(data):
        mark = token.group()
        if mark in b"[{":
            depth += 1
        elif mark in b"]}":
            depth -= 1
        if (mark == b"," and depth == 1) or (mark == b"]" and depth == 0):
            yield data[start : token.start()]
            start = token.end()
    if depth:
        raise Unreadable("not JSON, or cut short")
