"""`GET /api/usage`: the figures of the usage page for scripts. docs/api-usage.md says what they mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_safe

from sessions_app.query.limits import TooSlow
from sessions_app.usage.breakdown import Review, breakdown
from sessions_app.usage.counted import counted
from sessions_app.usage.counter import Gap
from sessions_app.usage.figures import Amount, add
from sessions_app.usage.keys import json_text
from sessions_app.usage.measures import amount_of, measured
from sessions_app.usage.readings import Measure

from .access import json_error
from .api_usage_asked import AskedUsage, BadParameter
from .as_json import iso
from .bearer import open_to_programs
from .csv_answer import csv_answer
from .session_export_csv import line

LINES_AT_ONCE = 1_000
TOO_SLOW = "This takes too long right now. Ask for a shorter time, without q or with another split, or try again later."


@dataclass(frozen=True)
class Row:
    """`key` is JSON text, None for "not set"."""

    key: str | None
    values: list[Amount]
    total: Amount


@dataclass(frozen=True)
class Answer:
    """The rows, the greatest first and "not set" last, and what they add up to."""

    asked: AskedUsage
    rows: list[Row]
    totals: list[Amount]
    total: Amount
    gaps: list[Gap]
    as_of: datetime | None


@open_to_programs
@require_safe
def usage(request: HttpRequest) -> HttpResponseBase:
    try:
        asked = AskedUsage.read(request.GET, timezone.now())
        answer = by_counter(request.user, asked) if asked.source == "counter" else by_sessions(request.user, asked)
    except BadParameter as error:
        return json_error(400, error.message, parameter=error.parameter, **error.more)
    except TooSlow:
        return json_error(503, TOO_SLOW)
    return csv_answer(request, pieces(answer), "usage.csv") if asked.is_csv else as_json(answer)


def by_sessions(user: object, asked: AskedUsage) -> Answer:
    amount = amount_of(asked.measure)
    review = Review(amount, asked.periods, (asked.split,), user, asked.as_of, asked.terms, asked.zone)
    found = breakdown(review)
    count = len(asked.periods)

    def row(cells: dict[int, int]) -> tuple[list[Amount], Amount]:
        values: list[Amount] = [measured(asked.measure, cells.get(period, 0)) for period in range(count)]
        return values, measured(asked.measure, sum(cells.values()))

    rows = [Row(key, *row(cells)) for (key,), cells in found.rows.items()]
    return Answer(asked, in_order(rows), *row(found.totals), gaps=[], as_of=asked.as_of)


def by_counter(user: object, asked: AskedUsage) -> Answer:
    found = counted(user, asked.periods, cast(Measure, asked.measure), cast(Any, asked.split.name))
    rows = [Row(json_text(key), values, add(values)) for key, values in found.rows.items()]
    totals = [add(row.values[period] for row in rows) for period in range(len(asked.periods))]
    return Answer(asked, in_order(rows), totals, add(totals), found.gaps, found.as_of)


def in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.key is None, -(row.total or 0), row.key or ""))


def starts(answer: Answer) -> list[str]:
    """The beginning of each period, by the clock of the zone that was asked for."""
    return [start.astimezone(answer.asked.zone).isoformat() for start, _ in answer.asked.periods]


def as_json(answer: Answer) -> HttpResponse:
    """Keys as they stand in the metadata, to the last digit."""
    asked = answer.asked
    body = {
        "from": iso(asked.periods.start),
        "to": iso(asked.periods.end),
        "as_of": iso(answer.as_of),
        "by": asked.periods.by,
        "tz": str(asked.zone),
        "split": str(asked.split),
        "measure": asked.measure,
        "source": asked.source,
        "periods": starts(answer),
        "rows": [
            {"key": row.key and msgspec.Raw(row.key.encode()), "values": row.values, "total": row.total}
            for row in answer.rows
        ],
        "totals": answer.totals,
        "total": answer.total,
        "gaps": [{"from": iso(gap.start), "to": iso(gap.end)} for gap in answer.gaps],
    }
    return HttpResponse(msgspec.json.encode(body), content_type="application/json")


def pieces(answer: Answer) -> Iterator[str]:
    cells = key_cells([row.key for row in answer.rows])
    yield line(["key", *starts(answer), "total"])
    for start in range(0, len(answer.rows), LINES_AT_ONCE):
        some = range(start, min(start + LINES_AT_ONCE, len(answer.rows)))
        yield "".join(line([cells[k], *answer.rows[k].values, answer.rows[k].total]) for k in some)


def key_cells(keys: list[str | None]) -> list[str]:
    """A text as it is, a number or boolean as in JSON, nothing for "not set".

    A text that would read as another key of this answer, or as nothing, keeps its quotation marks.
    """
    others = {key or "" for key in keys if key is None or not key.startswith('"')} | {""}
    cells = []
    for key in keys:
        text = msgspec.json.decode(key) if key and key.startswith('"') else None
        cells.append((key or "") if text is None or text in others else text)
    return cells
