"""Requests as the rows of a waterfall: short words, covered, and a bar on the time that all of them took."""

from collections.abc import Iterator, Sequence

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.network.kinds import PURPOSES, failure_words, purpose_of
from sessions_app.inspector.network.request import SWITCHED, Request
from sessions_app.inspector.words import counted, lasting, shortened, size_words

from .network_asked import Row
from .network_bars import bar_of
from .strip_axis import Axis

SECOND_MS = 1000
LONGEST_NAME, LONGEST_URL = 120, 600


def shown(rows: Sequence[Row], log: Log, axis: Axis) -> Iterator[dict[str, object]]:
    """As the template has them, covered."""
    for row in rows:
        request, url = row.request, log.cover.url(row.request.url)
        name, host = name_and_host(url)
        yield {
            "t": row.t,
            "id": request.id,
            "url": shortened(url, LONGEST_URL),
            "name": name,
            "host": host,
            "method": request.method,
            "status": status_words(request),
            "look": look_of(request),
            "error": log.cover.text(request.error or ""),
            "failure": log.cover.text(failure_words(request)) or given_up_words(request),
            "type": PURPOSES[purpose_of(request)] if purpose_of(request) != "other" else request.type,
            "size": size_of(request),
            "took": "" if request.duration_ms is None else lasting(request.duration_ms / SECOND_MS),
            "bar": bar_of(row, axis),
        }


def name_and_host(url: str) -> tuple[str, str]:
    """The last part of the path with its query, and the host; of `data:` and `blob:` what they hold."""
    scheme, sign, rest = url.partition("://")
    if not sign or scheme == "blob" or ":" in scheme:
        return shortened(url.partition(",")[0], LONGEST_NAME), ""
    host, _, path = rest.partition("/")
    path, sign, query = path.partition("#")[0].partition("?")
    last = path.rstrip("/").rpartition("/")[2]
    name = f"{last}/" if last and path.endswith("/") else last
    return shortened(f"{name or '/'}{sign}{query}", LONGEST_NAME), shortened(host, LONGEST_NAME)


def status_words(request: Request) -> str:
    if request.status is not None:
        return str(request.status)
    if request.is_canceled:
        return "cancelled"
    if request.failed is not None:
        return "failed"
    return "inline" if request.is_inline else "no answer"


def given_up_words(request: Request) -> str:
    """Where the status alone does not tell it."""
    return "cancelled" if request.is_canceled and request.status is not None else ""


def look_of(request: Request) -> str:
    """What the row's icon and colour say besides the words."""
    if request.has_failed:
        return "failed"
    if request.is_canceled:
        return "cancelled"
    if request.leads_on or 300 <= (request.status or 0) < 400:
        return "redirect"
    if request.status is None and not request.is_inline:
        return "unanswered"
    return "socket" if request.status == SWITCHED else "fine"


def size_of(request: Request) -> str:
    """Over the network, or the word for why nothing was."""
    if request.cache:
        return f"{request.cache} cache" if request.cache != "service worker" else request.cache
    if request.is_inline or request.size is None:
        return ""
    return size_words(request.size)


def totals_of(rows: Sequence[Row], of: int) -> str:
    """41 requests, 2 failed, 1.2 MB, 12.4 s; "12 of 41 requests" where some are left out."""
    requests = [row.request for row in rows]
    sent = counted(of, "request") if len(rows) == of else f"{len(rows):,} of {counted(of, 'request')}"
    parts = [sent, f"{sum(request.has_failed for request in requests):,} failed"]
    if any(sizes := [request.size or 0 for request in requests]):
        parts.append(size_words(sum(sizes)))
    if moments := [t for row in rows for t in (row.t, row.until) if t is not None]:
        parts.append(lasting((max(moments) - min(moments)) / SECOND_MS))
    if inline := sum(request.is_inline for request in requests):
        parts.append(f"{inline:,} of them inline, not sent")
    return ", ".join(parts)
