"""What was typed, gathered from a log to be covered wherever it turns up again: in a form, an address, a line."""

import re

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.values import number_in, object_in, text_in

from .fills import leaves, texts_filled

#: Where whatever a command's field holds was typed.
_FIELDS = {
    "Input.imeSetComposition": "text",
    "Page.handleJavaScriptDialog": "promptText",
    "Page.javascriptDialogClosed": "userInput",
    "DOM.setNodeValue": "value",
    "DOM.setAttributeValue": "value",
}
_INSERT, _KEY = "Input.insertText", "Input.dispatchKeyEvent"
#: After which keys may go to another field, some only if they are of this type.
_ELSEWHERE = {
    "Input.dispatchMouseEvent": "mousePressed",
    "Input.dispatchTouchEvent": "touchStart",
    "DOM.focus": "",
    "Page.navigate": "",
    "Page.frameNavigated": "",
}
_CALLS = frozenset(("Runtime.callFunctionOn", "Runtime.evaluate"))
METHODS = _CALLS | {_INSERT, _KEY, *_ELSEWHERE, *_FIELDS}
_FOCUSES = re.compile("focus", re.IGNORECASE)
#: Keys after which what was typed goes on elsewhere, or stands in another order.
_ENDING = frozenset(
    "ArrowDown ArrowLeft ArrowRight ArrowUp Delete End Enter Escape Home NumpadEnter PageDown PageUp Tab".split()
)
_MODIFIERS = frozenset(("Alt", "AltGraph", "CapsLock", "Control", "Meta", "Shift"))
_ALT, _CONTROL_OR_META = 1, 6
_SHORTEST, _LONGEST_WHOLE = 3, 400


class TypedTexts:
    """Takes messages in the order of the log.

    What follows each other in one tab is kept in the pieces in which it came, the last one of single letters: each
    piece is a text, and so are all together.
    """

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._pieces: dict[int | None, list[str]] = {}

    def take(self, message: Message) -> None:
        method = message.method
        if method == _KEY:
            self._take_key(message)
        elif method == _INSERT:
            self._put(message.page, text_in(message.params, "text"))
        elif method in _ELSEWHERE:
            if leads_elsewhere(message):
                self._end(message.page)
        elif method in _CALLS:
            self._take_call(message)
        else:
            self._add(text_in(message.params, _FIELDS[method]))

    def texts(self) -> frozenset[str]:
        for page in list(self._pieces):
            self._end(page)
        return frozenset(self._texts)

    def _take_key(self, message: Message) -> None:
        """A key pressed down writes the text that it tells; where it tells none, one of its own follows (`char`)."""
        kind, text = text_in(message.params, "type"), text_in(message.params, "text")
        key = text_in(message.params, "key") or text_in(message.params, "code")
        if kind not in ("keyDown", "char", "rawKeyDown"):
            return
        held = int(number_in(message.params, "modifiers") or 0)
        is_shortcut = bool(held & _CONTROL_OR_META) and not held & _ALT and key not in _MODIFIERS
        if key in _ENDING or is_shortcut or (text and not text.isprintable() and key != "Backspace"):
            self._end(message.page)
        elif key == "Backspace":
            self._take_back(message.page)
        elif kind != "rawKeyDown":
            self._put(message.page, text)

    def _take_call(self, message: Message) -> None:
        code = [text_in(message.params, name) for name in ("functionDeclaration", "expression")]
        if any(map(_FOCUSES.search, [*code, *leaves(message.params.get("arguments"))])):
            self._begin_piece(message.page)
        for text in texts_filled(message.params):
            self._add(text)

    def _put(self, page: int | None, text: str) -> None:
        if len(text) == 1:
            self._pieces.setdefault(page, [""])[-1] += text
        elif text:
            self._begin_piece(page)
            self._pieces[page][-1] = text
            self._begin_piece(page)

    def _begin_piece(self, page: int | None) -> None:
        pieces = self._pieces.setdefault(page, [""])
        if pieces[-1]:
            pieces.append("")

    def _take_back(self, page: int | None) -> None:
        """The last letter; what stood there with it may have been sent already."""
        pieces = self._pieces.get(page, [""])
        if len(pieces) > 1 and not pieces[-1]:
            pieces.pop()
        if len(pieces[-1]) <= _LONGEST_WHOLE:
            self._add(pieces[-1])
        pieces[-1] = pieces[-1][:-1]

    def _end(self, page: int | None) -> None:
        pieces = self._pieces.pop(page, [])
        whole = "".join(pieces)
        for text in [*pieces, whole] if len(whole) <= _LONGEST_WHOLE else pieces:
            self._add(text)

    def _add(self, text: str) -> None:
        self._texts.update(line for line in (text, text.strip()) if len(line) >= _SHORTEST)


def leads_elsewhere(message: Message) -> bool:
    wanted = _ELSEWHERE[message.method]
    is_inner_frame = bool(text_in(object_in(message.params, "frame"), "parentId"))
    return not is_inner_frame and (not wanted or text_in(message.params, "type") == wanted)
