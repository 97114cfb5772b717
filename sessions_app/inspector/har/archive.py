"""A log as one HAR: pages are visits, entries are requests."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sessions_app.inspector.log.opened import Log, as_time
from sessions_app.inspector.network.request import Request
from sessions_app.inspector.secrets import Cover
from sessions_app.inspector.story.visits import Visit

from .entry import entry_of

_COMMENT = "Secrets are covered by ***."
_START_UNKNOWN = "When it was sent is not known."


def har_of(log: Log, cover: Cover, of_part: Iterable[Request] | None = None) -> dict[str, Any]:
    """An entry for each request that was sent; data: and blob: URLs were not.

    `of_part`: these requests alone, and the pages that they belong to.
    """
    visits = [visit for visit in log.visits if not visit.is_within]
    places = Places(visits)
    entries, last_ms = [], log.started_ms
    for request in log.requests if of_part is None else of_part:
        if request.is_inline:
            continue
        last_ms = last_ms if request.start_ms is None else request.start_ms
        entry: dict[str, Any] = {"startedDateTime": har_time(last_ms, log.started_ms), **entry_of(request, cover)}
        if request.start_ms is None:
            entry["comment"] = _START_UNKNOWN
        if page := places.of(request):
            entry["pageref"] = page
        entries.append(entry)
    pages = [page_of(log, visit, number, cover) for number, visit in enumerate(visits, 1)]
    if of_part is not None:
        shown = {entry.get("pageref") for entry in entries}
        pages = [page for page in pages if page["id"] in shown]
    har = {
        "version": "1.2",
        "creator": {"name": "Sightglass", "version": "1"},
        "pages": pages,
        "entries": entries,
    }
    return {"log": har | ({"comment": _COMMENT} if cover.covers else {})}


class Places:
    """Which page a request belongs to: by its loader, else by the time at which its tab showed it."""

    def __init__(self, visits: list[Visit]) -> None:
        self._by_loader = {v.loader_id: f"page_{n}" for n, v in reversed([*enumerate(visits, 1)]) if v.loader_id}
        self._by_tab: dict[int | None, list[tuple[float, str]]] = {}
        for number, visit in enumerate(visits, 1):
            if visit.begins_ms is not None:
                self._by_tab.setdefault(visit.page, []).append((visit.begins_ms, f"page_{number}"))

    def of(self, request: Request) -> str | None:
        if page := self._by_loader.get(request.loader_id):
            return page
        shown = self._by_tab.get(request.page, [])
        if request.start_ms is None:
            return None
        place = bisect_right(shown, (request.start_ms, "page_~"))
        return shown[place - 1][1] if place else None


def page_of(log: Log, visit: Visit, number: int, cover: Cover) -> dict[str, Any]:
    begins = log.started_ms if visit.begins_ms is None else visit.begins_ms
    return {
        "startedDateTime": har_time(begins, log.started_ms),
        "id": f"page_{number}",
        "title": cover.url(visit.url),
        "pageTimings": {
            "onContentLoad": -1 if visit.content_ms is None else visit.content_ms,
            "onLoad": -1 if visit.load_ms is None else visit.load_ms,
        },
    }


def har_time(at_ms: float, otherwise_ms: float) -> str:
    moment = as_time(at_ms) or as_time(otherwise_ms) or datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
