"""`/sessions/<id>/console/`: what pages said, what went wrong in them, by level and words."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.opening import open_log
from sessions_app.inspector.story.console import Line
from sessions_app.models import Session

from .looked_at import LookedAt
from .panel import panel, part
from .rows import chunks_of, rows_asked

LEVELS = ("error", "warning", "info", "log", "debug")


@dataclass
class Row:
    """A line, not covered yet; `t` in milliseconds since the session's start."""

    t: float | None
    line: Line


@panel("console")
def console(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log = open_log(session)
    rows_shown = rows_of(log, request, looked)
    context = {
        "session": session,
        "looked_at": looked,
        "levels": LEVELS,
        "level": request.GET.get("level", ""),
        "q": request.GET.get("q", ""),
        "count": len(rows_shown),
        "of": len(log.console),
        "chunks": chunks_of(rows_shown, reverse("session_console_rows", args=[session.id]), request),
    }
    return render(request, "inspector/console.html", context)


@part
def rows(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log = open_log(session)
    chunk = rows_asked(rows_of(log, request, looked), request)
    return render(request, "inspector/console.html#rows", {"rows": [shown(row, log) for row in chunk]})


def rows_of(log: Log, request: HttpRequest, looked: LookedAt) -> list[Row]:
    level, words = request.GET.get("level", ""), request.GET.get("q", "").strip().lower()
    rows = (Row(log.offset_ms(line.at_ms), line) for line in log.console)
    return [
        row
        for row in rows
        if looked.holds(row.t)
        and (level not in LEVELS or row.line.level == level)
        and (not words or words in log.cover.text(f"{row.line.text} {row.line.source}").lower())
    ]


def shown(row: Row, log: Log) -> dict[str, object]:
    """As the template has it, covered."""
    line, cover = row.line, log.cover
    return {
        "t": row.t,
        "level": line.level,
        "text": cover.text(line.text),
        "source": cover.url(line.source),
        "stack": cover.text(line.stack),
    }
