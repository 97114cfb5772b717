"""What was typed, gathered from a log to be covered wherever it turns up again: in a form, an address, a line."""

import re
from collections.abc import Iterator
from typing import Any

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.values import list_in, text_in

#: A function that puts text into a field. Its arguments, and texts inside its code, are what was typed.
FILLS = re.compile(
    r"\bfill|\.value\s*=|insertText|setRangeText|execCommand|\btype\(|\bset(?:Value|NativeValue)|\.setter|"
    r"\bpassword|\bpressSequentially|setAttribute\(\s*['\"]value"
)
_TEXTS_IN_CODE = re.compile(r"\"((?:[^\"\\\n]|\\.){1,400})\"|'((?:[^'\\\n]|\\.){1,400})'|`((?:[^`\\]|\\.){1,400})`")
#: Where whatever a command's field holds was typed.
_FIELDS = {
    "Input.insertText": "text",
    "Input.imeSetComposition": "text",
    "Page.handleJavaScriptDialog": "promptText",
    "Page.javascriptDialogClosed": "userInput",
    "DOM.setNodeValue": "value",
    "DOM.setAttributeValue": "value",
}
#: After which keys go to another field.
_ELSEWHERE = frozenset(("Input.dispatchMouseEvent", "Page.navigate", "Page.frameNavigated"))
_CALLS = frozenset(("Runtime.callFunctionOn", "Runtime.evaluate"))
METHODS = _ELSEWHERE | _CALLS | {"Input.dispatchKeyEvent", *_FIELDS}
_SHORTEST, _LONGEST, _SHORTEST_WITHIN, _MOST_WITHIN = 3, 2000, 6, 400


class TypedTexts:
    """Takes messages in the order of the log. Keys that follow each other in one tab are one text."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._keys: dict[int | None, str] = {}

    def take(self, message: Message) -> None:
        if message.method == "Input.dispatchKeyEvent":
            self._take_key(message)
        elif message.method in _ELSEWHERE:
            self._end_keys(message.page)
        elif (field := _FIELDS.get(message.method)) is not None:
            self._add(text_in(message.params, field))
        elif message.method in _CALLS:
            for text in texts_filled(message.params):
                self._add(text)

    def texts(self) -> frozenset[str]:
        for page in list(self._keys):
            self._end_keys(page)
        return frozenset(self._texts)

    def _take_key(self, message: Message) -> None:
        kind, text = text_in(message.params, "type"), text_in(message.params, "text")
        if kind not in ("keyDown", "char", "rawKeyDown"):
            return
        if len(text) == 1 and text.isprintable():
            self._keys[message.page] = self._keys.get(message.page, "") + text
        elif text_in(message.params, "key") not in ("Shift", "Backspace", "Control", "Alt", "Meta"):
            self._end_keys(message.page)

    def _end_keys(self, page: int | None) -> None:
        self._add(self._keys.pop(page, ""))

    def _add(self, text: str) -> None:
        for line in {text, text.strip()}:
            if _SHORTEST <= len(line) <= _LONGEST:
                self._texts.add(line)


def texts_filled(params: dict[str, Any]) -> Iterator[str]:
    code = text_in(params, "functionDeclaration") or text_in(params, "expression")
    arguments = list(leaves(list_in(params, "arguments")))
    if not FILLS.search(code) and not any(FILLS.search(text) for text in arguments):
        return
    yield from (text for text in arguments if "=>" not in text and "function" not in text)
    if "expression" in params:
        yield from (
            "".join(found) for found in _TEXTS_IN_CODE.findall(code) if "".join(found) not in ("value", "input")
        )


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from leaves(entry)
    elif isinstance(value, dict):
        for entry in value.values():
            yield from leaves(entry)


class Typed:
    """Finds typed texts in others."""

    def __init__(self, texts: frozenset[str]) -> None:
        self._texts = texts
        within = sorted((text for text in texts if len(text) >= _SHORTEST_WITHIN), key=len, reverse=True)
        self._within = re.compile("|".join(map(re.escape, within[:_MOST_WITHIN]))) if within else None

    def is_typed(self, value: str) -> bool:
        """The whole of it, or as far as it was typed when it was sent."""
        if len(value) < _SHORTEST:
            return False
        return value in self._texts or any(text.startswith(value) for text in self._texts)

    def sub(self, text: str, mask: str) -> str:
        """Short ones are words of every page: they are covered where they are the whole of a value only."""
        return self._within.sub(mask, text) if self._within else text
