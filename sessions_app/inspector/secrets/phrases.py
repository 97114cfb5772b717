"""Secrets that are named right before them, in words, in JSON that was cut short, in HTML and XML."""

import re

from .names import end_of_secret_name, holds_secret, is_secret_name, may_hold_secret

#: A space that is put, in the words of a console, between a telling name and all that was said after it.
AFTER_NAME = "\u2005"
_MOST_WORDS = 4  # "%c the new token:"
_NAMED = re.compile(r"(?<![\w.-])([A-Za-z_][\w.-]{0,60})(\\?[\"'])?\s{0,3}[:=]\s{0,3}(\\?[\"'])?")
_VALUE = re.compile(r"[^\s\"'&;,<>(){}\[\]\\]+")
_SAID = re.compile(
    r"\b(pass(?:word|wd|code)?|pwd|secret|token|api[ _-]?key)(\s+(?:is\s+)?)((?=[^\s=<>]*\d)\S{4,})", re.IGNORECASE
)
_ELEMENT = re.compile(r"<([A-Za-z_][\w:.-]{0,60})((?:\s[^<>]*)?>)([^<>]+)(?=</)")
#: An argument after one that names it: `setItem("token", "…")`.
_ARGUMENT = re.compile(r"\(\s*(\\?[\"'`])([A-Za-z_][\w.-]{0,60})\1\s{0,3},\s{0,3}(\\?[\"'`])")
_LOGIN_IN_ADDRESS = re.compile(r"\b([a-z][a-z0-9+.-]{1,20}://)[^\s/?#@:\"'<>]*:[^\s/?#@\"'<>]+@", re.IGNORECASE)
#: As JSON that was cut short has it.
_LOGIN_BEHIND_ESCAPES = re.compile(r"\b([a-z]{2,20}:(?:\\/){2})[^\s/?#@\\\"'<>]{1,300}@", re.IGNORECASE)
#: Where the scheme was left out; `npm:name@1.0/` and `mailto:` are none.
_LOGIN_ALONE = re.compile(
    r"(?<![\w.%+:/@-])(?!(?:jsr|mailto|npm):)[\w.%+-]{1,64}:[^\s/@:\"'<>]{1,200}@(?=[\w.-]{1,253}[:/])", re.IGNORECASE
)
_LOGIN_OPTION = re.compile(r"(\s(?:-u|--user|--proxy-user)[\s=]\s?[\"']?)[^\s:\"']+:[^\s\"']+")
_TEXTAREA = re.compile(r"(<textarea\b[^<>]*>)([^<>]+)", re.IGNORECASE)
_INPUT = re.compile(r"<(?:input|meta)\b[^<>]*>", re.IGNORECASE)
_NAME_OF_INPUT = re.compile(r"\b(?:name|id|type)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_VALUE_OF_INPUT = re.compile(r"(\b(?:value|content)\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)


def cover_phrases(text: str, mask: str) -> str:
    if "<" in text:
        text = _INPUT.sub(lambda found: _covered_input(found.group(), mask), text)
        text = _TEXTAREA.sub(lambda found: _covered_textarea(found, mask), text)
        text = _ELEMENT.sub(lambda found: _covered_element(found, mask), text)
    if "@" in text:
        text = _LOGIN_IN_ADDRESS.sub(rf"\1{mask}:{mask}@", text)
        text = _LOGIN_BEHIND_ESCAPES.sub(rf"\1{mask}@", text)
        text = _LOGIN_ALONE.sub(f"{mask}:{mask}@", text)
    if "-u" in text:
        text = _LOGIN_OPTION.sub(rf"\1{mask}", text)
    return _SAID.sub(rf"\1\2{mask}", _cover_after(_ARGUMENT, 2, _cover_after(_NAMED, 1, text, mask), mask))


def sign_after_name(text: str) -> str:
    """With the sign where a telling name ends the text, else the text as it is. A sentence names nothing."""
    end = end_of_secret_name(text)
    if end is None or len(text[:end].split()) > _MOST_WORDS:
        return text
    spaced = end + len(text[end:]) - len(text[end:].lstrip(" :="))
    return f"{text[:spaced].rstrip()}{AFTER_NAME}{text[spaced:]}"


def cover_said(text: str, mask: str) -> str:
    """All that was said after the name."""
    before, sign, after = text.partition(AFTER_NAME)
    return before + sign + mask if after and end_of_secret_name(before) is not None else text


def _cover_after(pattern: re.Pattern[str], name: int, text: str, mask: str) -> str:
    """`password: …`, `token=…`, `"pin":"…"`; what stands in quotes up to their end. `name` is the name's group."""
    parts, done = [], 0
    for found in pattern.finditer(text):
        # A value can be long, and hold many names: only one that may be covered is looked at.
        if found.end() < done or not may_hold_secret(found[name]):
            continue
        end = _end_of_value(text, found.end(), found[3])
        value = text[found.end() : end]
        if value and value != mask and holds_secret(found[name], value):
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


def _covered_textarea(found: re.Match[str], mask: str) -> str:
    names = _NAME_OF_INPUT.findall(found[1])
    return f"{found[1]}{mask}" if any(map(is_secret_name, names)) else found.group()


def _covered_input(tag: str, mask: str) -> str:
    if not any(is_secret_name(name) for name in _NAME_OF_INPUT.findall(tag)):
        return tag
    return _VALUE_OF_INPUT.sub(rf'\1"{mask}"', tag)
