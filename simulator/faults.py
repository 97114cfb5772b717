"""Faults on demand: which request gets which, and how each one looks on the wire."""

import asyncio
import random
import socket
import struct
from typing import Annotated, Any, Literal

import msgspec
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from simulator.errors import bad_request, error_body
from simulator.server import TRANSPORT
from simulator.strange import strange_words

Kind = Literal["status", "latency", "reset", "half_body", "html_502", "bad_json", "unknown_values", "hang"]
HTML_502 = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><h1>502 Bad Gateway</h1></body>\r\n</html>\r\n"
)
AFTER_ONLY = ("half_body", "bad_json", "unknown_values")


class Fault(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=False):
    """One fault as POST /_sim/faults takes it. `when` says whether the real thing is done first (`after`) or never."""

    match: Annotated[str, msgspec.Meta(pattern=r"^(\*|[A-Za-z]+) /")]
    fault: Kind
    status: Annotated[int, msgspec.Meta(ge=200, le=599)] = 500
    seconds: Annotated[float, msgspec.Meta(ge=0)] = 2
    count: Annotated[int, msgspec.Meta(ge=1)] | None = None
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1
    headers: dict[str, str | int | float | None] = {}
    when: Literal["before", "after"] = "before"
    hits: int = 0

    def matches(self, method: str, target: str) -> bool:
        verb, _, prefix = self.match.partition(" ")
        return verb.upper() in ("*", method) and target.startswith(prefix)

    @property
    def comes_after(self) -> bool:
        return self.when == "after" or self.fault in AFTER_ONLY

    def header_list(self) -> list[tuple[bytes, bytes]]:
        """Headers for the wire; one told as null is left out, the 429's `retry-after` too."""
        told = {name.lower(): value for name, value in self.headers.items()}
        if self.fault == "status" and self.status == 429:
            told = {"retry-after": 1, **told}
        return [(name.encode(), str(value).encode("latin-1")) for name, value in told.items() if value is not None]


def fault_from(body: object) -> Fault:
    """The fault in a decoded JSON body; ApiError 400 says what is wrong with it."""
    try:
        fault = msgspec.convert(body, Fault)
        headers = fault.header_list()
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise bad_request(str(error)) from None
    if any(bad_header(name, value) for name, value in headers):
        raise bad_request("headers: a name must be a token and a value one line")
    fault.hits = 0
    return fault


def bad_header(name: bytes, value: bytes) -> bool:
    token = name.replace(b"-", b"").replace(b"_", b"")
    return not (token.isalnum() and token.isascii()) or any(byte < 32 and byte != 9 for byte in value)


class Faults:
    """The faults in force, the newest deciding; `freed` is what hanging requests wait for."""

    def __init__(self) -> None:
        self.list: list[Fault] = []
        self.freed = asyncio.Event()

    def add(self, fault: Fault) -> None:
        self.list.insert(0, fault)

    def clear(self) -> None:
        self.list.clear()
        self.freed.set()
        self.freed = asyncio.Event()

    def take(self, method: str, target: str) -> Fault | None:
        """The fault for a request: the newest match, if its probability says so, and one of its `count` used."""
        fault = next((fault for fault in self.list if fault.matches(method, target)), None)
        if fault is None or random.random() >= fault.probability:
            return None
        fault.hits += 1
        if fault.count is not None and fault.hits >= fault.count:
            self.list.remove(fault)
        return fault


