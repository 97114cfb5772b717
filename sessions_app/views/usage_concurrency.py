"""`/usage/concurrency/`: running sessions against the limits over time, and who held the slots at one moment."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sessions_app.models import Project, Session
from sessions_app.query import QueryError
from sessions_app.query.errors import BadValue
from sessions_app.query.limits import TooSlow
from sessions_app.query.names import is_storable
from sessions_app.query.terms import Path
from sessions_app.query.values import read_moment
from sessions_app.usage import holders
from sessions_app.usage.concurrency import Created, Held, created, held, holding
from sessions_app.usage.holders import by_owner, by_path, paths_of

from .access import json_error, wants_json
from .api_usage_asked import BadParameter, with_plus
from .as_json import iso
from .bearer import open_to_programs
from .charts import Chart, Column, Part, stacked
from .csv_answer import csv_answer
from .errors import page as error_page
from .frame import is_fragment, reader_zone
from .projects import NOT_KNOWN
from .session_export_csv import line
from .slots import KEYS_SHOWN, OWNER, path_in, words_of, written
from .slots import as_json as slots_json
from .usage_asked import AskedReview, is_for_script
from .usage_chart import period_label, period_words
from .usage_late import TOO_SLOW, late
from .usage_words import span_words

MOST = 12  # projects in the table
TALL = 120
NO_MOMENT = "Write at=2026-11-24T14:30Z, say."


@open_to_programs
@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """`?project=` is drawn, else the one nearest to its limit."""
    try:
        asked, wrong = AskedReview.read_kindly(request)
        if wrong and is_for_script(request):
            raise wrong[0]
        rows, starts = held(request.user, asked.periods, asked.as_of), created(request.user, asked.periods)
    except BadParameter as error:
        return json_error(400, error.message, parameter=error.parameter, **error.more)
    except TooSlow:
        failed = late(request, "concurrency", "Concurrency", TOO_SLOW)
        return json_error(503, TOO_SLOW) if is_for_script(request) else failed
    if request.GET.get("format") == "csv":
        return csv_answer(request, lines(asked, rows), "concurrency.csv")
    if wants_json(request):
        return JsonResponse(as_json(asked, rows, starts))
    context = {"asked": asked, "span": span_words(asked), "created": starts} | drawn(request, asked, rows)
    return render(request, "usage/concurrency.html#part" if is_fragment(request) else "usage/concurrency.html", context)


def drawn(request: HttpRequest, asked: AskedReview, rows: list[Held]) -> dict[str, Any]:
    wanted = request.GET.get("project")
    chosen = next((row for row in rows if row.project_id == wanted), rows[0] if rows else None)
    return {
        "rows": [(row, slots_url(asked, row, row.peak.at), draw_url(asked, row)) for row in rows[:MOST]],
        "more": max(len(rows) - MOST, 0),
        "chosen": chosen,
        "chart": peaks_chart(asked, chosen) if chosen else None,
        "tall": TALL,
        "csv": asked.address("usage_concurrency", format="csv"),
        "json": asked.address("usage_concurrency", format="json"),
    }


def peaks_chart(asked: AskedReview, row: Held) -> Chart:
    columns = [column(asked, row, k) for k in range(len(asked.periods))]
    words = f"Most sessions of {row.name} at once by {asked.periods.by}: {row.peak.count} at the peak."
    return stacked(columns, words, tick=lambda value: f"{value:,.0f}", limit=row.concurrency)


def column(asked: AskedReview, row: Held, k: int) -> Column:
    label, is_minor = period_label(asked.periods, k)
    peak = row.peaks.get(k)
    if peak is None or not peak.count:
        return Column(f"{period_words(asked.periods, k)}: none ran", [], label, is_minor)
    is_full = row.concurrency is not None and peak.count >= row.concurrency
    said = f"{period_words(asked.periods, k)}: {peak.count} at once{', the limit' if is_full else ''}"
    url = slots_url(asked, row, peak.at)
    return Column(said, [Part("bar-full" if is_full else "fill-1", peak.count, said, url)], label, is_minor, url=url)


def slots_url(asked: AskedReview, row: Held, at: datetime) -> str:
    """Who held the slots then; a session that begins at that moment is among them."""
    if row.project_id is None:
        return ""
    return asked.address("usage_slots", project=row.project_id, at=at.astimezone(asked.zone).isoformat())


def draw_url(asked: AskedReview, row: Held) -> str:
    return f"{asked.address(project=row.project_id or '')}#concurrency"


def lines(asked: AskedReview, rows: list[Held]) -> Iterator[str]:
    """As `projects` in JSON, a period in each of the last columns."""
    yield line(["project", "limit", "peak", "peak_at", "minutes_at_limit", *starts_of(asked)])
    for row in rows:
        told = project_json(row, len(asked.periods))
        peaks = told.pop("peaks")
        yield line([*told.values(), *peaks])


def starts_of(asked: AskedReview) -> list[str]:
    return [start.astimezone(asked.zone).isoformat() for start, _ in asked.periods]


def as_json(asked: AskedReview, rows: list[Held], starts: list[Created]) -> dict[str, Any]:
    periods = starts_of(asked)
    return {
        "from": iso(asked.range.start),
        "to": iso(asked.range.end),
        "as_of": iso(asked.as_of),
        "by": asked.periods.by,
        "tz": str(asked.zone),
        "periods": periods,
        "projects": [project_json(row, len(periods)) for row in rows],
        "creations": [
            {"account": row.name, "allowed_a_minute": row.allowed, "peak": row.peak.count, "at": iso(row.peak.at)}
            for row in starts
        ],
    }


def project_json(row: Held, count: int) -> dict[str, Any]:
    """`peaks`: the most at once in each period."""
    return {
        "project": row.project_id,
        "limit": row.concurrency,
        "peak": row.peak.count,
        "peak_at": iso(row.peak.at),
        "minutes_at_limit": row.full_minutes,
        "peaks": [row.peaks[k].count if k in row.peaks else 0 for k in range(count)],
    }


@dataclass(frozen=True)
class Then:
    """Who held a project's slots at a moment; `project` is None where no list shows it, `sessions` the oldest first."""

    project: Project | None
    project_id: str
    sessions: list[Session]
    path: Path | None

    @property
    def limit(self) -> int | None:
        return self.project.concurrency if self.project else None

    @property
    def groups(self) -> list[holders.Group]:
        return by_owner(self.sessions) if self.path is None else by_path(self.sessions, self.path)


