"""The timeline as scripts read it."""

from typing import Any

from .log.opened import Log
from .network.request import Request
from .secrets import Cover


def timeline_of(log: Log, cover: Cover) -> dict[str, Any]:
    """`t` and `start` in milliseconds since the session's start, None where they are not known."""
    return {
        "events": [
            {"t": log.offset_ms(event.at_ms), "page": event.page, "kind": event.kind, "text": cover.text(event.text)}
            | ({"request_id": event.request_id} if event.request_id else {})
            for event in log.events
        ],
        "requests": [request_json(log, request, cover) for request in log.requests],
        "console": [
            {"t": log.offset_ms(line.at_ms), "level": line.level, "text": cover.text(line.text)} for line in log.console
        ],
        "masked": cover.covers,
    }


def request_json(log: Log, request: Request, cover: Cover) -> dict[str, Any]:
    return {
        "id": request.id,
        "page": request.page,
        "method": request.method,
        "url": cover.url(request.url),
        "status": request.status,
        "error": request.error and cover.text(request.error),
        "type": request.type,
        "start": log.offset_ms(request.start_ms),
        "duration_ms": request.duration_ms,
        "size": request.size,
        "from_cache": bool(request.cache),
    }
