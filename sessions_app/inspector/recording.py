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
#: What would be loaded from elsewhere, or run. The player's policy forbids it; without it, it is not even tried.
_LEADS_AWAY = ("src", "srcset", "srcdoc", "poster", "data", "background", "http-equiv")


def read_recording(session: Session) -> list[RecordingEvent]:
    """In the order of time; none where a player could show nothing. Raises UpstreamError."""
    events = session.account.client().traces.recording(session.id, total_s=READ_S).events
    if not any(event.type == _SNAPSHOT for event in events) or len(events) < 2:
        return []
    for event in events:
        tame(event)
    return sorted(events, key=lambda event: event.timestamp)


def tame(event: RecordingEvent) -> None:
    """In place: cover what was put into fields, and take away what leads to other hosts."""
    if event.type == _SNAPSHOT:
        tame_nodes([event.data.get("node")])
    elif event.type == _INCREMENTAL and event.data.get("source") == _INPUT and event.data.get("text"):
        event.data["text"] = MASK
    elif event.type == _INCREMENTAL and event.data.get("source") == _MUTATION:
        tame_nodes([one.get("node") for one in objects(event.data.get("adds"))])
        for one in objects(event.data.get("attributes")):
            tame_attributes("input", one.get("attributes"))  # of which element is not told


def tame_nodes(nodes: list[Any]) -> None:
    """And all below them."""
    while nodes:
        node = nodes.pop()
        if isinstance(node, dict):
            tame_attributes(node.get("tagName"), node.get("attributes"))
            nodes += objects(node.get("childNodes"))


def tame_attributes(tag: object, attributes: object) -> None:
    if not isinstance(attributes, dict):
        return
    if tag in _FIELDS and attributes.get("type") not in _WORDS_OF_PAGE and attributes.get("value"):
        attributes["value"] = MASK
    for name in [name for name, value in attributes.items() if leads_away(tag, name.lower(), value)]:
        del attributes[name]


def leads_away(tag: object, name: str, value: object) -> bool:
    if name.startswith("on"):
        return True
    is_own = isinstance(value, str) and value.startswith("data:")
    return not is_own and (name in _LEADS_AWAY or (tag == "link" and name == "href"))


def objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
