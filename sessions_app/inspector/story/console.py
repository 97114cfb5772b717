"""The console's lines: what pages said, exceptions, and what the browser itself remarked."""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.times import UNKNOWN, Moment
from sessions_app.inspector.log.values import amount_in, list_in, object_in, text_in
from sessions_app.inspector.secrets.phrases import AFTER_NAME, sign_after_name

from .event import Event, event_of

SAID, THROWN, ADDED = "Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"
OLD_ADDED = "Console.messageAdded"
METHODS = frozenset((SAID, THROWN, ADDED, OLD_ADDED))
_LEVELS = {"warning": "warning", "warn": "warning", "error": "error", "assert": "error", "info": "info"}
_LEVELS |= {"debug": "debug", "verbose": "debug"}
#: What the vendor's captcha solver writes to the page's console.
CAPTCHA = "browserbase-solving-"
_CAPTCHA_KINDS = {
    "started": ("captcha_started", "solving a captcha"),
    "finished": ("captcha_solved", "solved the captcha"),
}
_PLACEHOLDER = re.compile(r"%[sdifoOc]")
_LONGEST, _MOST_FRAMES, _EVENT_LENGTH = 20_000, 50, 300


class Line(msgspec.Struct, kw_only=True):
    """`level` is error, warning, info, log or debug; `text` not yet covered, `stack` one frame a line."""

    level: str
    text: str
    page: int | None
    number: int
    moment: Moment = UNKNOWN
    at_ms: float | None = None
    stack: str = ""
    source: str = ""  # where it came from: an address


class Console:
    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.events: list[Event] = []
        self._old: list[Line] = []
        self._has_said = False

    def take(self, message: Message) -> None:
        match message.method:
            case "Runtime.consoleAPICalled":
                self._has_said = True
                self._add(message, line_said(message))
            case "Runtime.exceptionThrown":
                line = line_thrown(message)
                self.lines.append(line)
                self.events.append(event_of(message, "exception", first_line(line.text)))
            case "Log.entryAdded":
                self._add(message, line_added(message, object_in(message.params, "entry")))
            case _:
                self._old.append(line_added(message, object_in(message.params, "message")))

    def all_lines(self) -> list[Line]:
        """The older domain says again what Runtime says, where both are on."""
        return self.lines if self._has_said else [*self.lines, *self._old]

    def _add(self, message: Message, line: Line) -> None:
        self.lines.append(line)
        if line.text.startswith(CAPTCHA):
            what = line.text.removeprefix(CAPTCHA)
            kind, words = _CAPTCHA_KINDS.get(
                what.split()[0] if what else "", ("captcha", f"captcha: {first_line(what)}")
            )
            self.events.append(event_of(message, kind, words))
        elif line.level in ("error", "warning") and message.method == SAID:
            self.events.append(event_of(message, "console", f"{line.level} in the console: {first_line(line.text)}"))


def line_said(message: Message) -> Line:
    told = text_in(message.params, "type")
    words = said(list_in(message.params, "args"))
    return line(message, _LEVELS.get(told, "log"), words, object_in(message.params, "stackTrace"))


def line_thrown(message: Message) -> Line:
    details = object_in(message.params, "exceptionDetails")
    thrown = object_in(details, "exception")
    what = text_in(thrown, "description") or (argument(thrown) if "value" in thrown else text_in(thrown, "className"))
    words = " ".join(filter(None, (text_in(details, "text"), what))) or "an exception"
    return line(message, "error", words, object_in(details, "stackTrace"), text_in(details, "url"))


def line_added(message: Message, entry: dict[str, Any]) -> Line:
    level = _LEVELS.get(text_in(entry, "level"), "log")
    words = " ".join(filter(None, (text_in(entry, "text"), text_in(entry, "url"))))
    return line(message, level, words, object_in(entry, "stackTrace"), text_in(entry, "url"))


def line(message: Message, level: str, text: str, stack: dict[str, Any], source: str = "") -> Line:
    frames = list(frames_in(stack))
    return Line(
        level=level,
        text=text[:_LONGEST],
        page=message.page,
        number=message.number,
        moment=message.moment,
        stack="\n".join(frames),
        source=source,
    )


def frames_in(stack: dict[str, Any]) -> Iterator[str]:
    """Lines and columns count from 0 in the protocol, and from 1 for people."""
    for frame in list_in(stack, "callFrames")[:_MOST_FRAMES]:
        place = ":".join(str((amount_in(frame, name) or 0) + 1) for name in ("lineNumber", "columnNumber"))
        yield f"{text_in(frame, 'functionName') or '(anonymous)'} ({text_in(frame, 'url')}:{place})"


def first_line(text: str) -> str:
    return text.split("\n", 1)[0][:_EVENT_LENGTH]


def said(arguments: list[Any]) -> str:
    """As a console shows them, `%s` and its like filled in; with a sign after the first name that tells of a secret."""
    words = [argument(value) for value in arguments[:100]]
    sign_first_name(arguments, words)
    if not words or not isinstance(object_value(arguments[0]), str) or "%" not in words[0]:
        return joined(words)
    rest = words[1:]
    text = _PLACEHOLDER.sub(lambda found: filled_in(found.group(), rest), words[0])
    return joined([text, *rest])


def sign_first_name(arguments: list[Any], words: list[str]) -> None:
    """An error that follows is what became of it, not what it is."""
    for place, word in enumerate(words[:-1]):
        signed = sign_after_name(word)
        if signed != word and text_in(arguments[place + 1], "subtype") != "error":
            words[place] = signed
            return


def joined(words: list[str]) -> str:
    return " ".join(words).replace(f"{AFTER_NAME} ", AFTER_NAME)


def filled_in(placeholder: str, rest: list[str]) -> str:
    if not rest:
        return placeholder
    value = rest.pop(0)
    return "" if placeholder == "%c" else value


def object_value(argument: object) -> object:
    return argument.get("value") if isinstance(argument, dict) else None


def argument(value: object) -> str:
    """A `Runtime.RemoteObject` in words."""
    if not isinstance(value, dict):
        return str(value)
    if isinstance(value.get("value"), str):
        return value["value"][:_LONGEST]
    if "value" in value:
        return msgspec.json.encode(value["value"]).decode()[:_LONGEST]
    if preview := preview_words(object_in(value, "preview")):
        return preview
    told = text_in(value, "unserializableValue") or text_in(value, "description")
    return told[:_LONGEST] or text_in(value, "type")


def preview_words(preview: dict[str, Any]) -> str:
    """{a: 1, b: "x", …} or [1, 2]; "" where there is nothing to preview."""
    properties = [entry for entry in list_in(preview, "properties") if isinstance(entry, dict)]
    if not properties:
        return ""
    more = ["…"] if preview.get("overflow") is True else []
    if text_in(preview, "subtype") == "array":
        return f"[{', '.join([text_in(entry, 'value') for entry in properties] + more)}]"
    pairs = [f"{text_in(entry, 'name')}: {text_in(entry, 'value')}" for entry in properties]
    return f"{{{', '.join(pairs + more)}}}"
