"""What rrweb recorded of a session's first tab, for its player: with what was typed covered.

Event types and sources are those of rrweb 2 (`EventType`, `IncrementalSource`).
"""

from typing import Any

from sessions_app.browserbase import RecordingEvent
from sessions_app.models import Session

READ_S = 30.0
MASK = "***"
_SNAPSHOT, _INCREMENTAL = 2, 3
_MUTATION, _INPUT = 0, 5
_FIELDS = ("input", "textarea")
#: What these show was not typed.
_WORDS_OF_PAGE = ("button", "submit", "reset", "checkbox", "radio", "hidden", "image", "range", "color")


def read_recording(session: Session) -> list[RecordingEvent]:
    """In the order of time; none where a player could show nothing. Raises UpstreamError."""
    events = session.account.client().traces.recording(session.id, total_s=READ_S).events
    if not any(event.type == _SNAPSHOT for event in events) or len(events) < 2:
        return []
    for event in events:
        cover(event)
    return sorted(events, key=lambda event: event.timestamp)


def cover(event: RecordingEvent) -> None:
    """In place: texts put into fields, and fields that hold some already when they are first seen."""
    if event.type == _SNAPSHOT:
        cover_nodes([event.data.get("node")])
    elif event.type == _INCREMENTAL and event.data.get("source") == _INPUT:
        if event.data.get("text"):
            event.data["text"] = MASK
    elif event.type == _INCREMENTAL and event.data.get("source") == _MUTATION:
        added = event.data.get("adds")
        cover_nodes([one.get("node") for one in added if isinstance(one, dict)] if isinstance(added, list) else [])


def cover_nodes(nodes: list[Any]) -> None:
    """And all below them."""
    while nodes:
        node = nodes.pop()
        if not isinstance(node, dict):
            continue
        if node.get("tagName") in _FIELDS:
            cover_field(node.get("attributes"))
        children = node.get("childNodes")
        nodes += children if isinstance(children, list) else []


def cover_field(attributes: object) -> None:
    if isinstance(attributes, dict) and attributes.get("type") not in _WORDS_OF_PAGE and attributes.get("value"):
        attributes["value"] = MASK
