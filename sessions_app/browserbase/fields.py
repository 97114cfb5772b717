"""Single fields of the API's objects: read leniently, refused (Unreadable) where they could not be stored or shown."""

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any

from .decoding import Unreadable, excerpt

#: Characters of an id; two longer ones of four bytes each would not fit one PostgreSQL index entry.
MAX_ID = 256
#: Characters of a status or region.
MAX_WORD = 64
MAX_NAME = 500
MAX_URL = 20_000
#: PostgreSQL's bigint.
MAX_INT = 2**63 - 1


def as_object(value: object) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise Unreadable("not an object")


def id_of(answer: Mapping[str, Any]) -> str:
    value = answer.get("id")
    if isinstance(value, str) and 0 < len(value) <= MAX_ID and "\ufffd" not in value:
        return value
    raise Unreadable("without a usable id")


def text_of(answer: Mapping[str, Any], name: str, longest: int) -> str:
    value = answer.get(name)
    if value is None:
        return ""
    if isinstance(value, str) and len(value) <= longest:
        return value
    raise Unreadable(f"{name} is not a text of at most {longest} characters")


def web_url_of(answer: Mapping[str, Any], name: str) -> str:
    """A URL that may be framed and opened: never `javascript:` or the like."""
    url = text_of(answer, name, MAX_URL)
    return url if url.lower().startswith(("https://", "http://")) else ""


def time_of(answer: Mapping[str, Any], name: str) -> dt.datetime | None:
    value = answer.get(name)
    if value is None:
        return None
    try:
        time = dt.datetime.fromisoformat(value)
        time = time.replace(tzinfo=dt.UTC) if time.tzinfo is None else time.astimezone(dt.UTC)
    except (ValueError, TypeError, OverflowError):
        raise Unreadable(f"{name} is not a time: {excerpt(value, 40)}") from None
    # A reader's time zone is added later; at the calendar's edges that would overflow.
    if not 1970 <= time.year < 9999:
        raise Unreadable(f"{name} is out of any range: {excerpt(value, 40)}")
    return time


def count_of(answer: Mapping[str, Any], name: str) -> int | None:
    """A whole number of 0 to bigint, also from a float or a number in quotes; clipped. None when missing."""
    value = answer.get(name)
    if value is None:
        return None
    try:
        number = value if isinstance(value, int) and not isinstance(value, bool) else float(value)
    except (ValueError, TypeError):
        number = math.nan
    if isinstance(value, bool) or number != number:
        raise Unreadable(f"{name} is not a number: {excerpt(value, 40)}")
    return int(max(0, min(number, MAX_INT)))