@dataclass(frozen=True)
class Group:
    """`share` is of the limit, else of all, per cent."""

    words: str
    count: int
    share: float
    sessions: list[Session]


@open_to_programs
@require_safe
def slots(request: HttpRequest) -> HttpResponse:
    """`/usage/slots/?project=&at=`: by owner, or with `group` by a metadata key."""
    by = request.GET.get("group", "").strip() or OWNER
    try:
        at = read_moment(with_plus(request.GET.get("at", ""))).span(reader_zone(request)).start
        path = None if by == OWNER else path_in(by)
    except BadValue as error:
        return wrong_slots(request, "at", "That is no moment", f"{error.message} {NO_MOMENT}")
    except QueryError as error:
        return wrong_slots(request, "group", "That is no metadata key", error.message)
    project_id = request.GET.get("project", "")
    try:
        then = held_then(request, project_id if is_storable(project_id) else "", at, path)
    except TooSlow:
        return error_page(request, 503, "Not now", TOO_SLOW)
    if then.project is None and not then.sessions:
        return error_page(request, 404, "No such project", NOT_KNOWN)
    if wants_json(request):
        return JsonResponse({"at": iso(at)} | slots_json(then.project_id, then.limit, by, then.groups))
    return render(request, "usage/slots.html", {"by": by, "at": at, "back": back_url(request)} | on_page(then))


def wrong_slots(request: HttpRequest, parameter: str, title: str, words: str) -> HttpResponse:
    if wants_json(request):
        return json_error(400, words, parameter=parameter)
    return error_page(request, 400, title, words)


def held_then(request: HttpRequest, project_id: str, at: datetime, path: Path | None) -> Then:
    """Raises TooSlow."""
    project = Project.objects.visible_to(request.user).filter(pk=project_id).first()
    return Then(project, project_id, holding(request.user, project_id, at), path)


def on_page(then: Then) -> dict[str, Any]:
    count = len(then.sessions)
    share = 100 / max(then.limit or 0, count, 1)
    return {
        "project": then.project,
        "project_id": then.project_id,
        "limit": then.limit,
        "count": count,
        "groups": [Group(group_words(g.key, then.path), g.count, share * g.count, g.sessions) for g in then.groups],
        "keys": [OWNER, *(written(key) for key in paths_of(then.sessions)[:KEYS_SHOWN])],
    }


def group_words(key: Any, path: Path | None) -> str:
    if key is None:
        return "not set" if path else "not known"
    words = words_of(key)
    return words if words.strip() else json.dumps(words)


def back_url(request: HttpRequest) -> str:
    """The page of usage as it was, if its part of the address means something."""
    try:
        return AskedReview.read_kindly(request)[0].address()
    except BadParameter:
        return reverse("usage")
