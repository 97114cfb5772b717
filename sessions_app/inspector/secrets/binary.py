"""Fields that hold base64: nobody can look into them, so they are covered as a whole."""

from typing import Any

_TEXT = 1  # a web socket's opcode


def binary_fields(name: str, values: dict[str, Any]) -> tuple[str, ...]:
    """Of an object of the protocol that stands under this name."""
    if values.get("base64Encoded") is True:
        return ("body", "data")
    if name == "postDataEntries":
        return ("bytes",)
    return ("payloadData",) if values.get("opcode", _TEXT) != _TEXT else ()
