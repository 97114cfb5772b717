"""What a script did with pointer and keys. What it typed is never told."""

import re
from collections import defaultdict

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.times import elapsed_ms
from sessions_app.inspector.log.values import list_in, number_in, text_in
from sessions_app.inspector.secrets.fills import FILLS
from sessions_app.inspector.words import counted

from . import elements
from .elements import Elements
from .event import Event, event_of

_CLICKS = re.compile(r"\.click\(\s*\)")
_SILENT_KEYS = frozenset(("Shift", "Control", "Alt", "Meta", "CapsLock", ""))
_MODIFIERS = ((2, "Control"), (4, "Meta"), (1, "Alt"))
#: What follows sooner belongs to the same text, or the same scrolling.
_SAME_WITHIN_MS = 5000
METHODS = elements.METHODS | {
    "DOM.setFileInputFiles",
    "Input.dispatchKeyEvent",
    "Input.dispatchMouseEvent",
    "Input.dispatchTouchEvent",
    "Input.imeSetComposition",
    "Input.insertText",
    "Input.synthesizeScrollGesture",
    "Input.synthesizeTapGesture",
}


class Gestures:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self._elements: dict[int | None, Elements] = defaultdict(Elements)
        self._fields: dict[int | None, str] = {}  # what was clicked last: typing goes there
        self._last: dict[int | None, Event] = {}

    def take(self, message: Message) -> None:
        match message.method.removeprefix("Input."):
            case "dispatchMouseEvent":
                self._take_mouse(message)
            case "dispatchKeyEvent":
                self._take_key(message)
            case "insertText" | "imeSetComposition":
                self._typed(message, self._fields.get(message.page, ""))
            case "dispatchTouchEvent" if text_in(message.params, "type") == "touchStart":
                points = list_in(message.params, "touchPoints")
                self._tapped(message, points[0] if points else {})
            case "synthesizeTapGesture":
                self._tapped(message, message.params)
            case "synthesizeScrollGesture":
                self._lasting(message, "scroll", "scrolled")
            case "DOM.setFileInputFiles":
                count = len(list_in(message.params, "files"))
                self._add(message, "upload", f"chose {counted(count, 'file')} to upload")
            case _:
                self._take_element(message)

    def _take_element(self, message: Message) -> None:
        found = self._elements[message.page]
        found.take(message)
        if not message.method.startswith("Runtime."):
            return
        code = text_in(message.params, "functionDeclaration") or text_in(message.params, "expression")
        name = found.called(text_in(message.params, "objectId"))
        if FILLS.search(code) and ("arguments" in message.params or ".value" in code):
            self._lasting(message, "typing", f"filled *{name}*" if name else "filled a field")
        elif _CLICKS.search(code):
            self._add(message, "click", f"clicked *{name}* by script" if name else "clicked by script")

    def _take_mouse(self, message: Message) -> None:
        kind = text_in(message.params, "type")
        if kind == "mouseWheel":
            self._lasting(message, "scroll", "scrolled")
        if kind != "mousePressed":
            return
        name, where = self._pointed(message, message.params)
        self._fields[message.page] = name
        verb = "right-clicked" if text_in(message.params, "button") == "right" else "clicked"
        last = self._last.get(message.page)
        if (number_in(message.params, "clickCount") or 1) > 1 and last and last.kind == "click":
            last.text = last.text.replace("clicked", "double-clicked", 1).replace("double-double-", "double-")
            return
        self._add(message, "click", f"{verb} {where}")

    def _tapped(self, message: Message, point: object) -> None:
        name, where = self._pointed(message, point)
        self._fields[message.page] = name
        self._add(message, "click", f"tapped {where}")

    def _pointed(self, message: Message, point: object) -> tuple[str, str]:
        """The element's name, and words for where it is."""
        x, y = number_in(point, "x"), number_in(point, "y")
        found = self._elements[message.page]
        name = found.lately(message.number) if x is None or y is None else found.at(message.number, x, y)
        if name:
            return name, f"*{name}*"
        return "", "somewhere" if x is None or y is None else f"at {x:.0f}, {y:.0f}"

    def _take_key(self, message: Message) -> None:
        kind, key, text = (text_in(message.params, name) for name in ("type", "key", "text"))
        if kind == "keyUp":
            return
        held = int(number_in(message.params, "modifiers") or 0)
        with_held = [name for bit, name in _MODIFIERS if held & bit]
        if with_held and len(key) == 1:
            self._add(message, "key", f"pressed {'+'.join([*with_held, key.upper()])}")
        elif len(key) == 1 or (text and text.isprintable() and not key):
            self._typed(message, self._fields.get(message.page, ""))
        elif kind != "char" and key not in _SILENT_KEYS and key.isalnum():
            self._lasting(message, "key", f"pressed {'+'.join([*with_held, key])}")

    def _typed(self, message: Message, name: str) -> None:
        self._lasting(message, "typing", f"typed into *{name}*" if name else "typed")

    def _lasting(self, message: Message, kind: str, text: str) -> None:
        """One event for what goes on without anything between."""
        last = self._last.get(message.page)
        if last and (last.kind, last.text) == (kind, text):
            gap_ms = elapsed_ms(last.moment, message.moment)
            if gap_ms is None or gap_ms <= _SAME_WITHIN_MS:
                return
        self._add(message, kind, text)

    def _add(self, message: Message, kind: str, text: str) -> None:
        event = event_of(message, kind, text)
        self.events.append(event)
        self._last[message.page] = event
