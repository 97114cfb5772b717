"""Requests that went wrong, as events."""

from collections.abc import Iterator

from sessions_app.inspector.log.times import UNKNOWN
from sessions_app.inspector.network.request import Request
from sessions_app.inspector.words import place_words

from .event import Event


def events_of_failures(requests: list[Request]) -> Iterator[Event]:
    for request in requests:
        if not request.has_failed:
            continue
        outcome = f"answered {request.status}" if (request.status or 0) >= 400 else f"failed: {request.error}"
        place = place_words(request.url)
        moment = next(
            m for m in (request.ended, request.answered, request.moment) if m != UNKNOWN or m is request.moment
        )
        yield Event(
            kind="request_failed",
            text=f"{request.method} {place} {outcome}".strip(),
            page=request.page,
            moment=moment,
            request_id=request.id,
            number=request.entries[0],
            strong=place,
            aside=outcome,
        )
