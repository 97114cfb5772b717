"""One request that was sent, or one hop of a chain of redirects, with what became of it."""

from typing import Any

import msgspec

from sessions_app.inspector.log.times import UNKNOWN, Moment, elapsed_ms
from sessions_app.inspector.log.values import amount_in, list_in, number_in, object_in, status_in, text_in

from .headers import Headers, headers_in, headers_of, value_of

#: Such URLs are files themselves; nothing is sent.
INLINE = ("data:", "blob:")
SWITCHED = 101
TEXT = 1  # the opcode of a web socket's frame
#: Where a service worker's answer came from a store and not from the network.
WORKERS_STORES = ("cache-storage", "http-cache")


class Frame(msgspec.Struct):
    """A message of a web socket. `way` is "send" or "receive"; opcode 1 is text, 2 binary in base64.

    `at_ms` is in milliseconds since 1970, None where nothing tells.
    """

    way: str
    moment: Moment
    opcode: int
    data: str
    at_ms: float | None = None

    @property
    def is_text(self) -> bool:
        return self.opcode == TEXT


class Request(msgspec.Struct, kw_only=True, eq=False):
    """`sent`, `request`, `response` as the protocol has them; what has a name of its own is worked out from these.

    `id` is the protocol's request id, with `#2`, `#3` … for further requests and hops that share it. `entries` are
    their places in the log. `start_ms` is in milliseconds since 1970, None where nothing tells.
    """

    id: str
    page: int | None
    sent: dict[str, Any]
    moment: Moment
    start_ms: float | None = None
    entries: list[int] = []
    response: dict[str, Any] | None = None
    response_type: str = ""
    has_extra_info: bool | None = None  # whether headers as sent were told too; None in older logs
    answered: Moment = UNKNOWN
    sent_extra: dict[str, Any] | None = None
    response_extra: dict[str, Any] | None = None
    failed: dict[str, Any] | None = None
    ended: Moment = UNKNOWN
    is_finished: bool = False
    leads_on: bool = False  # a redirect: the next hop is the request with the next id
    served_from_memory: bool = False
    finished_bytes: int | None = None
    received_bytes: int | None = None
    body: str | None = None
    body_is_base64: bool = False
    frames: list[Frame] = []
    is_socket: bool = False

    @property
    def request(self) -> dict[str, Any]:
        return object_in(self.sent, "request")

    @property
    def url(self) -> str:
        return text_in(self.request, "url") + text_in(self.request, "urlFragment")

    @property
    def method(self) -> str:
        return text_in(self.request, "method")

    @property
    def type(self) -> str:
        """The protocol's own word: Document, Script, XHR, WebSocket …; Preflight, which it often calls Other."""
        if text_in(object_in(self.sent, "initiator"), "type") == "preflight":
            return "Preflight"
        return text_in(self.sent, "type") or self.response_type or "Other"

    @property
    def frame_id(self) -> str:
        return text_in(self.sent, "frameId")

    @property
    def loader_id(self) -> str:
        return text_in(self.sent, "loaderId")

    @property
    def is_inline(self) -> bool:
        return self.url[:5].lower().startswith(INLINE)

    @property
    def status(self) -> int | None:
        """As it came over the wire; a provisional one, as of early hints, is none."""
        status = status_in(self.response_extra, "statusCode") or status_in(self.response)
        return None if status is not None and status < 200 and status != SWITCHED else status

    @property
    def error(self) -> str | None:
        if self.failed is None:
            return None
        cors_error = text_in(object_in(self.failed, "corsErrorStatus"), "corsError")
        reasons = text_in(self.failed, "errorText"), text_in(self.failed, "blockedReason"), cors_error
        return next(filter(None, reasons), "canceled" if self.is_canceled else "failed")

    @property
    def is_canceled(self) -> bool:
        """Given up by the page or for another page: nothing went wrong."""
        return self.failed is not None and (
            self.failed.get("canceled") is True or text_in(self.failed, "errorText") == "net::ERR_ABORTED"
        )

    @property
    def has_failed(self) -> bool:
        return (self.failed is not None and not self.is_canceled) or (self.status or 0) >= 400

    @property
    def cache(self) -> str:
        """Which one answered: "memory", "disk", "prefetch", "service worker"; "" for none."""
        response = self.response or {}
        if response.get("fromPrefetchCache") is True:
            return "prefetch"
        if response.get("fromDiskCache") is True:
            return "disk"
        if text_in(response, "serviceWorkerResponseSource") in WORKERS_STORES:
            return "service worker"
        return "memory" if self.served_from_memory else ""

    @property
    def from_service_worker(self) -> bool:
        return (self.response or {}).get("fromServiceWorker") is True

    @property
    def duration_ms(self) -> float | None:
        """To its last byte, its failure or the next hop; None while it goes on, or where clocks do not tell."""
        return elapsed_ms(self.moment, self.ended) if self.ended != UNKNOWN else None

    @property
    def size(self) -> int | None:
        """Bytes over the network, headers too where upstream counted them."""
        if self.is_finished and self.finished_bytes is not None:
            return self.finished_bytes
        if self.received_bytes is not None:
            return self.received_bytes
        if self.cache in ("memory", "disk", "prefetch"):
            return 0
        return amount_in(self.response, "encodedDataLength") if self.leads_on else None

    @property
    def request_headers(self) -> Headers:
        over_wire = headers_in(self.sent_extra) or headers_in(self.response, "requestHeaders")
        return headers_of(over_wire, headers_in(self.request))

    @property
    def response_headers(self) -> Headers:
        return headers_of(headers_in(self.response_extra), headers_in(self.response))

    @property
    def mime_type(self) -> str:
        told = text_in(self.response, "mimeType")
        return told or value_of(self.response_headers, "content-type").partition(";")[0].strip()

    @property
    def post_data(self) -> str | None:
        """The body as text. None where there was none, or only that there was one is told (`hasPostData`)."""
        value = self.request.get("postData")
        return value if isinstance(value, str) else None

    @property
    def post_bytes(self) -> list[str]:
        """The body in base64, part by part, where the log has it so."""
        parts = [text_in(entry, "bytes") for entry in list_in(self.request, "postDataEntries")]
        return [part for part in parts if part]

    @property
    def has_post_data(self) -> bool:
        return self.post_data is not None or bool(self.post_bytes) or self.request.get("hasPostData") is True

    @property
    def timing(self) -> dict[str, Any]:
        return object_in(self.response, "timing")

    @property
    def response_ms(self) -> float | None:
        """From its beginning to the first of the answer."""
        headers_end = number_in(self.timing, "receiveHeadersEnd")
        waited = elapsed_ms(self.moment, self.answered) if self.answered != UNKNOWN else None
        return headers_end if headers_end is not None and headers_end >= 0 else waited
