"""What rrweb recorded of a session's first tab, for its player: with what was typed covered.

Event types and sources are those of rrweb 2 (`EventType`, `IncrementalSource`).
"""

from typing import Any

from sessions_app.browserbase import RecordingEvent
from sessions_app.models import Session

from .secrets import MASK, Cover

READ_S = 30.0
_SNAPSHOT, _INCREMENTAL = 2, 3
_MUTATION, _INPUT = 0, 5
_FIELDS = ("input", "textarea")
#: What these show was not typed.
_WORDS_OF_PAGE = ("button", "submit", "reset", "checkbox", "radio", "image", "range", "color")
#: How an element looks: pictures of its own, and names that only its style sheet knows.
_LOOKS = frozenset(("_csstext", "class", "d", "id", "rr_dataurl", "style", "viewbox"))
#: What would be loaded from elsewhere, or run. The player's policy forbids it; without it, it is not even tried.
_LEADS_AWAY = ("src", "srcset", "srcdoc", "poster", "data", "background", "http-equiv")


def read_recording(session: Session) -> list[RecordingEvent]:
    """In the order of time; none where a player could show nothing. Raises UpstreamError."""
    events = session.account.client().traces.recording(session.id, total_s=READ_S).events
    if not any(event.type == _SNAPSHOT for event in events) or len(events) < 2:
        return []
    cover = Cover()
    for event in events:
        tame(event, cover)
    return sorted(events, key=lambda event: event.timestamp)


def tame(event: RecordingEvent, cover: Cover) -> None:
    """In place: cover what was put into fields and what looks like a secret, take away what leads to other hosts."""
    if event.type == _SNAPSHOT:
        tame_nodes([event.data.get("node")], cover)
    elif event.type == _INCREMENTAL:
        tame_change(event.data, cover)
    else:
        event.data = cover.value("", event.data)


def tame_change(data: dict[str, Any], cover: Cover) -> None:
    if data.get("source") == _INPUT and data.get("text"):
        data["text"] = MASK
    elif data.get("source") == _MUTATION:
        tame_nodes([one.get("node") for one in objects(data.get("adds"))], cover)
        for one in objects(data.get("attributes")):
            tame_attributes("input", one.get("attributes"), cover)  # of which element is not told
        for one in objects(data.get("texts")):
            if isinstance(one.get("value"), str):
                one["value"] = cover.text(one["value"])


def tame_nodes(nodes: list[Any], cover: Cover) -> None:
    """And all below them."""
    left: list[tuple[object, Any]] = [(None, node) for node in nodes]
    while left:
        parent, node = left.pop()
        if isinstance(node, dict):
            tame_text(parent, node, cover)
            tame_attributes(node.get("tagName"), node.get("attributes"), cover)
            left += [(node.get("tagName"), child) for child in objects(node.get("childNodes"))]


def tame_text(parent: object, node: dict[str, Any], cover: Cover) -> None:
    """Of a style sheet nothing is covered: pages would look another way."""
    text = node.get("textContent")
    if isinstance(text, str) and text.strip() and parent != "style" and not node.get("isStyle"):
        node["textContent"] = MASK if parent in ("script", "textarea") else cover.text(text)


def tame_attributes(tag: object, attributes: object, cover: Cover) -> None:
    if not isinstance(attributes, dict):
        return
    if tag in _FIELDS and attributes.get("type") not in _WORDS_OF_PAGE and attributes.get("value"):
        attributes["value"] = MASK
    for name in [name for name, value in attributes.items() if leads_away(tag, name.lower(), value)]:
        del attributes[name]
    called = str(attributes.get("name", ""))
    for name, value in attributes.items():
        if isinstance(value, str) and name.lower() not in _LOOKS and not value.startswith("data:"):
            attributes[name] = cover.field(called if name in ("content", "value") else name, value)


def leads_away(tag: object, name: str, value: object) -> bool:
    if name.startswith("on"):
        return True
    is_own = isinstance(value, str) and value.startswith("data:")
    return not is_own and (name in _LEADS_AWAY or (tag == "link" and name == "href"))


def objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