class Exchange:
    """One request under a fault: its body read, the application's answer kept back, the client watched."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, freed: asyncio.Event) -> None:
        self.scope, self.receive, self.send = scope, receive, send
        self.freed = freed
        self.body: list[Message] = []
        self.start: Message = {}
        self.content = b""

    async def read(self) -> bool:
        """Takes the whole request; False if the client left in the middle."""
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                return False
            self.body.append(message)
            if not message.get("more_body", False):
                return True

    async def run(self, app: ASGIApp, send: Send) -> None:
        """Lets the application answer to `send`, with the request's body played back to it."""
        messages = iter(self.body)

        async def replay() -> Message:
            return next(messages, None) or await self.receive()

        await app(self.scope, replay, send)

    async def keep(self, message: Message) -> None:
        """Takes the application's answer instead of sending it."""
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.content += message.get("body", b"")

    async def answer(self, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        has_body = status not in (204, 304)
        framing = [(b"content-length", str(len(body)).encode())] if has_body else []
        own = [pair for pair in headers if pair[0].lower() != b"content-length"]
        await self.send({"type": "http.response.start", "status": status, "headers": own + framing})
        await self.send({"type": "http.response.body", "body": body if has_body else b""})

    async def gone(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def wait(self, seconds: float | None) -> bool:
        """Waits, at most until the faults are cleared; False if the client left meanwhile."""
        leaving = asyncio.ensure_future(self.gone())
        freeing = asyncio.ensure_future(self.freed.wait())
        try:
            await asyncio.wait({leaving, freeing}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return not leaving.done()
        finally:
            leaving.cancel()
            freeing.cancel()

    async def cut(self, flush: bool) -> None:
        """Ends the connection: after what was sent (`flush`), or at once with a reset."""
        transport: asyncio.Transport = self.scope["extensions"][TRANSPORT]["transport"]
        if flush:
            transport.close()
        else:
            reset_on_close(transport)
            transport.abort()
        await self.gone()


def reset_on_close(transport: asyncio.Transport) -> None:
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None and connection.fileno() != -1:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class FaultyApp:
    """The application with the faults before it. /_sim itself never gets any."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app, self.faults = app, faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"]
        fault = None
        if path != "/_sim" and not path.startswith("/_sim/"):
            query = scope["query_string"].decode("latin-1")
            fault = self.faults.take(scope["method"], f"{path}?{query}" if query else path)
        if fault is None:
            await self.app(scope, receive, send)
            return
        exchange = Exchange(scope, receive, send, self.faults.freed)
        if await exchange.read():
            await self._spoil(exchange, fault)

    async def _spoil(self, exchange: Exchange, fault: Fault) -> None:
        if fault.comes_after:
            await exchange.run(self.app, exchange.keep)
        match fault.fault:
            case "status":
                body = msgspec.json.encode(error_body(fault.status, "A fault of the simulator, as asked for"))
                headers = [(b"content-type", b"application/json"), *fault.header_list()]
                await exchange.answer(fault.status, headers, body)
            case "html_502":
                await exchange.answer(502, [(b"content-type", b"text/html"), *fault.header_list()], HTML_502)
            case "reset":
                await exchange.cut(flush=False)
            case "latency" | "hang":
                await self._delay(exchange, fault)
            case _:
                await send_spoiled(exchange, fault)

    async def _delay(self, exchange: Exchange, fault: Fault) -> None:
        if not await exchange.wait(fault.seconds if fault.fault == "latency" else None):
            return
        if fault.comes_after:
            await exchange.answer(exchange.start["status"], exchange.start["headers"], exchange.content)
        else:
            await exchange.run(self.app, exchange.send)


async def send_spoiled(exchange: Exchange, fault: Fault) -> None:
    """Sends the real answer damaged: half of it, no JSON any more, or in words nobody knows."""
    status, headers, content = exchange.start["status"], exchange.start["headers"], exchange.content
    if fault.fault == "bad_json":
        await exchange.answer(status, headers, content[: len(content) // 2] + b'{"')
    elif fault.fault == "unknown_values":
        await exchange.answer(status, headers, strange_words(content))
    else:
        await exchange.send({"type": "http.response.start", "status": status, "headers": headers})
        half: dict[str, Any] = {"body": content[: len(content) // 2], "more_body": True}
        await exchange.send({"type": "http.response.body", **half})
        await exchange.cut(flush=True)
