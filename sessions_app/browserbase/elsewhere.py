"""What the API's answers point to: addresses on other hosts, fetched without the key.

An answer comes from upstream, and so may the hosts it names be anybody's. Each address, those of redirects too, is
judged as an account's base URL is: https and public, unless private ones are allowed; the name is looked up once, what
was found is judged, and that very address is connected to. Whatever comes back is bytes of a stranger, bounded in size
and time.
"""

import asyncio
import contextlib
import re
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urljoin
from weakref import WeakKeyDictionary

import httpcore
import httpx
import msgspec

from . import errors
from .address import literal_address, refuse_address
from .fields import MAX_URL
from .idle import IdleConnections
from .passing import TIMEOUTS, as_our_errors, connection_maker

REDIRECTS = 3
CONTENT_RANGE = re.compile(r"bytes (?:\d{1,15}-\d{1,15}|\*)/(?:\d{1,15}|\*)")
BYTE_RANGE = re.compile(r"bytes=(?:\d{1,15}-\d{0,15}|-\d{1,15})")
_REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
_DEAD_STATUSES = frozenset({400, 401, 403, 404, 410})
_WHO = "The host that Browserbase names"


class Bounds(msgspec.Struct, frozen=True):
    """What one fetch may take in all."""

    most_bytes: int
    total_s: float


SEGMENT = Bounds(64 << 20, 60)
FILM = Bounds(8 << 30, 3600)
ICON = Bounds(200 << 10, 5)
KEPT_OPEN = 6
KEPT_HOSTS = 32


