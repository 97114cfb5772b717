"""Logs for tests: messages of the protocol put into entries, in each layout that upstream could use."""

import json

from sessions_app.browserbase import SessionLog
from sessions_app.inspector.log.opened import Log

#: 2026-11-20 12:00 UTC, in milliseconds since 1970: when the sessions of these logs started.
START_MS = 1_795_176_000_000
BOOT_S = 5000.0
LAYOUTS = (
    "request",
    "response",
    "raw",
    "raw_response",
    "bare_raw",
    "sides_timestamp",
    "seconds",
    "monotonic",
    "iso",
    "crossed",
)


def entry(layout, method, params=None, at=0, page=1, result=None, error=None):
    """`at` in ms since the session's start; None: no timestamp anywhere."""
    params = params or {}
    stamp = None if at is None else START_MS + at
    message = {"method": method, "params": params} | ({"id": 7} if result is not None or error else {})
    told = {"method": method, "pageId": page, "sessionId": "s1", "timestamp": stamp}
    side = {"params": params, "rawBody": json.dumps(message), "timestamp": stamp}
    match layout:
        case "response":
            told["response"] = {"result": params, "rawBody": json.dumps(message)}
        case "raw":
            told["request"] = {"rawBody": json.dumps(message)}
        case "raw_response":
            told |= {"request": {"params": {}}, "response": {"result": {}, "rawBody": json.dumps(message)}}
        case "bare_raw":
            told["request"] = {"rawBody": json.dumps(params)}
        case "crossed":
            told["response"] = {"params": params}
        case "sides_timestamp":
            told |= {"request": side}
            del told["timestamp"]
        case "seconds" if stamp:
            told |= {"request": side | {"timestamp": stamp / 1000}, "timestamp": stamp / 1000}
        case "monotonic" if stamp:
            told |= {"request": side | {"timestamp": None}, "timestamp": BOOT_S + at / 1000}
        case "iso" if stamp:
            told |= {"request": side | {"timestamp": None}, "timestamp": f"2026-11-20T12:00:{at / 1000:06.3f}Z"}
        case _:
            told["request"] = side
    if result is not None or error:
        body = {"id": 7} | ({"error": {"code": -32000, "message": error}} if error else {"result": result})
        told["request"] = side
        told["response"] = {"result": result or {}, "rawBody": json.dumps(body)}
    return told


class Written:
    """Writes a log: `written.event("Network.loadingFinished", 120, requestId="1")`."""

    def __init__(self, layout="request", page=1):
        self.layout, self.page, self.entries = layout, page, []

    def event(self, method, at=0, page=None, **params):
        if method.startswith(("Network.", "Page.l", "Page.d")) and "ExtraInfo" not in method and at is not None:
            params = {"timestamp": BOOT_S + at / 1000} | params
        self.entries.append(entry(self.layout, method, params, at, self.page if page is None else page))
        return self

    def command(self, method, at=0, result=None, error=None, **params):
        self.entries.append(entry(self.layout, method, params, at, self.page, {} if result is None else result, error))
        return self

    def sent(self, id, url, at=0, page=None, type="Fetch", method="GET", headers=None, **more):
        request = {"url": url, "method": method, "headers": headers or {}} | more.pop("request", {})
        wall = {} if at is None else {"wallTime": (START_MS + at) / 1000}
        return self.event(
            "Network.requestWillBeSent",
            at,
            page,
            requestId=id,
            request=request,
            type=type,
            loaderId="L",
            **wall,
            **more,
        )

    def received(self, id, url, at=0, status=200, page=None, type="Fetch", **response):
        more = {name: response.pop(name) for name in ("hasExtraInfo",) if name in response}
        told = {"url": url, "status": status, "statusText": "", "headers": {}, "mimeType": "text/html"} | response
        return self.event("Network.responseReceived", at, page, requestId=id, response=told, type=type, **more)

    def finished(self, id, at=0, size=100, page=None):
        return self.event("Network.loadingFinished", at, page, requestId=id, encodedDataLength=size)

    def failed(self, id, at=0, error="net::ERR_FAILED", **more):
        return self.event("Network.loadingFailed", at, requestId=id, errorText=error, **more)

    def log(self, ended_ms=None):
        return open_log(self.entries, ended_ms)


def open_log(entries, ended_ms=None):
    return Log(SessionLog(json.dumps(entries).encode()), START_MS, None if ended_ms is None else START_MS + ended_ms)
