"""One request as an entry of a HAR. Fields that begin with an underscore are those that Chrome's DevTools read."""

from typing import Any
from urllib.parse import unquote_plus, urlsplit

from sessions_app.inspector.log.values import number_in, text_in
from sessions_app.inspector.network.headers import Headers, value_of
from sessions_app.inspector.network.initiator import Initiator, initiator_of
from sessions_app.inspector.network.request import Request
from sessions_app.inspector.secrets import Cover

from .bodies import content_of, frame_data, post_data_of
from .cookies import cookies_sent, cookies_set
from .timings import timings_of

_VERSIONS = {"h2": "HTTP/2.0", "h3": "HTTP/3.0", "http/1.1": "HTTP/1.1", "http/1.0": "HTTP/1.0"}


def entry_of(request: Request, cover: Cover) -> dict[str, Any]:
    """All but when it began and on which page."""
    timings, took_ms = timings_of(request)
    entry: dict[str, Any] = {
        "time": took_ms,
        "request": request_of(request, cover),
        "response": response_of(request, cover),
        "cache": {},
        "timings": timings,
        "_resourceType": request.type.lower(),
        "_requestId": request.id,
    }
    if address := text_in(request.response, "remoteIPAddress").strip("[]"):
        entry["serverIPAddress"] = address
    # A connection may be called by its port, and DevTools take it for that.
    if port := number_in(request.response, "remotePort"):
        entry["connection"] = str(int(port))
    return entry | marks_of(request, cover)


def marks_of(request: Request, cover: Cover) -> dict[str, Any]:
    """What HAR has no field for."""
    marks: dict[str, Any] = {"_initiator": initiator_marks(initiator_of(request), cover)}
    if priority := text_in(request.request, "initialPriority"):
        marks["_priority"] = cover.text(priority)
    if connection := number_in(request.response, "connectionId"):
        marks["_connectionId"] = str(int(connection))
    if request.cache in ("memory", "disk", "prefetch"):
        marks["_fromCache"] = request.cache
    if request.is_socket:
        marks["_webSocketMessages"] = [
            {
                "type": frame.way,
                "time": -1 if frame.at_ms is None else frame.at_ms / 1000,
                "opcode": frame.opcode,
                "data": frame_data(frame, cover),
            }
            for frame in request.frames
        ]
    return marks


def initiator_marks(initiator: Initiator, cover: Cover) -> dict[str, Any]:
    marks: dict[str, Any] = {"type": cover.text(initiator.type) or "other"}
    if initiator.url:
        marks["url"] = cover.url(initiator.url)
    return marks | ({} if initiator.line is None else {"lineNumber": initiator.line})


def request_of(request: Request, cover: Cover) -> dict[str, Any]:
    headers = request.request_headers
    told: dict[str, Any] = {
        "method": request.method,
        "url": cover.url(request.url),
        "httpVersion": version_of(request),
        "cookies": cookies_sent(headers, cover),
        "headers": headers_of(headers, cover),
        "queryString": query_of(request.url, cover),
        "headersSize": -1,
        "bodySize": -1
        if request.has_post_data and request.post_data is None
        else len((request.post_data or "").encode()),
    }
    if post_data := post_data_of(request, cover):
        told["postData"] = post_data
    return told


def response_of(request: Request, cover: Cover) -> dict[str, Any]:
    """Status 0 where none came, as browsers write it."""
    headers = request.response_headers
    size = request.size
    told: dict[str, Any] = {
        "status": request.status or 0,
        "statusText": cover.text(text_in(request.response, "statusText")),
        "httpVersion": version_of(request),
        "cookies": cookies_set(headers, cover),
        "headers": headers_of(headers, cover),
        "content": content_of(request, cover),
        "redirectURL": cover.url(value_of(headers, "location")),
        "headersSize": -1,
        "bodySize": -1 if size is None else size,
        "_transferSize": -1 if size is None else size,
    }
    if request.from_service_worker:
        told["_fetchedViaServiceWorker"] = True
    if request.error:
        told["_error"] = cover.text(request.error)
    return told


def headers_of(headers: Headers, cover: Cover) -> list[dict[str, str]]:
    return [{"name": cover.name(name), "value": cover.header(name, value)} for name, value in headers]


def query_of(url: str, cover: Cover) -> list[dict[str, str]]:
    try:
        pairs = [pair.partition("=") for pair in urlsplit(url).query.split("&") if pair]
    except ValueError:
        return []
    plain = [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]
    return [{"name": cover.text(name), "value": cover.field(name, value)} for name, value in plain]


def version_of(request: Request) -> str:
    protocol = text_in(request.response, "protocol").lower()
    return _VERSIONS.get(protocol, protocol or "unknown")