class Fetched:
    """An answer whose body is still to come. `status` is 200, 206 (a part, as asked for) or 416 (no such part).

    `length` in bytes and `content_range` as the host told them, None where it did not. Nothing else of its headers is
    anybody's business: what kind of file it is, whoever asked knows.
    """

    def __init__(
        self, answer: httpcore.Response, connection: Any, kept: IdleConnections, bounds: Bounds, gives_up_at: float
    ) -> None:
        self.status = answer.status
        self.length = _length(answer)
        self.content_range = _content_range(answer)
        self._answer = answer
        self._connection = connection
        self._kept = kept
        self._bounds = bounds
        self._gives_up_at = gives_up_at

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it comes; the connection then serves the next fetch. Raises Timeout, TooBig, UpstreamDown."""
        size, stream = 0, self._answer.aiter_stream().__aiter__()
        try:
            with as_our_errors(_WHO):
                while (chunk := await self._next(stream)) is not None:
                    size += len(chunk)
                    if size > self._bounds.most_bytes:
                        raise errors.TooBig(f"The file is bigger than {self._bounds.most_bytes >> 20} MB.")
                    yield chunk
        finally:
            await self.aclose()

    async def read(self) -> bytes:
        """The whole body."""
        return b"".join([chunk async for chunk in self.chunks()])

    async def aclose(self) -> None:
        """To be called where `chunks` is not read at all."""
        with contextlib.suppress(httpcore.NetworkError, httpcore.ProtocolError):
            await self._answer.aclose()
        await self._kept.give_back(self._connection)

    async def _next(self, stream: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with asyncio.timeout(max(self._gives_up_at - time.monotonic(), 0)):
                return await anext(stream, None)
        except TimeoutError:
            raise errors.Timeout(f"The file did not come within {self._bounds.total_s:g} s.") from None


async def fetch(url: str, allow_private: bool, bounds: Bounds, byte_range: str | None = None) -> Fetched:
    """Ask for what an answer named. `byte_range` is a Range header's value; what is no single range is left out.

    Raises ForbiddenLink, DeadLink, and UpstreamDown, Timeout or BadAnswer for the host's own failures.
    """
    if byte_range and not BYTE_RANGE.fullmatch(byte_range):
        byte_range = None
    gives_up_at = time.monotonic() + bounds.total_s
    for _ in range(REDIRECTS + 1):
        target = checked_link(url, allow_private)
        fetched = await _asked(target, allow_private, bounds, byte_range, gives_up_at)
        if isinstance(fetched, Fetched):
            return fetched
        url = _joined(target, fetched)
    raise errors.BadAnswer(f"{_WHO} sends on and on to other addresses.")


def _joined(target: httpx.URL, location: str) -> str:
    try:
        return urljoin(str(target), location)
    except ValueError:
        raise _forbidden("sends on to what is no web address") from None


def checked_link(url: str, allow_private: bool) -> httpx.URL:
    """Raises ForbiddenLink for what its text alone forbids; a name is judged when it is looked up."""
    try:
        target = httpx.URL(url) if len(url) <= MAX_URL and url.isprintable() and " " not in url else httpx.URL()
    except (httpx.InvalidURL, UnicodeError):
        target = httpx.URL()
    if target.scheme not in ("https", "http") or not target.host or target.userinfo or not _is_port(target.port):
        raise _forbidden("is no plain web address")
    host = target.raw_host.decode("ascii")
    if target.scheme == "http" and not allow_private:
        raise _forbidden("does not begin with https://")
    if literal := literal_address(host):
        with _as_forbidden():
            refuse_address(host, literal, target.scheme == "https", allow_private)
    return target


def _is_port(port: int | None) -> bool:
    return port is None or 0 < port < 65536


async def _asked(
    target: httpx.URL, allow_private: bool, bounds: Bounds, byte_range: str | None, gives_up_at: float
) -> Fetched | str:
    """The answer, or where a redirect leads."""
    url = httpcore.URL(scheme=target.raw_scheme, host=target.raw_host, port=target.port, target=target.raw_path)
    kept = _kept_to(url.origin, allow_private)
    connection: Any = kept.take() or connection_maker(target, allow_private).create_connection(url.origin)
    async with contextlib.AsyncExitStack() as held:
        held.push_async_callback(connection.aclose)
        answer = await _answer(connection, _request(target, url, byte_range), bounds, gives_up_at)
        if answer.status in _REDIRECT_STATUSES:
            return _header(answer, b"location")
        _check(answer, asked_for_part=bool(byte_range))
        held.pop_all()
        return Fetched(answer, connection, kept, bounds, gives_up_at)


_hosts: WeakKeyDictionary[asyncio.AbstractEventLoop, OrderedDict[Any, IdleConnections]] = WeakKeyDictionary()


def _kept_to(origin: httpcore.Origin, allow_private: bool) -> IdleConnections:
    """Connections that were judged when they were made: a player asks one host for hundreds of segments."""
    hosts = _hosts.setdefault(asyncio.get_running_loop(), OrderedDict())
    key = (str(origin), allow_private)
    kept = hosts.setdefault(key, IdleConnections(KEPT_OPEN))
    hosts.move_to_end(key)
    while len(hosts) > KEPT_HOSTS:
        hosts.popitem(last=False)[1].close_all_later()
    return kept


def _request(target: httpx.URL, url: httpcore.URL, byte_range: str | None) -> httpcore.Request:
    headers = [(b"Host", target.netloc), (b"Accept", b"*/*"), (b"Accept-Encoding", b"identity")]
    headers.append((b"User-Agent", b"sightglass"))
    if byte_range:
        headers.append((b"Range", byte_range.encode()))
    return httpcore.Request("GET", url, headers=headers, extensions={"timeout": TIMEOUTS})


async def _answer(connection: Any, request: httpcore.Request, bounds: Bounds, gives_up_at: float) -> httpcore.Response:
    try:
        with _as_forbidden(), as_our_errors(_WHO):
            async with asyncio.timeout(max(gives_up_at - time.monotonic(), 0)):
                return await connection.handle_async_request(request)
    except TimeoutError:
        raise errors.Timeout(f"{_WHO} did not answer within {bounds.total_s:g} s.") from None


def _check(answer: httpcore.Response, asked_for_part: bool) -> None:
    """Of the body of a failure nothing is read: it would be a stranger's words."""
    if answer.status in _DEAD_STATUSES:
        raise errors.DeadLink(f"The address that Browserbase gave is not good any more ({answer.status}).")
    if answer.status >= 500:
        raise errors.UpstreamDown(f"{_WHO} has a failure of its own ({answer.status}).", status=answer.status)
    usable = (200, 206, 416) if asked_for_part else (200,)
    if answer.status not in usable or _header(answer, b"content-encoding") not in ("", "identity"):
        raise errors.BadAnswer(f"{_WHO} answered in a way that cannot be used ({answer.status}).")


def _header(answer: httpcore.Response, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in answer.headers if key.lower() == name), "")


def _length(answer: httpcore.Response) -> int | None:
    text = _header(answer, b"content-length")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None


def _content_range(answer: httpcore.Response) -> str | None:
    text = _header(answer, b"content-range")
    return text if CONTENT_RANGE.fullmatch(text) else None


@contextlib.contextmanager
def _as_forbidden() -> Iterator[None]:
    """What is said of base URLs, said of an address that an answer named. It is a credential, so it is not shown."""
    try:
        yield
    except errors.PrivateAddress:
        raise _forbidden("leads to a private host, which only SIGHTGLASS_ALLOW_PRIVATE_UPSTREAM=1 allows") from None
    except errors.BadBaseUrl:
        raise _forbidden("cannot be used: it is not https, or a proxy stands before it that does not fit") from None


def _forbidden(why: str) -> errors.ForbiddenLink:
    return errors.ForbiddenLink(f"The address that Browserbase gave {why}. It was not asked.", sent=False)
