"""Metadata as people type it: `key=value` lines, or a JSON object for numbers and nested values."""

import json
from typing import Any

import msgspec


def parse_metadata(text: str) -> dict[str, Any]:
    """The metadata in what was typed, {} for nothing. Raises ValueError with words for the person.

    A text that begins with `{` is JSON. In lines every value is text, and a key is taken as it stands: `a.b=1` is the
    key "a.b".
    """
    text = text.strip()
    return _from_json(text) if text.startswith("{") else _from_lines(text)


def metadata_text(metadata: Any) -> str:
    """What one would type for this metadata: lines where they say the same, else JSON."""
    if not isinstance(metadata, dict) or not metadata:
        return ""
    lines = "\n".join(f"{key}={value}" for key, value in metadata.items())
    return lines if _says_the_same(lines, metadata) else json.dumps(metadata, ensure_ascii=False, indent=2)


def _from_json(text: str) -> dict[str, Any]:
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise ValueError(f"This is not a JSON object: {error}.") from None
    except RecursionError:
        raise ValueError("This JSON is nested too deeply.") from None


def _from_lines(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        key, sign, value = (part.strip() for part in line.partition("="))
        if not sign or not key:
            raise ValueError(f"Write key=value in each line; this one is not: {line[:60]}")
        if key in pairs:
            raise ValueError(f"The key {key[:60]} is there twice.")
        pairs[key] = value
    return pairs


def _says_the_same(lines: str, metadata: dict[str, Any]) -> bool:
    try:
        return parse_metadata(lines) == metadata
    except ValueError:
        return False
