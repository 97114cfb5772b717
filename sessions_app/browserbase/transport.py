"""How bytes get to upstream: httpx's transport with our two guards at every connection.

One is the deadline: httpx's timeouts bound each single read, so an answer that drips a byte a second never ends. The
other judges the address after the name was looked up and connects to that very address, so that no second look-up can
lead elsewhere.
"""

import contextlib
import logging
import ssl
import time
import urllib.request
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import httpcore
import httpx

from .address import Address, look_up, refuse_address
from .decoding import excerpt
from .errors import BadBaseUrl, Timeout

# Their lines quote what upstream wrote (headers, the reason phrase), and upstream may echo the key or set cookies.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.INFO)

#: At most this many requests at once per client, unless it is made for more.
CONNECTIONS = 32
#: So many connections may be idle: httpcore looks through all pairs of idle ones, and closes one too many even where
#: another thread has just begun to use it.
_MOST_IDLE = 32
_IDLE_S = 20
#: time.monotonic() at which the running call of this thread must be over.
_deadline: ContextVar[float] = ContextVar("browserbase_deadline")


@contextlib.contextmanager
def ends_at(deadline: float) -> Iterator[None]:
    """Every wait for the network in this block ends at `deadline` (time.monotonic()) with Timeout."""
    token = _deadline.set(deadline)
    try:
        yield
    finally:
        _deadline.reset(token)


def open_transport(base_url: str, allow_private: bool, connections: int = CONNECTIONS) -> httpx.HTTPTransport:
    """The guarded transport for one base URL.

    HTTPS_PROXY, ALL_PROXY and NO_PROXY are honoured for https, and for nothing else. Behind a proxy it is the proxy
    that looks names up, so there only a literal private address is refused, when the client is made.
    """
    url = httpx.URL(base_url)
    secure = url.scheme == "https"
    proxy = proxy_for(url.host) if secure else None
    idle = min(connections, _MOST_IDLE)
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=idle, keepalive_expiry=_IDLE_S)
    transport = httpx.HTTPTransport(verify=httpx.create_ssl_context(), limits=limits, proxy=proxy)
    # httpx offers no parameter for the network backend of its pool; tests/browserbase/test_address.py sees that this
    # one works.
    pool: Any = transport._pool
    pool._network_backend = _GuardedNetwork(pool._network_backend, secure, allow_private, judges=proxy is None)
    return transport


def proxy_for(host: str) -> str | None:
    """The proxy that the environment names for https to this host. Raises BadBaseUrl for one of another kind."""
    if urllib.request.proxy_bypass(host):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get("https") or proxies.get("all")
    if proxy is None:
        return None
    scheme, separator, _ = proxy.partition("://")
    if separator and scheme not in ("http", "https"):
        raise BadBaseUrl(
            f"HTTPS_PROXY names a proxy of the kind {excerpt(scheme)}; only http and https work.", sent=False
        )
    return proxy if separator else f"http://{proxy}"


def _left_s(timeout: float | None, *, sent: bool = False) -> float:
    left_s = _deadline.get(float("inf")) - time.monotonic()
    if left_s <= 0:
        raise Timeout("Browserbase did not finish in time.", sent=sent)
    return left_s if timeout is None else min(timeout, left_s)


class _GuardedNetwork(httpcore.NetworkBackend):
    """Stands before httpcore's own network backend."""

    def __init__(self, backend: httpcore.NetworkBackend, secure: bool, allow_private: bool, judges: bool) -> None:
        self._backend = backend
        self._secure = secure
        self._allow_private = allow_private
        self._judges = judges

    def connect_tcp(  # type: ignore[override]  # the options are only handed on
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> httpcore.NetworkStream:
        *first, last = look_up(host, port, _left_s(timeout))
        if self._judges:
            for address in (*first, last):
                refuse_address(host, address, self._secure, self._allow_private)
        for address in first:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return self._connect(address, port, timeout, options)
        return self._connect(last, port, timeout, options)

    def _connect(
        self, address: Address, port: int, timeout: float | None, options: dict[str, Any]
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._backend.connect_tcp(str(address), port, _left_s(timeout), **options))


class _TimedStream(httpcore.NetworkStream):
    """Stands before one of httpcore's network streams and bounds each wait by the deadline of the running call."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left_s(timeout, sent=True))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left_s(timeout, sent=True))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _TimedStream(self._stream.start_tls(ssl_context, server_hostname, _left_s(timeout)))

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
