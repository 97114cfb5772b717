"""`GET /api/usage`: the figures of the usage page for scripts. docs/api-usage.md says what they mean."""

from collections.abc import Iterator, Mapping
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
from .csv_answer import csv_answer, streamed
from .session_export_csv import line

VALUES_AT_ONCE = 20_000  # in a piece of the answer
MOST_WHOLE = 500_000  # values that are sent in one piece, with their length
MOST_PACKED = 50_000  # values that GZipMiddleware packs: of more, packing takes longer than most networks
TOO_SLOW = "This takes too long right now. Ask for a shorter time, without q or with another split, or try again later."


@dataclass(frozen=True)
class Row:
    """`key` is JSON text, None for "not set". `cells`: the amount of each period, from 0, but where it is `other`."""

    key: str | None
    cells: Mapping[int, Amount]
    other: Amount
    total: Amount

    def values(self, count: int) -> list[Amount]:
        return [self.cells.get(period, self.other) for period in range(count)]


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
    return csv_answer(request, csv_pieces(answer), "usage.csv") if asked.is_csv else as_json(request, answer)


def by_sessions(user: object, asked: AskedUsage) -> Answer:
    amount = amount_of(asked.measure)
    review = Review(amount, asked.periods, (asked.split,), user, asked.as_of, asked.terms, asked.zone)
    found = breakdown(review)

    def row(key: str | None, cells: dict[int, int]) -> Row:
        amounts = {period: measured(asked.measure, one) for period, one in cells.items()}
        return Row(key, amounts, measured(asked.measure, 0), measured(asked.measure, sum(cells.values())))

    rows = [row(key, cells) for (key,), cells in found.rows.items()]
    whole = row(None, found.totals)
    return Answer(asked, in_order(rows), whole.values(len(asked.periods)), whole.total, gaps=[], as_of=asked.as_of)


def by_counter(user: object, asked: AskedUsage) -> Answer:
    found = counted(user, asked.periods, cast(Measure, asked.measure), cast(Any, asked.split.name))
    rows = [Row(json_text(key), dict(enumerate(values)), None, add(values)) for key, values in found.rows.items()]
    totals = [add(row.cells[period] for row in rows) for period in range(len(asked.periods))]
    return Answer(asked, in_order(rows), totals, add(totals), found.gaps, found.as_of)


def in_order(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.key is None, -(row.total or 0), row.key or ""))


def starts(answer: Answer) -> list[str]:
    """The beginning of each period, by the clock of the zone that was asked for."""
    return [start.astimezone(answer.asked.zone).isoformat() for start, _ in answer.asked.periods]


def as_json(request: HttpRequest, answer: Answer) -> HttpResponseBase:
    if len(answer.rows) * len(answer.totals) > MOST_WHOLE:
        return streamed(request, json_pieces(answer), "application/json")
    response = HttpResponse("".join(json_pieces(answer)), content_type="application/json")
    if len(answer.rows) * len(answer.totals) > MOST_PACKED:
        response["Content-Encoding"] = "identity"
    return response


def json_pieces(answer: Answer) -> Iterator[str]:
    """Keys as they stand in the metadata, to the last digit."""
    asked, count = answer.asked, len(answer.totals)
    head = {
        "from": iso(asked.periods.start),
        "to": iso(asked.periods.end),
        "as_of": iso(answer.as_of),
        "by": asked.periods.by,
        "tz": str(asked.zone),
        "split": str(asked.split),
        "measure": asked.measure,
        "source": asked.source,
        "periods": starts(answer),
    }
    tail = {
        "totals": answer.totals,
        "total": answer.total,
        "gaps": [{"from": iso(gap.start), "to": iso(gap.end)} for gap in answer.gaps],
    }
    yield f'{as_text(head)[:-1]},"rows":['
    for some in at_once(answer):
        rows = (
            {"key": row.key and msgspec.Raw(row.key.encode()), "values": row.values(count), "total": row.total}
            for row in answer.rows[some]
        )
        yield f"{',' if some.start else ''}{','.join(map(as_text, rows))}"
    yield f"],{as_text(tail)[1:]}"


def csv_pieces(answer: Answer) -> Iterator[str]:
    cells, count = key_cells([row.key for row in answer.rows]), len(answer.totals)
    yield line(["key", *starts(answer), "total"])
    for some in at_once(answer):
        pairs = zip(cells[some], answer.rows[some], strict=True)
        yield "".join(line([cell, *row.values(count), row.total]) for cell, row in pairs)


def at_once(answer: Answer) -> Iterator[slice]:
    """The rows of one piece after the other."""
    step = max(VALUES_AT_ONCE // len(answer.totals), 1)
    return (slice(start, start + step) for start in range(0, len(answer.rows), step))


def as_text(value: object) -> str:
    return msgspec.json.encode(value).decode()


MARKS = ("'", '"')


def key_cells(keys: list[str | None]) -> list[str]:
    """A text as it is, a number or boolean as in JSON, nothing for "not set".

    A text that would read as another key of this answer, or as nothing, keeps its quotation marks; so does one that
    begins with such a mark, as another may once it has kept its own or was told not to be a formula.
    """
    others = {key or "" for key in keys if key is None or not key.startswith('"')} | {""}
    cells = []
    for key in keys:
        text = msgspec.json.decode(key) if key and key.startswith('"') else None
        cells.append((key or "") if text is None or text in others or text.startswith(MARKS) else text)
    return cells
