"""Secrets that are named right before them, in words, in JSON that was cut short, in HTML and XML."""

import re

from .names import holds_secret, is_secret_name, may_hold_secret

_NAMED = re.compile(r"(?<![\w.-])([A-Za-z_][\w.-]{0,60})(\\?[\"'])?\s{0,3}[:=]\s{0,3}(\\?[\"'])?")
_VALUE = re.compile(r"[^\s\"'&;,<>(){}\[\]\\]+")
_SAID = re.compile(
    r"\b(pass(?:word|wd|code)?|pwd|secret|token|api[ _-]?key)(\s+(?:is\s+)?)((?=\S*\d)\S{4,})", re.IGNORECASE
)
_ELEMENT = re.compile(r"<([A-Za-z_][\w:.-]{0,60})((?:\s[^<>]*)?>)([^<>]+)(?=</)")
_INPUT = re.compile(r"<input\b[^<>]*>", re.IGNORECASE)
_NAME_OF_INPUT = re.compile(r"\b(?:name|id|type)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_VALUE_OF_INPUT = re.compile(r"(\bvalue\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)


def cover_phrases(text: str, mask: str) -> str:
    if "<" in text:
        text = _INPUT.sub(lambda found: _covered_input(found.group(), mask), text)
        text = _ELEMENT.sub(lambda found: _covered_element(found, mask), text)
    return _SAID.sub(rf"\1\2{mask}", _cover_named(text, mask))


def _cover_named(text: str, mask: str) -> str:
    """`password: …`, `token=…`, `"pin":"…"`; what stands in quotes up to their end."""
    parts, done = [], 0
    for found in _NAMED.finditer(text):
        # A value can be long, and hold many names: only one that may be covered is looked at.
        if found.end() < done or not may_hold_secret(found[1]):
            continue
        end = _end_of_value(text, found.end(), found[3])
        value = text[found.end() : end]
        if value and value != mask and holds_secret(found[1], value):
            parts += [text[done : found.end()], mask]
            done = end
    return "".join([*parts, text[done:]])


def _end_of_value(text: str, begin: int, quote: str | None) -> int:
    if quote is None:
        value = _VALUE.match(text, begin)
        return value.end() if value else begin
    end = text.find(quote, begin)
    while end > begin and len(quote) == 1 and text[end - 1] == "\\":
        end = text.find(quote, end + 1)
    return len(text) if end < 0 else end


def _covered_element(found: re.Match[str], mask: str) -> str:
    return f"<{found[1]}{found[2]}{mask}" if is_secret_name(found[1]) else found.group()


def _covered_input(tag: str, mask: str) -> str:
    if not any(is_secret_name(name) for name in _NAME_OF_INPUT.findall(tag)):
        return tag
    return _VALUE_OF_INPUT.sub(rf'\1"{mask}"', tag)
