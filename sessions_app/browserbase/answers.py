"""What an HTTP answer means: upstream's statuses, headers and error bodies to our errors.

Error bodies seen: `{"code": int, "message": str}` in the contract, `{"statusCode": int, "error": str, "message":
str}` in practice, plain text, and HTML from a proxy in between.
"""

import datetime as dt
import email.utils
import math
import re
from collections.abc import Callable, Mapping

from . import errors
from .decoding import Unreadable, decode, excerpt

#: Of an error's body no more is read.
MAX_ERROR_BYTES = 65_536
_MAX_DETAIL = 300
_MAX_RETRY_AFTER_S = 86_400.0
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")

_KINDS: dict[int, tuple[type[errors.UpstreamError], str]] = {
    401: (errors.BadKey, "Browserbase refused the API key"),
    403: (errors.Forbidden, "Browserbase does not allow this to the API key"),
    404: (errors.NotFound, "Browserbase has nothing under this id"),
    408: (errors.Timeout, "Browserbase gave up waiting for the request"),
    410: (errors.NotFound, "Browserbase has nothing under this id any more"),
}


def error_for(status: int, headers: Mapping[str, str], body: bytes, mask: Callable[[str], str]) -> errors.UpstreamError:
    """The error an answer with a status other than 2xx stands for. `mask` hides the key in what upstream wrote.

    Header names in `headers` are looked up in lower case.
    """
    detail = excerpt(mask(_detail(headers, body)), _MAX_DETAIL)
    if status == 429:
        return _rate_limited(headers, detail)
    kind, words = _kind(status)
    message = f"{words} ({status}){': ' if detail else '.'}{detail}"
    return kind(message, status=status, detail=detail, retry_after_s=retry_after_s(headers))


def looks_like_html(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the body is a page for people, by its type or by its first character."""
    return "html" in headers.get("content-type", "").lower() or body[:64].lstrip().startswith(b"<")


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the `retry-after` header, a number or an HTTP date; None when missing or neither. At most a
    day.
    """
    value = headers.get("retry-after", "").strip()
    seconds = _number(value)
    if seconds is None:
        seconds = _seconds_until(value)
    return None if seconds is None else min(seconds, _MAX_RETRY_AFTER_S)


def _kind(status: int) -> tuple[type[errors.UpstreamError], str]:
    if status < 400:
        return errors.BadAnswer, "Browserbase answered with a redirect, which is not followed"
    if status >= 500:
        return errors.UpstreamDown, "Browserbase has a failure of its own"
    return _KINDS.get(status, (errors.BadRequest, "Browserbase refused the request"))


def _rate_limited(headers: Mapping[str, str], detail: str) -> errors.RateLimited:
    wait_s = retry_after_s(headers)
    when = "" if wait_s is None else f"; it asks to wait {math.ceil(wait_s)} s"
    limited = errors.RateLimited(
        f"A limit of Browserbase is reached (429){when}{': ' if detail else '.'}{detail}",
        status=429,
        detail=detail,
        retry_after_s=wait_s,
    )
    limited.limit = _whole(headers.get("x-ratelimit-limit"))
    limited.remaining = _whole(headers.get("x-ratelimit-remaining"))
    limited.reset_s = _number(headers.get("x-ratelimit-reset", ""))
    return limited


def _detail(headers: Mapping[str, str], body: bytes) -> str:
    """Upstream's own words, "" when it has none for people to read."""
    if looks_like_html(headers, body):
        return ""
    try:
        value = decode(body)
    except Unreadable:
        return body.decode("utf-8", "replace").strip()
    while isinstance(value, dict):
        value = value.get("message") or value.get("error") or value.get("detail")
    if isinstance(value, list):
        return "; ".join(str(entry) for entry in value[:5])
    return value.strip() if isinstance(value, str) else ""


def _number(value: str) -> float | None:
    return float(value) if _NUMBER.fullmatch(value.strip()) else None


def _whole(value: str | None) -> int | None:
    number = _number(value or "")
    return None if number is None else int(number)


def _seconds_until(value: str) -> float | None:
    try:
        moment = email.utils.parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max((moment - dt.datetime.now(dt.UTC)).total_seconds(), 0.0)
