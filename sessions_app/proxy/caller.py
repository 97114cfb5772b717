"""The program at the other end of one request: its headers, its body, whether it is still there, and the way back."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from sessions_app.browserbase.passing import IDLE_S
from sessions_app.models.audit import recordable_address

from .answers import Answer, Headers, Refusal

CLOSE = (b"connection", b"close")


class Gone(Exception):
    """The program hung up."""


class Caller:
    """One request of ASGI's. `method` in capitals, header names in lower case, `query` byte for byte."""

    def __init__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        self.method: str = scope["method"]
        self.raw_path: bytes = scope["raw_path"]
        self.query: bytes = scope["query_string"]
        self.headers: Headers = scope["headers"]
        self.address = recordable_address((scope.get("client") or ("", 0))[0]) or ""
        self._receive = receive
        self._send = send
        self._has_read = asyncio.Event()
        if not self.has_body:
            self._has_read.set()
        self.has_answered = False

    def header(self, name: bytes) -> bytes | None:
        """The first header of this name."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def has_body(self) -> bool:
        return self.header(b"transfer-encoding") is not None or self.header(b"content-length") not in (None, b"0")

    @property
    def transport(self) -> Any:
        """The connection it came by, where the server lets it be seen (uvicorn's `send` belongs to it), else None."""
        return getattr(getattr(self._send, "__self__", None), "transport", None)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes. Raises Gone."""
        while not self._has_read.is_set():
            try:
                async with asyncio.timeout(IDLE_S):
                    message = await self._receive()
            except TimeoutError:
                raise Refusal(408, f"Nothing more of the body came for {IDLE_S:g} s.", [CLOSE]) from None
            if message["type"] == "http.disconnect":
                raise Gone
            if body := message.get("body", b""):
                yield body
            if not message.get("more_body", False):
                self._has_read.set()

    async def body(self, at_most: int) -> bytes:
        """The whole body. Raises Gone, and Refusal (413) where it is longer."""
        read = bytearray()
        async for chunk in self.chunks():
            read += chunk
            if len(read) > at_most:
                raise Refusal(413, f"The body is longer than {at_most} bytes.", [CLOSE])
        return bytes(read)

    async def gone(self) -> None:
        """Return once it has hung up; whoever reads the body sees that first."""
        await self._has_read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            pass

    async def start(self, status: int, headers: Headers) -> None:
        self.has_answered = True
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def write(self, chunk: bytes, more: bool) -> None:
        """Raises Gone also where nobody takes what is written."""
        try:
            async with asyncio.timeout(IDLE_S):
                await self._send({"type": "http.response.body", "body": chunk, "more_body": more})
        except TimeoutError:
            raise Gone from None

    async def answer(self, answer: Answer) -> None:
        has_body = answer.status >= 200 and answer.status not in (204, 304)
        length = [(b"content-length", str(len(answer.body)).encode())] if has_body else []
        await self.start(answer.status, [*answer.headers, *length])
        await self.write(answer.body if has_body else b"", more=False)
