"""Requests of programs on their way to upstream: async, as bytes, streamed both ways, the account's key put on.

What is known here of the API is its address and its key. Nothing is retried, read whole or understood. httpcore is used
without httpx above it: a target passes byte for byte, and no body is decoded on the way.
"""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import lru_cache
from typing import Any

import httpcore
import httpx

from . import errors
from .address import look_up, normal_base_url, refuse_address
from .idle import IdleConnections
from .transport import proxy_for
from .wire import ApiKey

Headers = list[tuple[bytes, bytes]]

CONNECT_S = 5.0
IDLE_S = 60.0  # between two bytes, either way; what flows may flow for ever
KEPT_OPEN_S = 20.0
TIMEOUTS = {"connect": CONNECT_S, "read": IDLE_S, "write": IDLE_S}


class Passage:
    """The way to one base URL with one key, for one event loop. Raises BadKey and BadBaseUrl."""

    def __init__(self, api_key: str, base_url: str, allow_private: bool) -> None:
        self.key = ApiKey(api_key)
        url = httpx.URL(normal_base_url(base_url, allow_private))
        self._prefix = url.raw_path.rstrip(b"/")
        self._host = (b"Host", url.netloc)
        self._url = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/")
        self._maker = connection_maker(url, allow_private)
        self._idle = IdleConnections()

    @contextlib.asynccontextmanager
    async def send(
        self, method: str, target: bytes, headers: Headers, content: bytes | AsyncIterator[bytes] | None
    ) -> AsyncIterator[httpcore.Response]:
        """The answer, its body still to be read by `aiter_stream`. `target` begins with a slash.

        `headers` say how long the content is. Raises UpstreamError, also for what happens inside the block. Left early,
        as by a cancellation, the connection is closed, and upstream sees it.
        """
        request = httpcore.Request(
            method,
            httpcore.URL(
                scheme=self._url.scheme, host=self._url.host, port=self._url.port, target=self._prefix + target
            ),
            headers=[self._host, self.key.header, *headers],
            content=content,
            extensions={"timeout": TIMEOUTS},
        )
        connection = self._idle.take() or self._maker.create_connection(self._url.origin)
        try:
            with as_our_errors():
                answer = await connection.handle_async_request(request)
                try:
                    yield answer
                finally:
                    await answer.aclose()
        finally:
            await self._idle.give_back(connection)

    async def close(self) -> None:
        await self._idle.close()


def connection_maker(url: httpx.URL, allow_private: bool) -> httpcore.AsyncConnectionPool:
    """What makes connections to this URL, guarded as `transport.open_transport` says."""
    secure = url.scheme == "https"
    proxy = proxy_for(url.host) if secure else None
    return httpcore.AsyncConnectionPool(
        ssl_context=_tls(),
        proxy=httpcore.Proxy(proxy) if proxy else None,
        keepalive_expiry=KEPT_OPEN_S,
        network_backend=_GuardedNetwork(secure, allow_private, judges=proxy is None),
    )


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context()


class _GuardedNetwork(httpcore.AnyIOBackend):
    """Looks a name up itself, judges what was found, and connects to that very address."""

    def __init__(self, secure: bool, allow_private: bool, judges: bool) -> None:
        self._secure = secure
        self._allow_private = allow_private
        self._judges = judges

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await asyncio.to_thread(look_up, host, port, CONNECT_S)
        for address in addresses if self._judges else ():
            refuse_address(host, address, self._secure, self._allow_private)
        for address in addresses[:-1]:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await super().connect_tcp(str(address), port, timeout, local_address, socket_options)
        return await super().connect_tcp(str(addresses[-1]), port, timeout, local_address, socket_options)


@contextlib.contextmanager
def as_our_errors(who: str = "Browserbase") -> Iterator[None]:
    """httpcore's errors hold the request and so the key: they end here."""
    try:
        yield
    except (httpcore.ConnectTimeout, httpcore.PoolTimeout):
        raise errors.Timeout(f"{who} could not be reached within {CONNECT_S:g} s.", sent=False) from None
    except httpcore.TimeoutException:
        raise errors.Timeout(f"{who} sent nothing for {IDLE_S:g} s.") from None
    except (httpcore.ConnectError, httpcore.ProxyError):
        raise errors.UpstreamDown(f"{who} cannot be reached.", sent=False) from None
    except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol):
        raise errors.BadRequest("This request cannot be written as HTTP.", sent=False) from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise errors.UpstreamDown(f"{who} broke the connection before its answer was whole.") from None
