"""Kinds of requests that people ask for: what became of one, and what it was for."""

import re

from sessions_app.inspector.log.values import object_in, text_in

from .request import Request

#: By name, as an address has them, with what a page calls them.
OUTCOMES = {
    "failed": "Failed",
    "2xx": "2xx",
    "3xx": "3xx",
    "4xx": "4xx",
    "5xx": "5xx",
    "cancelled": "Cancelled",
    "cached": "From a cache",
    "unanswered": "No answer",
}
PURPOSES = {
    "document": "Document",
    "style": "Style",
    "script": "Script",
    "fetch": "XHR, fetch",
    "image": "Image",
    "font": "Font",
    "media": "Media",
    "socket": "Socket",
    "preflight": "Preflight",
    "other": "Other",
}
_PURPOSE_OF = {
    "Stylesheet": "style",
    "XHR": "fetch",
    "Fetch": "fetch",
    "EventSource": "fetch",
    "TextTrack": "media",
    "WebSocket": "socket",
    "WebTransport": "socket",
    "DirectSocket": "socket",
}
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def outcomes_of(request: Request) -> set[str]:
    """All that fit: what was answered with 404 has failed as well."""
    outcomes = {f"{request.status // 100}xx"} if request.status else set()
    if request.has_failed:
        outcomes.add("failed")
    if request.is_canceled:
        outcomes.add("cancelled")
    if request.cache:
        outcomes.add("cached")
    if request.status is None and request.failed is None and not request.is_inline:
        outcomes.add("unanswered")
    return outcomes


def purpose_of(request: Request) -> str:
    name = _PURPOSE_OF.get(request.type, request.type.lower())
    return name if name in PURPOSES else "other"


def failure_words(request: Request) -> str:
    """The browser's own words without its spelling: "connection refused", "blocked: mixed content". "" without one."""
    if request.failed is None or request.is_canceled:
        return ""
    cors = text_in(object_in(request.failed, "corsErrorStatus"), "corsError")
    if cors:
        return f"refused by CORS: {in_words(cors)}"
    if blocked := text_in(request.failed, "blockedReason"):
        return f"blocked: {in_words(blocked)}"
    return in_words((request.error or "").removeprefix("net::").removeprefix("ERR_")) or "failed"


def in_words(name: str) -> str:
    """CONNECTION_REFUSED, mixed-content, MissingAllowOriginHeader; what is a sentence already stays as it is."""
    return name if " " in name else " ".join(word.lower() for word in _WORDS.findall(name))
