"""What made the browser send a request."""

from dataclasses import dataclass
from typing import Any

from sessions_app.inspector.log.values import list_in, number_in, object_in, text_in

from .request import Request


@dataclass(frozen=True)
class Initiator:
    """`type` is the protocol's word: parser, script, preload, preflight …; "" and None for what it does not tell.

    `line` counts from 0, as the protocol does. `request_id` is that of a request which needed this one first.
    """

    type: str
    url: str
    line: int | None
    function: str
    request_id: str

    @property
    def place(self) -> str:
        """Address and line, as people count them."""
        return self.url if self.line is None or not self.url else f"{self.url}:{self.line + 1}"


def initiator_of(request: Request) -> Initiator:
    told = object_in(request.sent, "initiator")
    frame = next(iter(frames_of(object_in(told, "stack"))), told)
    line = number_in(frame, "lineNumber")
    return Initiator(
        text_in(told, "type"),
        text_in(frame, "url"),
        None if line is None else int(line),
        text_in(frame, "functionName"),
        text_in(told, "requestId"),
    )


def frames_of(stack: dict[str, Any]) -> list[Any]:
    """Of the code that asked, or else of what that was called by (`Runtime.StackTrace`)."""
    return list_in(stack, "callFrames") or list_in(object_in(stack, "parent"), "callFrames")
