"""The table of the usage page for scripts: `/usage/?format=json` and `format=csv`, with the page's own parameters."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from sessions_app.query.limits import TooSlow
from sessions_app.usage.measures import measured
from sessions_app.usage.periods import Periods
from sessions_app.usage.summary import Summary, summaries

from .access import json_error
from .api_usage import key_cells
from .api_usage_asked import BadParameter
from .as_json import iso
from .csv_answer import csv_answer
from .frame import reader_zone
from .session_export_csv import line
from .usage_asked import AskedReview, cycle_day
from .usage_review import is_known, review

TOO_SLOW = "This takes too long right now. Ask for a shorter time, or without q, or try again later."
FIGURES = (
    *("browser_minutes", "sessions", "proxy_bytes", "wasted_minutes", "average_s", "p95_s"),
    *("completed", "timed_out", "failed", "running"),
)
SPLITS = ("key", "key2")


def export(request: HttpRequest) -> HttpResponseBase:
    """A wrong parameter is a 400 that names it."""
    try:
        asked = AskedReview.read(request.GET, reader_zone(request), datetime.now(UTC), cycle_day(request.user))
        rows, whole = of_counter(asked, request) if asked.source == "counter" else of_sessions(asked, request)
    except BadParameter as error:
        return json_error(400, error.message, parameter=error.parameter, **error.more)
    except TooSlow:
        return json_error(503, TOO_SLOW)
    names = SPLITS[: len(asked.splits)]
    if request.GET.get("format") == "csv":
        figures = [name for name in FIGURES if name in whole]
        lines = lines_of([*names, *figures], rows)
        return csv_answer(request, lines, "usage-table.csv")
    return json_of(asked, [dict(zip(names, map(raw, keys), strict=True)) | row for keys, row in rows], whole)


Row = tuple[tuple[str | None, ...], dict[str, Any]]
Found = tuple[list[Row], dict[str, Any]]


def of_sessions(asked: AskedReview, request: HttpRequest) -> Found:
    whole_range = Periods((asked.range.start, asked.range.end), "month", asked.zone)
    found, whole = summaries(replace(asked.review(request.user), periods=whole_range))
    ordered = sorted(found.items(), key=lambda pair: (-pair[1].used_us, tuple(key or "" for key in pair[0])))
    of_all = figures_of(whole) if is_known(asked, request.user) else dict.fromkeys(FIGURES)
    return [(keys, figures_of(one)) for keys, one in ordered if not one.is_nothing], of_all


def of_counter(asked: AskedReview, request: HttpRequest) -> Found:
    reviewed = review(asked, request.user)
    rows = [(line.keys, {asked.measure: line.total}) for line in reviewed.lines]
    return rows, {asked.measure: reviewed.total}


def figures_of(one: Summary) -> dict[str, Any]:
    values = (
        *(measured("browser_minutes", one.used_us), one.sessions, one.proxy_bytes),
        *(measured("wasted_minutes", one.wasted_us), one.average_s, one.p95_s),
        *(one.completed, one.timed_out, one.failed, one.running),
    )
    return dict(zip(FIGURES, values, strict=True))


def raw(key: str | None) -> msgspec.Raw | None:
    """A key as it stands in the metadata, to the last digit."""
    return None if key is None else msgspec.Raw(key.encode())


def json_of(asked: AskedReview, rows: list[dict[str, Any]], whole: dict[str, Any]) -> HttpResponse:
    body = {
        "from": iso(asked.range.start),
        "to": iso(asked.range.end),
        "as_of": iso(asked.as_of),
        "tz": str(asked.zone),
        "split": [str(split) for split in asked.splits],
        "source": asked.source,
        "q": asked.q,
        "rows": rows,
        "total": whole,
    }
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


def lines_of(head: list[str], rows: list[Row]) -> Iterator[str]:
    """Keys as `/api/usage` writes them; what is not known is an empty cell."""
    columns = [key_cells(list(keys)) for keys in zip(*(keys for keys, _ in rows), strict=True)]
    yield line(head)
    for (_, figures), *cells in zip(rows, *columns, strict=True):
        yield line([*cells, *figures.values()])
