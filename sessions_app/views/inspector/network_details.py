"""What an opened request tells, section by section, covered."""

from dataclasses import dataclass
from typing import Any

import msgspec

from sessions_app.inspector.curl import curl_of, sent_text
from sessions_app.inspector.har.bodies import content_of, post_data_of
from sessions_app.inspector.har.entry import headers_of, query_of
from sessions_app.inspector.har.timings import timings_of
from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.log.values import number_in, object_in, text_in
from sessions_app.inspector.network.chain import asked_for_by, hops_of
from sessions_app.inspector.network.headers import headers_in
from sessions_app.inspector.network.initiator import initiator_of
from sessions_app.inspector.network.kinds import failure_words
from sessions_app.inspector.network.request import Request
from sessions_app.inspector.secrets import Cover
from sessions_app.inspector.words import lasting, size_words

from .network_rows import given_up_words, look_of, status_words

#: More of a body, or more entries of the log, are found in the HAR and in the raw log.
LONGEST_BODY, MOST_ENTRIES = 200_000, 12
FINE_MS = 10
PARTS = {
    "blocked": "Until there was a connection",
    "dns": "Looking up the name",
    "connect": "Connecting",
    "send": "Sending",
    "wait": "Waiting for the answer",
    "receive": "Receiving",
}
CACHES = {
    "memory": "the page's memory",
    "disk": "the browser's cache",
    "prefetch": "what was fetched ahead",
    "service worker": "a service worker's cache",
}


def details_of(request: Request, log: Log, cover: Cover) -> dict[str, Any]:
    sent = post_data_of(request, cover)
    return {
        "title": f"{request.method} {cover.url(request.url)}".strip(),
        "t": log.offset_ms(request.start_ms),
        "look": look_of(request),
        "status": status_words(request),
        "status_text": cover.text(text_in(request.response, "statusText")),
        "failure": cover.text(failure_words(request)) or given_up_words(request),
        "error": cover.text(request.error or ""),
        "facts": [(name, value) for name, value in facts_of(request, cover) if value],
        "hops": hops_shown(request, log, cover),
        "asked_for_by": asked_for_by_shown(request, log, cover),
        **timing_of(request),
        "query": query_of(request.url, cover),
        "form": sent["params"] if sent else [],
        "request_headers": headers_of(request.request_headers, cover),
        "are_as_sent": bool(headers_in(request.sent_extra) or headers_in(request.response, "requestHeaders")),
        "response_headers": headers_of(request.response_headers, cover),
        "sent_body": Body.of(sent, request.has_post_data) if sent else None,
        "body": Body.of(content_of(request, cover), request.body is not None),
        "curl": "" if request.is_inline or request.is_socket else curl_of(request, cover),
        "is_curl_whole": not request.has_post_data or sent_text(request) is not None,
        "entries": sorted(request.entries)[:MOST_ENTRIES],
        "more_entries": max(len(request.entries) - MOST_ENTRIES, 0),
    }


def facts_of(request: Request, cover: Cover) -> list[tuple[str, str]]:
    """Names and values; "" where the log does not tell."""
    response = request.response or {}
    address, port = text_in(response, "remoteIPAddress"), number_in(response, "remotePort")
    told_type = " · ".join(filter(None, (request.type, request.mime_type)))
    return [
        ("Type", cover.text(told_type)),
        ("Size", "" if request.size is None else f"{size_words(request.size)} over the network"),
        ("From", from_words(request)),
        ("Server", f"{address}:{port:.0f}" if address and port else address),
        ("Protocol", cover.text(text_in(response, "protocol"))),
        ("TLS", cover.text(tls_words(object_in(response, "securityDetails")))),
        ("Priority", cover.text(text_in(request.request, "initialPriority"))),
        ("Asked for by", initiator_words(request, cover)),
        ("Tab", "" if request.page is None else str(request.page)),
    ]


def from_words(request: Request) -> str:
    """Where the answer came from, where that was not the network alone."""
    if request.cache:
        return CACHES[request.cache]
    return "a service worker, which asked the network" if request.from_service_worker else ""


def tls_words(details: dict[str, Any]) -> str:
    named = [
        f"{words} {text}"
        for field, words in (("subjectName", "for"), ("issuer", "by"))
        if (text := text_in(details, field))
    ]
    return ", ".join([text_in(details, "protocol"), *named]) if details else ""


def initiator_words(request: Request, cover: Cover) -> str:
    """script · pay in app.js:120"""
    initiator = initiator_of(request)
    words = " · ".join(filter(None, (initiator.type, cover.text(initiator.function))))
    return f"{words} in {cover.url(initiator.place)}" if initiator.place else words


def hops_shown(request: Request, log: Log, cover: Cover) -> list[dict[str, Any]]:
    """The chain of redirects, [] where there was none."""
    chain = hops_of(request, log.requests)
    return [
        {"id": hop.id, "status": status_words(hop), "url": cover.url(hop.url), "is_this": hop is request}
        for hop in chain
        if len(chain) > 1
    ]


def asked_for_by_shown(request: Request, log: Log, cover: Cover) -> dict[str, str] | None:
    other = asked_for_by(request, log.requests)
    return {"id": other.id, "words": f"{other.method} {cover.url(other.url)}"} if other else None


def timing_of(request: Request) -> dict[str, Any]:
    """Parts in the order in which they follow each other, with their places in per cent of the whole."""
    timings, whole_ms = timings_of(request)
    parts, x = [], 0.0
    for name, words in PARTS.items():
        took = timings[name]
        if took <= 0 or not whole_ms:
            continue
        width = took / whole_ms * 100
        note = f"of it TLS {finely(timings['ssl'])}" if name == "connect" and timings["ssl"] > 0 else ""
        parts.append(
            {
                "name": name,
                "words": words,
                "took": finely(took),
                "x": round(x, 2),
                "width": round(width, 2),
                "note": note,
            }
        )
        x += width
    took_ms = request.duration_ms
    return {"timing": parts, "took": "" if took_ms is None else lasting(took_ms / 1000)}


def finely(ms: float) -> str:
    """0.4 ms; from 10 ms on as elsewhere."""
    return f"{ms:.1f} ms" if ms < FINE_MS else lasting(ms / 1000)


@dataclass
class Body:
    """`text` as it went, `pretty` where it is JSON; `said` instead of it, or beside it."""

    mime_type: str
    text: str
    pretty: str
    said: str
    left_out: int

    @classmethod
    def of(cls, told: dict[str, Any], is_logged: bool) -> "Body":
        """As the HAR has it."""
        text, said = told.get("text", ""), told.get("comment", "")
        encoding = told.get("encoding") or told.get("_encoding")
        if encoding:
            said = f"Binary, in {encoding}."
        elif not is_logged:
            said = "The log does not hold it: nobody asked the browser for it while it ran."
        elif not text and not said:
            said = "Empty."
        size = told.get("size", 0)
        if said and size:
            said = f"{said} {size_words(size)}."
        pretty = "" if encoding else prettied(text[:LONGEST_BODY] if len(text) <= LONGEST_BODY else "")
        return cls(told.get("mimeType", ""), text[:LONGEST_BODY], pretty, said, max(len(text) - LONGEST_BODY, 0))


def prettied(text: str) -> str:
    """JSON with a line for each field, "" for anything else."""
    if text.lstrip()[:1] not in ("{", "["):
        return ""
    try:
        return msgspec.json.format(text.encode("utf-8", "replace"), indent=2).decode()
    except (msgspec.MsgspecError, RecursionError):
        return ""
