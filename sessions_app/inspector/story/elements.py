"""Which element of a page a command was about, as far as the commands before it tell."""

import re
from typing import Any

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.values import list_in, object_in, text_in
from sessions_app.inspector.words import shortened

_NAMED_BY = ("aria-label", "placeholder", "alt", "title", "name", "id")
_BUTTONS = ("submit", "button", "reset")
_LONGEST, _DEEPEST = 60, 4
#: An element that so many messages ago was looked at is not what is clicked now.
_NEAR = 12
_BOXES_KEPT = 20
#: Selectors of Playwright, which stand among a call's arguments: `internal:role=button[name="Sign in"i]`.
_SELECTOR = re.compile(r"internal:(?:role=\w+\[name=|text=|label=|attr=\[placeholder=)\"((?:[^\"\\]|\\.){1,80})\"")
METHODS = frozenset(("DOM.describeNode", "DOM.getContentQuads", "DOM.getBoxModel", "Runtime.evaluate"))
METHODS |= {"Runtime.callFunctionOn", "DOM.scrollIntoViewIfNeeded"}


class Elements:
    """Those of one tab."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._boxes: list[tuple[str, tuple[float, float, float, float]]] = []
        self._last: tuple[int, str] | None = None

    def take(self, message: Message) -> None:
        thing = text_in(message.params, "objectId")
        if node := object_in(message.result, "node"):
            self._name(message, thing, name_of(node))
        elif box := box_in(message.result):
            self._boxes = [*self._boxes[1 - _BOXES_KEPT :], (thing, box)]
        elif message.method.startswith("Runtime."):
            found = object_in(message.result, "result")
            if text_in(found, "subtype") == "node":
                self._name(message, text_in(found, "objectId"), shortened(text_in(found, "description"), _LONGEST))
            if selected := _SELECTOR.search(str(message.params.get("arguments", ""))[:4000]):
                self._last = message.number, selected[1]
        elif thing in self._names:
            self._last = message.number, self._names[thing]

    def called(self, thing: str) -> str:
        return self._names.get(thing, "")

    def at(self, number: int, x: float, y: float) -> str:
        """The name of what was there when the command of this number came; "" where the log does not tell."""
        for thing, (left, top, right, bottom) in reversed(self._boxes):
            if left <= x <= right and top <= y <= bottom and thing in self._names:
                return self._names[thing]
        return self.lately(number)

    def lately(self, number: int) -> str:
        """The name of what was looked at right before."""
        return self._last[1] if self._last and number - self._last[0] <= _NEAR else ""

    def _name(self, message: Message, thing: str, name: str) -> None:
        if name:
            self._names[thing] = name
            self._last = message.number, name


def name_of(node: dict[str, Any]) -> str:
    """What a person would call it: its label, or the words on it."""
    attributes = [str(value) for value in list_in(node, "attributes")]
    told = dict(zip(attributes[::2], attributes[1::2], strict=False))
    is_input = text_in(node, "nodeName").upper() in ("INPUT", "TEXTAREA", "SELECT")
    if is_input and told.get("type", "").lower() in _BUTTONS and told.get("value"):
        return shortened(told["value"], _LONGEST)
    words = "" if is_input else shortened(words_in(node, _DEEPEST), _LONGEST)
    named = next((told[name] for name in _NAMED_BY if told.get(name, "").strip()), "")
    return told.get("aria-label", "").strip() or words or shortened(named, _LONGEST)


def words_in(node: dict[str, Any], depth: int) -> str:
    if depth == 0:
        return ""
    own = text_in(node, "nodeValue")
    return " ".join(
        [own, *(words_in(child, depth - 1) for child in list_in(node, "children") if isinstance(child, dict))]
    )


def box_in(result: dict[str, Any] | None) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom of the first quad."""
    quads = list_in(result, "quads")
    quad = quads[0] if quads else list_in(object_in(result, "model"), "border")
    if not isinstance(quad, list) or len(quad) != 8 or not all(isinstance(value, int | float) for value in quad):
        return None
    return min(quad[::2]), min(quad[1::2]), max(quad[::2]), max(quad[1::2])
