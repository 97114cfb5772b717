"""`/sessions/<id>/console/`: what pages said, what went wrong in them, by level and words."""

from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.opening import open_log
from sessions_app.inspector.secrets import Cover
from sessions_app.inspector.story.console import Line
from sessions_app.models import Session

from .looked_at import LookedAt
from .panel import panel, part
from .rows import chunks_of, rows_asked

LEVELS = ("error", "warning", "info", "log", "debug")


@dataclass(frozen=True)
class Row:
    """A line, not covered yet, and how many like it came one after another; `t` the first one's moment in milliseconds
    since the session's start, `until` the last one's."""

    t: float | None
    line: Line
    times: int = 1
    until: float | None = None

    def is_like(self, other: "Row") -> bool:
        own, others = self.line, other.line
        return (own.text, own.level, own.page, own.source) == (others.text, others.level, others.page, others.source)


@panel("console")
def console(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log = open_log(session)
    lines = lines_of(log, request, looked)
    context = {
        "session": session,
        "looked_at": looked,
        "levels": LEVELS,
        "level": request.GET.get("level", ""),
        "q": request.GET.get("q", ""),
        "count": len(lines),
        "of": len(log.console),
        "chunks": chunks_of(counted(lines), reverse("session_console_rows", args=[session.id]), request),
    }
    return render(request, "inspector/console.html", context)


@part
def rows(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    log = open_log(session)
    chunk = rows_asked(counted(lines_of(log, request, looked)), request)
    several = len([lane for lane in log.lanes if lane.page is not None]) > 1
    shown_rows = [shown(row, log, several) for row in chunk]
    return render(request, "inspector/console.html#rows", {"session": session, "rows": shown_rows})


def lines_of(log: Log, request: HttpRequest, looked: LookedAt) -> list[Row]:
    level, words = request.GET.get("level", ""), request.GET.get("q", "").strip().lower()
    rows = (Row(log.offset_ms(line.at_ms), line) for line in log.console)
    return [
        row
        for row in rows
        if looked.holds(row.t)
        and (level not in LEVELS or row.line.level == level)
        and (not words or holds(row.line, words, log))
    ]


def holds(line: Line, words: str, log: Log) -> bool:
    """What is covered is not found; covering a line takes long, so that first it is looked for as it came."""
    text = f"{line.text} {line.source} {line.stack}"
    return words in text.lower() and words in log.cover.text(text).lower()


def counted(rows: list[Row]) -> list[Row]:
    """The same line over and over is one, with a number."""
    shown_rows: list[Row] = []
    for row in rows:
        before = shown_rows[-1] if shown_rows else None
        if before and before.is_like(row):
            shown_rows[-1] = replace(before, times=before.times + 1, until=row.t)
        else:
            shown_rows.append(row)
    return shown_rows


def shown(row: Row, log: Log, several_tabs: bool) -> dict[str, object]:
    """As the template has it, covered."""
    line, cover = row.line, log.cover
    return {
        "t": row.t,
        "until": row.until,
        "times": row.times,
        "level": line.level,
        "number": line.number,
        "text": cover.text(line.text),
        "source": source_of(line, cover),
        "stack": cover.text(line.stack),
        "tab": f"tab {line.page}" if several_tabs and line.page is not None else "",
    }


def source_of(line: Line, cover: Cover) -> str:
    """Where it came from, unless the line says so itself."""
    if not line.source:
        return place_of(cover.text(line.stack))
    return "" if line.source in line.text else cover.url(line.source)


def place_of(stack: str) -> str:
    """Of a stack's first frame where it was: the last part of an address, with line and column."""
    first = stack.partition("\n")[0]
    return first.rpartition("(")[2].rstrip(")").rpartition("/")[2]
