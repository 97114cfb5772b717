"""Fields of messages whose types nobody vouches for."""

import math
from typing import Any

#: Beyond it a double does not hold whole milliseconds any more, and nothing in a log is that long or big.
_MOST = 1e15


def text_in(values: object, name: str) -> str:
    """The text of this field, "" for anything else."""
    value = values.get(name) if isinstance(values, dict) else None
    return value if isinstance(value, str) else ""


def object_in(values: object, name: str) -> dict[str, Any]:
    value = values.get(name) if isinstance(values, dict) else None
    return value if isinstance(value, dict) else {}


def list_in(values: object, name: str) -> list[Any]:
    value = values.get(name) if isinstance(values, dict) else None
    return value if isinstance(value, list) else []


def number_in(values: object, name: str) -> float | None:
    """A finite number of a size that makes sense, also a negative one."""
    value = values.get(name) if isinstance(values, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and abs(value) < _MOST else None


def amount_in(values: object, name: str) -> int | None:
    """As number_in, whole, and None where it is negative, as the protocol's sizes can be."""
    number = number_in(values, name)
    return int(number) if number is not None and number >= 0 else None


def status_in(values: object, name: str = "status") -> int | None:
    """An HTTP status, None where it is none: 0 stands for an answer that never came."""
    number = amount_in(values, name)
    return number if number is not None and 100 <= number <= 999 else None
