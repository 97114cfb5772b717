"""Visits to pages: where a tab went, how long that took, what it asked for and what failed. They are the chapters."""

from bisect import bisect_right
from collections import defaultdict
from functools import partial

import msgspec

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.times import UNKNOWN, Clock, Moment, elapsed_ms
from sessions_app.inspector.log.values import object_in, text_in
from sessions_app.inspector.network.request import Request
from sessions_app.inspector.words import counted, lasting, place_words, shortened

from .event import Event

NAVIGATE, NAVIGATED, WITHIN = "Page.navigate", "Page.frameNavigated", "Page.navigatedWithinDocument"
LOADED, CONTENT, LIFECYCLE = "Page.loadEventFired", "Page.domContentEventFired", "Page.lifecycleEvent"
ATTACHED = "Page.frameAttached"
METHODS = frozenset((NAVIGATE, NAVIGATED, WITHIN, LOADED, CONTENT, LIFECYCLE, ATTACHED))
_EMPTY = ("", "about:blank", ":", "chrome-error://chromewebdata/")


class Visit(msgspec.Struct, kw_only=True, eq=False):
    """One page in one tab. `begins_ms` since 1970; `requests` and `failed` are counts, `error` why it never came."""

    page: int | None
    url: str
    number: int
    moment: Moment = UNKNOWN
    begins_ms: float | None = None
    frame_id: str = ""
    loader_id: str = ""
    loaded: Moment = UNKNOWN
    content: Moment = UNKNOWN
    error: str = ""
    is_within: bool = False  # the document stayed: only its address changed
    request_id: str | None = None
    requests: int = 0
    failed: int = 0

    @property
    def load_ms(self) -> float | None:
        return elapsed_ms(self.moment, self.loaded) if self.loaded != UNKNOWN else None

    @property
    def content_ms(self) -> float | None:
        return elapsed_ms(self.moment, self.content) if self.content != UNKNOWN else None


class Visits:
    def __init__(self) -> None:
        self._visits: list[Visit] = []
        self._by_loader: dict[str, Visit] = {}
        self._latest: dict[int | None, Visit] = {}
        self._main: dict[int | None, str] = {}
        self._inner: set[str] = set()

    def take(self, message: Message) -> None:
        match message.method:
            case "Page.navigate":
                self._take_command(message)
            case "Page.frameNavigated":
                self._take_navigated(message)
            case "Page.navigatedWithinDocument":
                self._take_within(message)
            case "Page.frameAttached":
                self._inner.add(text_in(message.params, "frameId"))
            case "Page.loadEventFired":
                self._note(message, "load")
            case "Page.domContentEventFired":
                self._note(message, "DOMContentLoaded")
            case _ if text_in(message.params, "frameId") not in self._inner:
                self._note(message, text_in(message.params, "name"))

    def _take_command(self, message: Message) -> None:
        answer = message.result or {}
        loader_id = text_in(answer, "loaderId") or text_in(message.params, "loaderId")
        error = text_in(answer, "errorText") or message.error
        if frame := text_in(answer, "frameId"):
            self._main.setdefault(message.page, frame)
        self._begin(message, text_in(message.params, "url"), loader_id, error)

    def _take_navigated(self, message: Message) -> None:
        frame = object_in(message.params, "frame")
        if text_in(frame, "parentId"):
            self._inner.add(text_in(frame, "id"))
            return
        self._main[message.page] = text_in(frame, "id")
        loader_id = text_in(frame, "loaderId") or message.loader_id
        unreachable = text_in(frame, "unreachableUrl")
        url = unreachable or text_in(frame, "url") + text_in(frame, "urlFragment")
        latest = self._latest.get(message.page)
        if loader_id not in self._by_loader and latest and not latest.loader_id and latest.url in (url, f"{url}/"):
            self._name(latest, loader_id)
        error = "it could not be reached" if unreachable else ""
        visit = self._by_loader.get(loader_id) if loader_id else None
        if visit is None:
            self._begin(message, url, loader_id, error)
        elif url not in _EMPTY:
            visit.url = url
            visit.error = visit.error or error

    def _take_within(self, message: Message) -> None:
        latest, url = self._latest.get(message.page), text_in(message.params, "url")
        if text_in(message.params, "frameId") in self._inner or (latest and latest.url == url):
            return
        if visit := self._begin(message, url, "", ""):
            visit.is_within = True

    def _begin(self, message: Message, url: str, loader_id: str, error: str) -> Visit | None:
        if url in _EMPTY:
            return None
        visit = Visit(page=message.page, url=url, number=message.number, moment=message.moment, error=error)
        visit.frame_id = message.frame_id
        self._visits.append(visit)
        self._latest[message.page] = visit
        self._name(visit, loader_id)
        return visit

    def _name(self, visit: Visit, loader_id: str) -> None:
        if loader_id:
            visit.loader_id = loader_id
            self._by_loader.setdefault(loader_id, visit)

    def _note(self, message: Message, what: str) -> None:
        visit = self._by_loader.get(message.loader_id) or self._latest.get(message.page)
        if visit is None:
            return
        if what == "load" and visit.loaded == UNKNOWN:
            visit.loaded = message.moment
        elif what == "DOMContentLoaded" and visit.content == UNKNOWN:
            visit.content = message.moment

    def visits(self, requests: list[Request], clock: Clock) -> list[Visit]:
        """In order of time, with what each asked for."""
        for request in requests:
            if request.type == "Document" and not request.is_inline:
                self._take_document(request)
        for visit in self._visits:
            visit.begins_ms = clock.ms(visit.moment)
        count_requests(self._visits, requests)
        return sorted(self._visits, key=lambda visit: (visit.begins_ms is None, visit.begins_ms or 0, visit.number))

    def _take_document(self, request: Request) -> None:
        """The document's request tells when it began, and of visits in logs without the Page domain."""
        frame = request.frame_id
        if frame in self._inner or frame != self._main.setdefault(request.page, frame):
            return
        visit = self._by_loader.get(request.loader_id) if request.loader_id else None
        if visit is None:
            if request.is_canceled or (request.leads_on and not request.loader_id):
                return
            visit = Visit(page=request.page, url=request.url, number=request.entries[0], moment=request.moment)
            self._visits.append(visit)
            self._name(visit, request.loader_id)
        if visit.request_id is None and (elapsed_ms(request.moment, visit.moment) or visit.moment == UNKNOWN):
            visit.moment = request.moment
        visit.request_id = request.id
        visit.url = request.url if not visit.error and request.url else visit.url
        if request.failed is not None and not request.is_canceled:
            visit.error = visit.error or request.error or ""


