"""Answers of a service that has moved on: statuses and regions nobody knows, fields nobody expects."""

from typing import Any

import msgspec

STATUS = "HIBERNATING"
REGION = "moon-north-1"


def strange_words(content: bytes) -> bytes:
    """A JSON answer with every session's status and region replaced and fields added to every object of the API."""
    try:
        answer = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return content
    items = answer if isinstance(answer, list) else [answer]
    return msgspec.json.encode([strange(item) for item in items] if items is answer else strange(answer))


def strange(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    changed = dict(item)
    for name, word in (("status", STATUS), ("region", REGION)):
        if name in changed:
            changed[name] = word
    return changed | {"fluxCapacity": 7, "lineage": {"parent": None, "tags": ["new", "newer"]}}
