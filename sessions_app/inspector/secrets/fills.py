"""Code that puts text into a field: what it puts there was typed, in another way."""

import re
from collections.abc import Iterator
from typing import Any

from sessions_app.inspector.log.values import list_in, text_in

_FILLS = (
    r"\bfill|\.value\s*=(?!=)|\[\s*['\"`]value['\"`]\s*\]\s*=(?!=)|insertText|setRangeText|execCommand|\btype\(|"
    r"\bset(?:Value|NativeValue)|\.setter|['\"`]value['\"`]\s{0,9}\)\s{0,9}[?!]?\.set\b|Reflect\.set\(|\bpassword|"
    r"\bpressSequentially|setAttribute\(\s*['\"`]value|\.val\(\s{0,9}[^\s)]|Object\.assign\(.{0,200}\bvalue\s{0,9}:"
)
#: A function that puts text into a field. Its arguments, and texts inside its code, are what was typed.
FILLS = re.compile(_FILLS, re.DOTALL)
#: One that puts text anywhere.
WRITES = re.compile(rf"{_FILLS}|\.(?:textContent|innerText)\s*=(?!=)", re.DOTALL)
#: One that does not end goes as far as it can: to look for its end again from each quote within takes forever.
TEXT_IN_CODE = re.compile(r"\"((?:[^\"\\\n]|\\.)*)\"?|'((?:[^'\\\n]|\\.)*)'?|`((?:[^`\\]|\\.)*)`?")
#: Before a text that says where, or what happens there.
_NAMES_A_PLACE = re.compile(
    r"(?:\$|querySelector(?:All)?|getElement\w{1,20}|closest|matches|locator|Event|Listener)\(\s*\Z"
)
#: Of longer code it is not known which of its texts it puts there, but for one that stands right behind.
_LONGEST_CODE, _BEHIND = 5000, 60
_WORDS_OF_CODE = frozenset(("value", "input", "change", "insertText"))


def texts_filled(params: dict[str, Any]) -> Iterator[str]:
    """What a call puts into fields."""
    function, expression = text_in(params, "functionDeclaration"), text_in(params, "expression")
    arguments = list(leaves(list_in(params, "arguments")))
    code = function or expression
    if not WRITES.search(code) and not any(WRITES.search(text) for text in arguments):
        return
    yield from (text for text in arguments if "=>" not in text and "function" not in text)
    yield from texts_in(expression) if len(expression) <= _LONGEST_CODE else texts_put(expression)
    yield from texts_put(function)


def texts_in(code: str) -> Iterator[str]:
    for found in TEXT_IN_CODE.finditer(code):
        if not _NAMES_A_PLACE.search(code[max(found.start() - 40, 0) : found.start()]):
            yield from text_of(found)


def texts_put(code: str) -> Iterator[str]:
    """Only those that stand right behind what fills."""
    done = 0
    for found in WRITES.finditer(code):
        behind = TEXT_IN_CODE.search(code, found.end(), found.end() + _BEHIND) if found.start() >= done else None
        if behind and (text := TEXT_IN_CODE.match(code, behind.start())):
            yield from text_of(text)
            done = text.end()


def text_of(found: re.Match[str]) -> Iterator[str]:
    text = next(filter(None, found.groups()), "")
    if text and text not in _WORDS_OF_CODE:
        yield text


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from leaves(entry)
    elif isinstance(value, dict):
        for entry in value.values():
            yield from leaves(entry)