def count_requests(visits: list[Visit], requests: list[Request]) -> None:
    """By loader where the log names one, else by the time at which the tab showed it."""
    by_loader = {visit.loader_id: visit for visit in reversed(visits) if visit.loader_id}
    by_page: dict[int | None, list[Visit]] = defaultdict(list)
    for visit in sorted(
        (visit for visit in visits if visit.begins_ms is not None), key=lambda visit: visit.begins_ms or 0
    ):
        by_page[visit.page].append(visit)
    starts = {page: [visit.begins_ms or 0 for visit in same] for page, same in by_page.items()}
    for request in requests:
        shown = by_loader.get(request.loader_id)
        if shown is None and request.start_ms is not None and request.page in starts:
            place = bisect_right(starts[request.page], request.start_ms)
            shown = by_page[request.page][place - 1] if place else None
        if shown is not None and not request.is_inline:
            shown.requests += 1
            shown.failed += request.has_failed


def events_of_visits(visits: list[Visit]) -> list[Event]:
    events: list[Event] = []
    before: dict[int | None, str] = {}
    for visit in visits:
        place = place_words(visit.url, before.get(visit.page, ""))
        before[visit.page] = visit.url
        kind, text, aside = told(visit, place)
        event = partial(Event, page=visit.page, number=visit.number, strong=place, request_id=visit.request_id)
        events.append(event(kind=kind, text=text, aside=aside, moment=visit.moment))
        if visit.load_ms is not None and not visit.error:  # what loads then is the browser's page about the error
            words = f"loaded {place} in {lasting(visit.load_ms / 1000)}"
            events.append(event(kind="load", text=words, moment=visit.loaded))
    return events


def told(visit: Visit, place: str) -> tuple[str, str, str]:
    """Kind, sentence, and how the sentence ends."""
    if visit.error:
        error = shortened(visit.error, 200)
        return "navigation_failed", f"could not go to {place}: {error}", error
    if visit.is_within:
        return "navigation_within_page", f"went on to {place} within the page", ""
    parts = []
    if visit.load_ms is not None:
        parts.append(lasting(visit.load_ms / 1000))
    if visit.requests:
        parts.append(counted(visit.requests, "request"))
    if visit.failed:
        parts.append(f"{visit.failed:,} failed")
    return "navigation", ", ".join([f"went to {place}", *parts]), ", ".join(parts)
