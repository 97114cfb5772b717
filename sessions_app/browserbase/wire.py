"""One call to upstream: the key put on, a deadline, retries where they are safe, the body or an error.

Nothing here lets the key out: it sits in a wrapper without a repr, is put on each request last, and no exception of
httpx, which would hold that request, leaves this module.
"""

import functools
import json
import random
import re
import time
from collections.abc import AsyncIterable, AsyncIterator, Mapping
from typing import IO, Any
from urllib.parse import quote

import httpx
import msgspec
import stamina

from . import errors
from .address import normal_base_url
from .answers import MAX_ERROR_BYTES, error_for, looks_like_html
from .decoding import excerpt
from .transport import CONNECTIONS, ends_at, open_transport

JSON = "application/json"
FILE_TYPE = "application/octet-stream"
MAX_BODY_BYTES = 256 * 1024 * 1024
_ATTEMPTS = 3
_FIRST_WAIT_S = 0.3
#: Shorter keys could be an innocent part of any answer; the shortest in use, the simulator's `bb_demo`, has 7
#: characters.
_SHORTEST_MASKED = 6
_MASK = "***"
_SLICE = 262_144


class Limits(msgspec.Struct, frozen=True):
    """Seconds one call may take: to connect, between two bytes, in all with its retries; no retry begins after
    `retry_s`. And the bytes its answer may have.
    """

    connect_s: float = 5
    read_s: float = 10
    total_s: float = 30
    retry_s: float = 10
    body_bytes: int = MAX_BODY_BYTES

    def within(self, total_s: float | None) -> "Limits":
        """The same with another total; None changes nothing."""
        return self if total_s is None else msgspec.structs.replace(self, total_s=total_s)


READ = Limits()
#: Lists and logs can be long, and upstream gathers them before it sends the first byte.
LONG_READ = Limits(read_s=20, total_s=60)
#: Upstream answers when the browser is there; an answer given up too early is a session nobody holds.
CREATE = Limits(read_s=30, total_s=40)


