"""`/sessions/<id>/raw/`: the log itself, entry by entry, searchable, secrets covered."""

from collections import Counter
from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.log.search import search
from sessions_app.inspector.opening import open_log
from sessions_app.models import Session

from .entry import entry_of
from .looked_at import LookedAt
from .panel import panel, part
from .raw_rows import Entries, Entry, entries_of, shown
from .rows import CHUNK, Chunk, chunks_of, place_asked, rows_asked

#: A search answers after so long with what it has, and goes on when somebody looks further.
SEARCHED_S = 1.5


@panel("raw")
def raw(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log = open_log(session)
    entries = entries_of(log, request, looked)
    words = request.GET.get("q", "").strip()
    address = reverse("session_raw_rows", args=[session.id])
    context = {
        "session": session,
        "looked_at": looked,
        "q": words,
        "method": request.GET.get("method", ""),
        "methods": methods_of(log),
        "count": len(entries),
        "of": len(log),
        "unreadable": log.unreadable,
        "unpaired": log.unpaired,
        "opens_at": opened_at(entries, request) if not words else None,
        "chunks": [Chunk(first_search(address, request), 1, None)] if words else chunks_of(entries, address, request),
    }
    return render(request, "inspector/raw.html", context)


@part
def rows(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log = open_log(session)
    entries = entries_of(log, request, looked)
    if words := request.GET.get("q", "").strip():
        return found(request, session, log, entries, words)
    return answer(request, session, log, rows_asked(entries, request))


@part
def entry(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    """One entry, opened."""
    log, number = open_log(session), place_asked(request, "number")
    entries = [entry_of(log, number)] if number is not None and number < len(log) else []
    return render(request, "inspector/entry.html", {"session": session, "entries": entries, "is_in_raw": True})


def methods_of(log: Log) -> list[tuple[str, int]]:
    """What there is to choose from: domains, each followed by its methods; none that is a secret in its place."""
    told = Counter(log.index.methods)
    counts = {method: count for method, count in told.items() if method and log.cover.text(method) == method}
    domains: Counter[str] = Counter()
    for method, count in counts.items():
        domains[method.partition(".")[0] + "."] += count
    return sorted([*counts.items(), *domains.items()])


def opened_at(entries: Entries, request: HttpRequest) -> int | None:
    """The place in the list of the entry that `?entry=` names."""
    number = place_asked(request, "entry")
    return None if number is None else entries.place_of(number)


def first_search(address: str, request: HttpRequest) -> str:
    asked = {name: request.GET[name] for name in ("q", "method", "from", "to") if request.GET.get(name)}
    return f"{address}?{urlencode(asked)}"


def found(request: HttpRequest, session: Session, log: Log, entries: Entries, words: str) -> HttpResponse:
    """The next that hold the words, and a place that goes on from there. `?first=` is a place in the list."""
    first = place_asked(request, "first") or 0
    result = search(log, words, entries.numbers[first:], CHUNK, SEARCHED_S)
    goes_on = None if result.goes_on is None else entries.place_of(result.goes_on)
    address = f"{reverse('session_raw_rows', args=[session.id])}?"
    again = request.GET.copy()
    again["first"] = str(goes_on)
    context = {
        "looked_to": len(entries) if goes_on is None else goes_on,
        "list_length": len(entries),
        "is_first": first == 0,
        "goes_on": "" if goes_on is None else address + again.urlencode(),
    }
    hits = Entries(log, result.numbers)[:]
    return answer(request, session, log, hits, searched=context)


def answer(
    request: HttpRequest, session: Session, log: Log, chunk: Sequence[Entry], searched: dict[str, object] | None = None
) -> HttpResponse:
    several = len([lane for lane in log.lanes if lane.page is not None]) > 1
    context = {"session": session, "rows": [shown(row, log, several) for row in chunk], "searched": searched}
    return render(request, "inspector/raw.html#rows", context)
