"""`/sessions/<id>/replay/`: the films of a session that is over, beside its story."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.browserbase import errors
from sessions_app.inspector.evidence import kept_until
from sessions_app.inspector.films import Films, may_still_come, read_films
from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.marks import Mark, idle_of, marks_of
from sessions_app.inspector.opening import open_log
from sessions_app.models import Session

from .looked_at import LookedAt
from .panel import panel, part

SPEEDS = ("0.5", "1", "2", "4")
MARK_NAMES = {"error": ("error", "errors"), "click": ("action", "actions"), "load": ("page", "pages")}


@panel("replay")
def replay(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    films = read_films(session)
    context = {
        "session": session,
        "films": films,
        "film": films.film(request.GET.get("film", "")),
        "state": state_of(session, films),
        "kept_until": kept_until(session),
        "speeds": SPEEDS,
        "speed": request.GET.get("speed") if request.GET.get("speed") in SPEEDS else "1",
        "skips": request.GET.get("skip") == "idle",
    }
    return render(request, "inspector/replay.html", context)


def state_of(session: Session, films: Films) -> str:
    """`films`, or why there are none: `running`, `coming`, `gone`; `none`, where a recording of another kind may be."""
    if films.films:
        return "films"
    if films.is_gone:
        return "gone"
    if not session.is_over:
        return "running"
    return "coming" if may_still_come(session) else "none"


@part
def marks(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    """What stands under a film, from its log. `?from_ms=&to_ms=` say where in the session the film lies."""
    begin, end = (number_in(request, name) for name in ("from_ms", "to_ms"))
    try:
        log = open_log(session)
    except errors.NotFound:
        return render(request, "inspector/replay.html#marks", {"marks": [], "has_log": False})
    except errors.UpstreamError:
        return render(request, "inspector/replay.html#marks_unread")  # the story beside the film says why
    context = marks_shown(log, begin or 0.0, end if end is not None else session.duration.total_seconds() * 1000)
    return render(request, "inspector/replay.html#marks", context)


def marks_shown(log: Log, begin: float, end: float) -> dict[str, object]:
    found = marks_of(log, begin, end)
    return {
        "has_log": True,
        "idle": idle_of(log, begin, end),
        "marks": [(mark, words_of(mark, log)) for mark in found],
        "counts": [(kind, counted(kind, found)) for kind in MARK_NAMES if counted(kind, found)],
    }


def words_of(mark: Mark, log: Log) -> str:
    more = f", and {mark.count - 1} more" if mark.count > 1 else ""
    return log.cover.text(mark.text)[:200] + more


def counted(kind: str, found: list[Mark]) -> str:
    """`3 errors`, or "" for none."""
    count = sum(mark.count for mark in found if mark.kind == kind)
    return f"{count:,} {MARK_NAMES[kind][count != 1]}" if count else ""


def number_in(request: HttpRequest, name: str) -> float | None:
    try:
        return float(request.GET.get(name, ""))
    except ValueError:
        return None
