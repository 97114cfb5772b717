"""Where the minutes and bytes went: `/usage/`, by project and period."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sessions_app.usage import figures
from sessions_app.usage.figures import Figures, Row, Source
from sessions_app.usage.periods import Periods, last_days, last_hours
from sessions_app.usage.readings import Measure

from .access import json_error, wants_json
from .as_json import iso
from .bearer import open_to_programs
from .frame import is_fragment, reader_zone
from .polling import polled
from .usage_chart import biggest, project_lines, usage_chart
from .usage_notes import Notes

# What `?range=`, `?measure=` and `?source=` take, with their words.
CHOICES = {
    "range": {"24h": "24 hours", "7d": "7 days", "30d": "30 days"},
    "measure": {"browser_minutes": "Browser minutes", "proxy_bytes": "Proxy bytes"},
    "source": {"counter": "By the counter", "sessions": "By sessions"},
}
DEFAULTS = {"range": "30d", "measure": "browser_minutes", "source": "counter"}


@dataclass(frozen=True)
class Asked:
    """`bad` names the parameter that was not understood, `problem` says so; then its default counts."""

    range: str
    measure: Measure
    source: Source
    bad: str = ""
    problem: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> "Asked":
        chosen, bad, problem = {}, "", ""
        for name, known in CHOICES.items():
            value = query.get(name) or DEFAULTS[name]
            if value not in known:
                bad, problem = name, f"{name} is one of {', '.join(known)}; “{value[:40]}” is none of them."
                value = DEFAULTS[name]
            chosen[name] = value
        return cls(
            chosen["range"], cast(Measure, chosen["measure"]), cast(Source, chosen["source"]), bad=bad, problem=problem
        )

    def periods(self, now: datetime, zone: tzinfo) -> Periods:
        if self.range == "24h":
            return last_hours(now, zone, 24)
        return last_days(now, zone, 7 if self.range == "7d" else 30)

    @property
    def range_words(self) -> str:
        return CHOICES["range"][self.range]

    def choices(self) -> list[tuple[str, list[tuple[str, str, bool]]]]:
        """For each switch its name and (words, address, whether it is chosen)."""
        return [
            (name, [(words, self.address(**{name: key}), getattr(self, name) == key) for key, words in known.items()])
            for name, known in CHOICES.items()
        ]

    def address(self, **change: str) -> str:
        return "?" + urlencode({name: getattr(self, name) for name in CHOICES} | change)


@open_to_programs
@require_safe
@polled
def page(request: HttpRequest) -> HttpResponse:
    asked = Asked.read(request.GET)
    periods = asked.periods(timezone.now(), reader_zone(request))
    if wants_json(request):
        return as_json(request, asked, periods)
    counter = figures.by_counter(request.user, periods, asked.measure)
    sessions = figures.by_sessions(request.user, periods, asked.measure)
    shown = counter if asked.source == "counter" else sessions
    drawn = usage_chart(shown)
    context = {
        "asked": asked,
        "shown": shown,
        "counter": counter,
        "sessions": sessions,
        "drawn": drawn,
        "lines": project_lines(counter, sessions, drawn),
        "biggest": biggest(shown),
        "notes": Notes.of(shown),
        "by_sessions": asked.address(source="sessions"),
    }
    return render(request, "usage.html#figures" if is_fragment(request) else "usage.html", context)


def as_json(request: HttpRequest, asked: Asked, periods: Periods) -> JsonResponse:
    if asked.problem:
        return json_error(400, asked.problem, parameter=asked.bad)
    compute = figures.by_counter if asked.source == "counter" else figures.by_sessions
    return JsonResponse(figures_json(compute(request.user, periods, asked.measure)))


def figures_json(shown: Figures) -> dict[str, Any]:
    """The numbers of the page. None: nothing is known of that time, which is not 0."""
    periods = shown.periods
    return {
        "from": iso(periods.start),
        "to": iso(periods.end),
        "as_of": iso(shown.known_until if shown.source == "counter" else periods.end),
        "by": periods.by,
        "tz": str(periods.zone),
        "split": "project",
        "measure": shown.measure,
        "source": shown.source,
        "periods": [start.astimezone(periods.zone).isoformat() for start, _ in periods],
        "rows": [row_json(row) for row in shown.rows],
        "totals": shown.totals,
        "total": shown.total,
        "gaps": [
            {"project": row.key, "from": iso(gap.start), "to": iso(gap.end)} for row in shown.rows for gap in row.gaps
        ],
    }


def row_json(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "name": row.name,
        "values": row.values,
        "total": row.total,
        "known_from": iso(row.known_from),
    }
