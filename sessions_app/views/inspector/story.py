"""`/sessions/<id>/story/`: what was done and what came of it, in sentences."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.opening import open_log
from sessions_app.inspector.secrets import Cover
from sessions_app.models import Session

from .entry import entry_of
from .looked_at import LookedAt
from .panel import panel, part
from .remembered import remembered
from .rows import chunks_of, place_asked, rows_asked
from .story_rows import GROUPS, Row, folded, matching, rows_of

#: Entries of one event that are shown at once; a request has seldom more.
ENTRIES_SHOWN = 12
#: Rows that are folded behind one and unfolded at once.
UNFOLDED = 500
ICONS = {
    "navigation": "arrow-right",
    "navigation_within_page": "corner-down-right",
    "load": "check",
    "click": "hand-click",
    "typing": "cursor-text",
    "key": "keyboard",
    "scroll": "mouse",
    "upload": "upload",
    "request_failed": "world-x",
    "console": "terminal-2",
    "line": "terminal-2",
    "captcha_started": "robot",
    "captcha_solved": "robot",
    "captcha": "robot",
    "dialog": "message",
    "download": "download",
    "screenshot": "camera",
    "tab_opened": "plus",
    "tab_closed": "x",
    "browser_closed": "plug-x",
    "command_failed": "hand-stop",
}
_BAD_ICON = "alert-triangle"
_END_ICONS = {"COMPLETED": "check", "TIMED_OUT": "clock-x"}


@panel("story")
def story(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log = open_log(session)
    everything = all_rows(session, log, looked)
    shown = shown_of(everything, log, request)
    is_beside = request.GET.get("beside") == "replay"
    context = {
        "session": session,
        "looked_at": looked,
        "groups": GROUPS,
        "kinds": request.GET.get("kinds", ""),
        "q": request.GET.get("q", ""),
        "shows_all": request.GET.get("all", ""),
        "count": len(shown),
        "of": len(everything),
        "folds": sum(row.more for row in shown),
        "size": len(log.events),
        "chunks": chunks_of(shown, reverse("session_story_rows", args=[session.id]), request),
        "entries": len(log),
    }
    return render(request, "inspector/story.html#list" if is_beside else "inspector/story.html", context)


@part
def rows(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log = open_log(session)
    chunk = rows_asked(shown_of(all_rows(session, log, looked), log, request), request)
    return answer(request, session, log, chunk)


@part
def quiet(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    """What is folded behind a row: `?first=` is the row's place, `?count=` how many."""
    log = open_log(session)
    first, count = place_asked(request, "first"), place_asked(request, "count")
    everything = all_rows(session, log, looked)
    chunk = [] if first is None or count is None else everything[first + 1 : first + 1 + min(count, UNFOLDED)]
    return answer(request, session, log, chunk)


@part
def entries(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    """The log's own entries for an event: `?number=`, and those of its `?request=`."""
    log = open_log(session)
    numbers = entries_asked(log, request)
    context = {
        "session": session,
        "entries": [entry_of(log, number) for number in numbers[:ENTRIES_SHOWN]],
        "more": len(numbers) - ENTRIES_SHOWN,
    }
    return render(request, "inspector/entry.html", context)


def entries_asked(log: Log, request: HttpRequest) -> list[int]:
    id, number = request.GET.get("request", ""), place_asked(request, "number")
    asked = next((one.entries for one in log.requests if one.id == id), []) if id else []
    own = [number] if number is not None and number < len(log) and number not in asked else []
    return sorted([*own, *asked])


def all_rows(session: Session, log: Log, looked: LookedAt) -> list[Row]:
    key = ("story", session.status, session.updated_at, looked.from_ms, looked.to_ms)
    return remembered(log, key, lambda: rows_of(session, log, looked))


def shown_of(everything: list[Row], log: Log, request: HttpRequest) -> list[Row]:
    """All that match where somebody looks for something, else folded."""
    words, group = request.GET.get("q", ""), request.GET.get("kinds", "")
    if words.strip() or group in GROUPS:
        return matching(everything, log, words, group)
    return everything if request.GET.get("all") else folded(everything)


def answer(request: HttpRequest, session: Session, log: Log, chunk: Sequence[Row]) -> HttpResponse:
    several = len([lane for lane in log.lanes if lane.page is not None]) > 1
    before = [None, *(row.page for row in chunk)]
    shown = [shown_row(row, log.cover, several and row.page != page) for row, page in zip(chunk, before, strict=False)]
    return render(request, "inspector/story.html#rows", {"session": session, "rows": shown, "several_tabs": several})


def shown_row(row: Row, cover: Cover, names_tab: bool) -> dict[str, Any]:
    """As the template has it, covered. The tab is named where it is another than that of the row before."""
    before, strong, after, aside = sentence(row, cover)
    return {
        "row": row,
        "t": row.t,
        "before": before,
        "strong": strong,
        "after": after,
        "aside": aside,
        "stack": cover.text(row.stack),
        "tab": f"tab {row.page}" if names_tab and row.page is not None else "",
        "icon": icon_of(row),
        "is_chapter": row.kind in ("navigation", "navigation_failed"),
        "look": look_of(row),
    }


def sentence(row: Row, cover: Cover) -> tuple[str, str, str, str]:
    """What stands before what counts, that, what follows, and what stands apart.

    Covered as one, and then taken apart: half a secret may not look like one.
    """
    text, aside = cover.text(row.text), cover.text(row.aside)
    if aside and text.endswith(aside):
        text = text[: -len(aside)].rstrip(" ,:")
    strong = cover.text(row.strong)
    for sought in (f"*{strong}*", strong):  # gestures have what they were done to between asterisks
        before, found, after = text.partition(sought) if strong else (text, "", "")
        if found:
            return before, strong, after, aside
    return text, "", "", aside


def icon_of(row: Row) -> str:
    if row.kind == "end":
        return _END_ICONS.get(row.level, _BAD_ICON if row.level == "ERROR" else "info-circle")
    return "" if row.kind == "idle" else ICONS.get(row.kind, _BAD_ICON)


def look_of(row: Row) -> str:
    if row.kind == "end":
        return "bad" if row.level in ("ERROR", "TIMED_OUT") else "end"
    if row.is_bad:
        return "bad"
    return "idle" if row.kind == "idle" else "quiet" if row.is_quiet else "plain"
