"""Entries of a log as messages of the protocol, whatever side their parameters came on."""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from sessions_app.browserbase import LogEntry, LogSide

from .methods import is_command
from .times import UNKNOWN, Clock, Moment, from_iso, moment_of
from .values import number_in, object_in, text_in

Params = dict[str, Any]
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode
#: Wrapped in another message by targets that share a connection (`Target.sendMessageToTarget`, before Chrome 119).
_WRAPPING = ("Target.receivedMessageFromTarget", "Target.sendMessageToTarget")
_DEEPEST_WRAP = 3


class Message(msgspec.Struct, kw_only=True):
    """One command with what answered it, or one event. `number` is the entry's place in the log.

    `at` is the entry's moment, `told` what the message itself says of its time. `result` is None where no answer is in
    the log; `error` the protocol's own words where the answer was an error.
    """

    number: int
    method: str
    page: int | None
    params: Params
    result: Params | None = None
    error: str = ""
    at: Moment = UNKNOWN
    told: Moment = UNKNOWN
    answered: Moment = UNKNOWN
    frame_id: str = ""
    loader_id: str = ""

    @property
    def is_command(self) -> bool:
        return is_command(self.method)

    @property
    def moment(self) -> Moment:
        """By the entry's clock, and where that is silent by the message's own."""
        wall = self.at.wall_ms if self.at.wall_ms is not None else self.told.wall_ms
        monotonic = self.told.monotonic_s if self.told.monotonic_s is not None else self.at.monotonic_s
        return Moment(wall, monotonic)


class Reading:
    """Reads entries one by one; `clock` knows more with each, `unreadable` counts what is only there raw."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.unreadable = 0

    def messages(self, entries: Iterable[LogEntry]) -> Iterator[Message]:
        for entry in entries:
            message = message_of(entry)
            if message is None:
                self.unreadable += 1
                continue
            self.clock.learn(message.told, message.at)
            yield message


def message_of(entry: LogEntry) -> Message | None:
    """None where no method can be made out."""
    raw = _Raws(entry)
    method = entry.method or text_in(raw.request, "method") or text_in(raw.response, "method")
    if not method:
        return None
    if is_command(method):
        params = (entry.request.values if entry.request else {}) or object_in(raw.request, "params")
        result = result_of(entry, raw)
    else:
        params, result = event_params(entry, raw), None
    if method in _WRAPPING and (inner := unwrapped(params)):
        method, params = inner
    return Message(
        number=entry.number,
        method=method,
        page=entry.page_id,
        params=params,
        result=result,
        error="" if result else error_of(entry, raw),
        at=moment_of_entry(entry),
        told=moment_told(params),
        answered=moment_of(entry.response.timestamp_ms) if entry.response else UNKNOWN,
        frame_id=entry.frame_id or text_in(params, "frameId"),
        loader_id=entry.loader_id or text_in(params, "loaderId"),
    )


class _Raws:
    """The raw bodies as objects, decoded only where somebody has to look: they are most of a log."""

    def __init__(self, entry: LogEntry) -> None:
        self._entry = entry

    @property
    def request(self) -> Params:
        return raw_of(self._entry.request)

    @property
    def response(self) -> Params:
        return raw_of(self._entry.response)


def raw_of(side: LogSide | None) -> Params:
    """{} where there is no raw body, or none that can be read."""
    if side is None or not side.raw_body:
        return {}
    try:
        return _decode_object(side.raw_body.encode("utf-8", "replace"))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return {}


def event_params(entry: LogEntry, raw: _Raws) -> Params:
    """The first place that holds any: the request's side, the response's, then what was sent over the wire."""
    for side in (entry.request, entry.response):
        if side and side.values:
            inner = side.values.get("params")
            return inner if isinstance(inner, dict) and "method" in side.values else side.values
    for body in (raw.request, raw.response):
        for name in ("params", "result"):
            if params := object_in(body, name):
                return params
    return bare_params(raw.request) or bare_params(raw.response) or object_in(entry.raw, "params")


def bare_params(body: Params) -> Params:
    """A raw body that is the parameters alone."""
    return {} if "method" in body or "id" in body else body


def result_of(entry: LogEntry, raw: _Raws) -> Params | None:
    if entry.response is None:
        return None
    if entry.response.values:
        return entry.response.values
    body = raw.response
    return None if "error" in body else object_in(body, "result")


def error_of(entry: LogEntry, raw: _Raws) -> str:
    if entry.response is None or '"error"' not in entry.response.raw_body:
        return ""
    error = raw.response.get("error")
    if isinstance(error, dict):
        return text_in(error, "message") or "an error without words"
    return error if isinstance(error, str) else ""


def unwrapped(params: Params) -> tuple[str, Params] | None:
    for _ in range(_DEEPEST_WRAP):
        try:
            inner = _decode_object(text_in(params, "message").encode("utf-8", "replace"))
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
            return None
        method, params = text_in(inner, "method"), object_in(inner, "params")
        if not method or method not in _WRAPPING:
            return (method, params) if method else None
    return None


def moment_of_entry(entry: LogEntry) -> Moment:
    """By the entry, then by one of its sides; a text is taken for an ISO time."""
    if entry.timestamp_ms is None and (text := text_in(entry.raw, "timestamp")):
        return from_iso(text)
    moment = moment_of(entry.timestamp_ms)
    for side in (entry.request, entry.response):
        if moment == UNKNOWN and side:
            moment = moment_of(side.timestamp_ms)
    return moment


def moment_told(params: Params) -> Moment:
    """`timestamp` is monotonic in most domains, since 1970 in Runtime and Log; `wallTime` always since 1970."""
    own = moment_of(number_in(params, "timestamp"))
    if own == UNKNOWN:
        own = moment_of(number_in(object_in(params, "entry"), "timestamp"))
    wall = moment_of(number_in(params, "wallTime")).wall_ms
    return Moment(own.wall_ms if wall is None else wall, own.monotonic_s)