class ApiKey:
    """An API key that shows itself to nobody who does not ask for it. Raises BadKey for what cannot be a header's
    value.
    """

    __slots__ = ("_key",)

    def __init__(self, key: str) -> None:
        self._key = key.strip()
        if not self._key or not self._key.isascii() or not self._key.isprintable() or " " in self._key:
            raise errors.BadKey(
                "This cannot be an API key: it is empty or holds spaces or unusual characters.", sent=False
            )

    def __repr__(self) -> str:
        return "ApiKey(***)"

    def sign(self, request: httpx.Request) -> httpx.Request:
        """Put the key on a request (header `X-BB-API-Key`)."""
        request.headers["X-BB-API-Key"] = self._key
        return request

    @property
    def header(self) -> tuple[bytes, bytes]:
        """What `sign` puts on, as bytes."""
        return b"X-BB-API-Key", self._key.encode()

    def is_in(self, data: bytes) -> bool:
        """Whether a text or JSON holds the key, any of its letters percent-encoded or escaped."""
        if len(self._key) < _SHORTEST_MASKED:
            return False
        if b"%" not in data and b"\\u00" not in data:
            return self._key.encode() in data
        # In slices, between which other threads get their turn; a key in its longest spelling lies across two of them.
        spelt, longest = _spellings(self._key), 6 * len(self._key)
        return any(spelt.search(data, start, start + _SLICE + longest) for start in range(0, len(data), _SLICE))

    async def masked(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """A stream without the key, also where it lies across two chunks; as long as before."""
        key, kept = self._key.encode(), b""
        async for chunk in chunks:
            data = (kept + chunk).replace(key, b"*" * len(key))
            kept = data[max(len(data) - len(key) + 1, 0) :]
            yield data[: len(data) - len(kept)]
        yield kept

    def mask(self, text: str) -> str:
        """The text without the key."""
        return text.replace(self._key, _MASK).replace(quote(self._key, safe=""), _MASK)

    def mask_data(self, data: bytes) -> bytes:
        """The same for an answer's data, where a very short key is left alone: it would match anything."""
        return data if len(self._key) < _SHORTEST_MASKED else data.replace(self._key.encode(), _MASK.encode())


@functools.lru_cache(64)
def _spellings(key: str) -> re.Pattern[bytes]:
    letters = ((re.escape(letter), f"{ord(letter):02x}") for letter in key)
    return re.compile("".join(rf"(?:{plain}|(?i:%{code}|\\u00{code}))" for plain, code in letters).encode())


class Wire:
    """The pooled connection of one key to one base URL; threads may share it. Make it after a fork, not before."""

    def __init__(self, api_key: str, base_url: str, allow_private: bool, connections: int = CONNECTIONS) -> None:
        self.base_url = normal_base_url(base_url, allow_private)
        self._key = ApiKey(api_key)
        self._http = httpx.Client(
            transport=open_transport(self.base_url, allow_private, connections),
            auth=self._key.sign,
            headers={"Accept": JSON, "User-Agent": "sightglass"},
            follow_redirects=False,
        )

    def close(self) -> None:
        self._http.close()

    def get(
        self, path: str, limits: Limits, params: Mapping[str, str | int] | None = None, accept: str = JSON
    ) -> bytes:
        """The body of a 2xx answer. Repeated after what may pass by itself. Raises UpstreamError."""
        return self._call("GET", path, limits, params=params or {}, headers={"Accept": accept})

    def save(self, path: str, file: IO[bytes], limits: Limits, accept: str) -> None:
        """As get, with the body in `file` instead of what that held. A half one stays there after an error."""
        self._call("GET", path, limits, save_to=file, headers={"Accept": accept})

    def delete(self, path: str, limits: Limits) -> None:
        """As get. A repetition may find that the first try has done it: NotFound then."""
        self._call("DELETE", path, limits)

    def upload(self, path: str, name: str, file: IO[bytes], limits: Limits) -> bytes:
        """As a post that is not repeatable, of a file from where it stands, as the multipart field `file`."""
        return self._call("POST", path, limits, repeatable=False, files={"file": (name, file, FILE_TYPE)})

    def post(self, path: str, body: Mapping[str, Any], limits: Limits, *, repeatable: bool) -> bytes:
        """As get. Unless `repeatable`, the request is sent again only if it provably never left."""
        try:
            content = json.dumps(body, allow_nan=False).encode()
        except (ValueError, TypeError, RecursionError):
            raise errors.BadRequest("This cannot be sent as JSON.", sent=False) from None
        return self._call("POST", path, limits, repeatable=repeatable, content=content)

    def _call(
        self,
        method: str,
        path: str,
        limits: Limits,
        *,
        repeatable: bool = True,
        save_to: IO[bytes] | None = None,
        **request: Any,
    ) -> bytes:
        begun = time.monotonic()
        wait_after = _Backoff(begun + min(limits.retry_s, limits.total_s), repeatable)
        with ends_at(begun + limits.total_s):
            for attempt in stamina.retry_context(on=wait_after, attempts=_ATTEMPTS, timeout=None):
                with attempt:
                    return _or_raise(self._exchange(method, path, limits, request, save_to))
        raise AssertionError("stamina leaves its loop by an answer or an error")

    def _exchange(
        self, method: str, path: str, limits: Limits, request: dict[str, Any], save_to: IO[bytes] | None
    ) -> bytes | errors.UpstreamError:
        """The body or the error, which is returned and raised elsewhere: on its traceback hangs nothing seen here."""
        answer: httpx.Response | None = None
        try:
            with self._http.stream(method, self.base_url + path, **request, **_as_httpx(limits, request)) as answer:
                body = _read(answer, limits.body_bytes, save_to)
        except errors.UpstreamError as error:
            error.__context__ = None
            return error.with_traceback(None)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _failure(error, answer, limits)
        if answer.is_success and not looks_like_html(answer.headers, body):
            return self._key.mask_data(body)
        return self._refusal(answer, body)

    def _refusal(self, answer: httpx.Response, body: bytes) -> errors.UpstreamError:
        if answer.is_success:
            return errors.BadAnswer(
                f"Browserbase answered with an HTML page ({answer.status_code}); is something between us and it?",
                status=answer.status_code,
            )
        return error_for(answer.status_code, answer.headers, body, self._key.mask)


def _or_raise(outcome: bytes | errors.UpstreamError) -> bytes:
    if isinstance(outcome, errors.UpstreamError):
        raise outcome
    return outcome


class _Backoff:
    """Stamina's hook: how long to wait after an error, or False for not again."""

    def __init__(self, give_up_at: float, repeatable: bool) -> None:
        self._give_up_at = give_up_at
        self._repeatable = repeatable
        self._wait_s = _FIRST_WAIT_S

    def __call__(self, error: Exception) -> bool | float:
        if not isinstance(error, errors.UpstreamError) or not error.transient:
            return False
        if error.sent and not self._repeatable:
            return False
        wait_s = self._wait_s * random.uniform(0.5, 1.5)  # noqa: S311  # spreads load, hides nothing
        self._wait_s *= 3
        if error.retry_after_s is not None:
            wait_s = error.retry_after_s
        return wait_s if time.monotonic() + wait_s < self._give_up_at else False


def _as_httpx(limits: Limits, request: dict[str, Any]) -> dict[str, Any]:
    timeout = httpx.Timeout(limits.read_s, connect=limits.connect_s, pool=min(limits.connect_s, limits.total_s))
    return {"timeout": timeout} | ({"headers": {"Content-Type": JSON}} if "content" in request else {})


def _read(answer: httpx.Response, most_bytes: int, save_to: IO[bytes] | None) -> bytes:
    """The whole body, b"" where it is saved; of an error as much as arrives, since its status says the most."""
    body, size = bytearray(), 0
    if save_to:
        save_to.seek(0)
        save_to.truncate()
    try:
        for chunk in answer.iter_bytes():
            size += len(chunk)
            if size > most_bytes and answer.is_success:
                raise errors.TooBig(f"The answer is bigger than {most_bytes >> 20} MB.", status=answer.status_code)
            if save_to and answer.is_success:
                save_to.write(chunk)
            else:
                body += chunk
            if not answer.is_success and size > MAX_ERROR_BYTES:
                break
    except (httpx.HTTPError, errors.Timeout):
        if answer.is_success:
            raise
    return bytes(body)


def _failure(error: Exception, answer: httpx.Response | None, limits: Limits) -> errors.UpstreamError:
    """Our error for httpx's. Of its words only those of a failed connection are shown: the key was not yet in play."""
    if isinstance(error, httpx.PoolTimeout):
        return errors.Timeout("Too many requests to Browserbase are under way here.", sent=False)
    if isinstance(error, httpx.ConnectTimeout):
        return errors.Timeout(
            f"Browserbase could not be reached within {min(limits.connect_s, limits.total_s):g} s.", sent=False
        )
    if isinstance(error, httpx.TimeoutException):
        return errors.Timeout(f"Browserbase sent nothing for {min(limits.read_s, limits.total_s):g} s.")
    if isinstance(error, (httpx.ConnectError, httpx.ProxyError)):
        return errors.UpstreamDown(f"Browserbase cannot be reached: {excerpt(str(error), 200)}", sent=False)
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return errors.BadRequest("This request cannot be written as HTTP.", sent=False)
    if isinstance(error, httpx.DecodingError):
        return errors.BadAnswer("The answer's compression is broken.", status=answer.status_code if answer else None)
    if answer is not None:
        return errors.HalfAnswer("The answer broke off in the middle.", status=answer.status_code)
    return errors.UpstreamDown("Browserbase broke the connection before it answered.")
