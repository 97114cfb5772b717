"""What went wrong near a session's end, for the sentence after the verdict."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sessions_app.models import Session

from .log.opened import Log
from .network.request import Request

#: What failed in the last minute of work may have to do with the end; what failed before that, hardly.
NEAR_MS = 60_000
#: A picture or a script that is missing stops nobody: these are what a page or its script waits for.
_TELLING = ("Document", "XHR", "Fetch", "WebSocket")


@dataclass(frozen=True)
class Trouble:
    """`requests` failed, at `hosts` (as the log has them, not covered), and `errors` nobody caught.

    `from_t` and `to_t` are milliseconds since the session's start.
    """

    requests: int
    hosts: list[str]
    errors: int
    from_t: float
    to_t: float


def trouble_before_the_end(session: Session, log: Log | None) -> Trouble | None:
    """None where nothing failed, and of what completed: there it has nothing to explain."""
    if log is None or not session.is_ended or session.status == "COMPLETED":
        return None
    worked_until = log.pace.last_command_ms or log.pace.last_ms
    if worked_until is None:
        return None
    since = worked_until - NEAR_MS
    failed = [request for request in log.requests if is_telling(request) and (request.start_ms or 0) >= since]
    errors = sum(event.kind == "exception" and (event.at_ms or 0) >= since for event in log.events)
    if not failed and not errors:
        return None
    hosts = list(dict.fromkeys(host_of(request.url) for request in failed))
    return Trouble(
        len(failed), hosts, errors, max(since - log.started_ms, 0.0), (log.pace.last_ms or since) - log.started_ms
    )


def is_telling(request: Request) -> bool:
    return request.has_failed and request.type in _TELLING


def host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or url[:60]
    except ValueError:
        return url[:60]
