"""One request of a page and what came of it, as the Network domain tells it."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from simulator.cdp import Target
from simulator.times import http_date

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
REASONS = {200: "OK", 201: "Created", 204: "No Content", 301: "Moved Permanently", 302: "Found", 303: "See Other"}
REASONS |= {404: "Not Found", 500: "Internal Server Error"}
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Hop:
    """A redirect on the way: the address that was asked, and its status."""

    url: str
    status: int
    method: str = "GET"
    post: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request. `at` is its moment, `takes_s` how long until its last byte, `size` the bytes on the wire.

    `fails` is a net error instead of an answer, `cached` is "disk" or "memory", `preflight` a question before it.
    """

    url: str
    kind: str
    at: float
    takes_s: float
    mime: str = "application/json"
    size: int = 900
    status: int = 200
    method: str = "GET"
    post: str = ""
    headers: Headers = field(default_factory=dict)
    answers: Headers = field(default_factory=dict)
    cookie: str = ""
    hops: tuple[Hop, ...] = ()
    fails: str = ""
    cached: str = ""
    preflight: bool = False

    @property
    def host(self) -> str:
        return self.url.split("/")[2]


@dataclass(slots=True)
class Wire:
    """The network of one tab while one page is shown."""

    tab: Target
    document_url: str
    begins: float
    ends: float
    random: Random
    asked: int = 0

    def tell(self, exchange: Exchange) -> None:
        """All of its messages that came before the page was left."""
        self.asked += 1
        is_document = exchange.kind == "Document"
        request_id = self.tab.loader_id if is_document else f"{self.tab.loader_id[:12]}.{self.asked}"
        if exchange.preflight:
            self._ask_leave(exchange, f"{request_id}.0")
        at = self._hops(exchange, request_id) if exchange.hops else exchange.at
        hop = exchange.hops[-1] if exchange.hops else None
        self._sent(exchange, request_id, at, exchange.url, self._redirect(exchange, hop) if hop else None)
        self._outcome(exchange, request_id, at)

    def _hops(self, exchange: Exchange, request_id: str) -> float:
        """The moment after the redirects. All share the request's id; each answer comes with the next request."""
        at, before = exchange.at, None
        for hop in exchange.hops:
            self._sent(exchange, request_id, at, hop.url, self._redirect(exchange, before) if before else None, hop)
            at, before = at + 0.06 + self.random.uniform(0, 0.05), hop
        return at

    def _redirect(self, exchange: Exchange, hop: Hop) -> dict[str, Any]:
        follows = (*exchange.hops, Hop(exchange.url, 0))
        location = follows[exchange.hops.index(hop) + 1].url
        return self._answer(hop.url, hop.status, "text/html", {"location": location, "content-length": "0"}, 168)

    def _sent(
        self,
        exchange: Exchange,
        request_id: str,
        at: float,
        url: str,
        redirect: dict[str, Any] | None = None,
        hop: Hop | None = None,
    ) -> None:
        request = self._request(exchange, url, hop)
        more = {"redirectResponse": redirect} if redirect else {}
        self._say(
            at,
            "Network.requestWillBeSent",
            requestId=request_id,
            loaderId=self.tab.loader_id,
            documentURL=self.document_url,
            request=request,
            timestamp=self.tab.log.monotonic(at),
            wallTime=round(at, 3),
            initiator={"type": "other" if exchange.kind == "Document" else "parser"},
            redirectHasExtraInfo=False,
            type=exchange.kind,
            frameId=self.tab.frame_id,
            hasUserGesture=False,
            **more,
        )
        if exchange.cookie and not hop:
            sent = {**request["headers"], "Cookie": exchange.cookie, "Host": exchange.host}
            self._say(
                at + 0.001,
                "Network.requestWillBeSentExtraInfo",
                requestId=request_id,
                headers=sent,
                associatedCookies=[],
            )

    def _request(self, exchange: Exchange, url: str, hop: Hop | None) -> dict[str, Any]:
        method, post = (hop.method, hop.post) if hop else (exchange.method, exchange.post)
        headers = {"User-Agent": AGENT, "Referer": self.document_url} | (exchange.headers if not hop else {})
        request = {"url": url, "method": method, "headers": headers, "initialPriority": "High"}
        return request | {"postData": post, "hasPostData": True} if post else request

    def _ask_leave(self, exchange: Exchange, request_id: str) -> None:
        """A preflight has an id of its own."""
        asks = {
            "Access-Control-Request-Method": exchange.method,
            "Origin": "https://" + self.document_url.split("/")[2],
        }
        leave = Exchange(exchange.url, "Preflight", exchange.at - 0.04, 0.035, "", 0, 204, "OPTIONS", headers=asks)
        self._sent(leave, request_id, leave.at, leave.url)
        self._outcome(leave, request_id, leave.at)

    def _outcome(self, exchange: Exchange, request_id: str, at: float) -> None:
        ends = at + exchange.takes_s
        if exchange.fails:
            told = {"requestId": request_id, "timestamp": self.tab.log.monotonic(ends), "type": exchange.kind}
            canceled = exchange.fails == "net::ERR_ABORTED"
            more = {"blockedReason": "inspector"} if exchange.fails == "net::ERR_BLOCKED_BY_CLIENT" else {}
            self._say(ends, "Network.loadingFailed", **told, errorText=exchange.fails, canceled=canceled, **more)
            return
        if exchange.cached:
            self._say(at + 0.001, "Network.requestServedFromCache", requestId=request_id)
        self._received(exchange, request_id, at + exchange.takes_s * 0.6)
        size = 0 if exchange.cached else exchange.size
        self._say(
            ends,
            "Network.loadingFinished",
            requestId=request_id,
            timestamp=self.tab.log.monotonic(ends),
            encodedDataLength=size,
        )

    def _received(self, exchange: Exchange, request_id: str, at: float) -> None:
        answer = self._answer(exchange.url, exchange.status, exchange.mime, exchange.answers, exchange.size)
        answer |= {"fromDiskCache": exchange.cached == "disk"}
        if set_cookie := exchange.answers.get("set-cookie"):
            answer["headers"] = {name: value for name, value in answer["headers"].items() if name != "set-cookie"}
            self._say(
                at - 0.001,
                "Network.responseReceivedExtraInfo",
                requestId=request_id,
                headers={**answer["headers"], "set-cookie": set_cookie},
                statusCode=exchange.status,
                resourceIPAddressSpace="Public",
                blockedCookies=[],
            )
        self._say(
            at,
            "Network.responseReceived",
            requestId=request_id,
            loaderId=self.tab.loader_id,
            timestamp=self.tab.log.monotonic(at),
            type=exchange.kind,
            response=answer,
            hasExtraInfo=bool(set_cookie),
            frameId=self.tab.frame_id,
        )

    def _answer(self, url: str, status: int, mime: str, headers: Headers, size: int) -> dict[str, Any]:
        told = {"content-type": mime, "date": http_date(self.begins), "server": "example"} | headers
        return {
            "url": url,
            "status": status,
            "statusText": REASONS.get(status, ""),
            "headers": told,
            "mimeType": mime,
            "connectionReused": self.asked > 1,
            "connectionId": 17 + self.tab.page_id,
            "remoteIPAddress": "192.0.2.17",
            "remotePort": 443,
            "encodedDataLength": min(size, 400),
            "protocol": "h2",
            "securityState": "secure",
        }

    def _say(self, at: float, method: str, **params: Any) -> None:
        if at < self.ends:
            self.tab.event(at, method, **params)
