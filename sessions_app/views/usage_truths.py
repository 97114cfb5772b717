"""`/usage/truths/`: upstream's counters and the sums over sessions side by side, also as evidence to send."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_args

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.query.limits import TooSlow
from sessions_app.usage.measures import amount_of
from sessions_app.usage.readings import Measure
from sessions_app.usage.truths import CAUSES, Truth, together, truths

from .access import json_error, wants_json
from .api_usage_asked import BadParameter
from .as_json import iso
from .bearer import open_to_programs
from .csv_answer import csv_answer
from .frame import is_fragment
from .session_export_csv import line
from .usage_asked import AskedReview, is_for_script
from .usage_late import TOO_SLOW, late
from .usage_words import span_words

MOST = 30  # projects on the page
COLUMNS = (
    *("project", "name", "measure", "from", "to", "counter", "sessions_sum", "difference", "likely_cause", "cause"),
    *("sessions", "rounded_up_adds", "still_running", "counter_last_read", "gaps"),
)


@open_to_programs
@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    try:
        asked, wrong = AskedReview.read_kindly(request)
        if wrong and is_for_script(request):
            raise wrong[0]
        measure = measure_of(asked)
        found = truths(asked.review(request.user, amount=amount_of(measure)), measure)
    except BadParameter as error:
        return json_error(400, error.message, parameter=error.parameter, **error.more)
    except TooSlow:
        return json_error(503, TOO_SLOW) if is_for_script(request) else late(request, "truths", "Two truths", TOO_SLOW)
    if request.GET.get("format") == "csv":
        return csv_answer(request, lines(found, measure), "usage-evidence.csv")
    if wants_json(request):
        return JsonResponse({"measure": measure, "rows": [evidence(one, measure) for one in found]})
    return shown(request, asked, measure, found)


def measure_of(asked: AskedReview) -> Measure:
    """Of what only sessions know, there is nothing to compare: then it is the minutes."""
    return cast(Measure, asked.measure) if asked.measure in get_args(Measure) else "browser_minutes"


def shown(request: HttpRequest, asked: AskedReview, measure: Measure, found: list[Truth]) -> HttpResponse:
    context = {
        "asked": asked,
        "span": span_words(asked),
        "measure": measure,
        "all": Told(together(found), is_part=False),
        "truths": [Told(one, is_part=one.start > asked.range.start) for one in found[:MOST]],
        "more": max(len(found) - MOST, 0),
        "csv": asked.address("usage_truths", format="csv"),
        "json": asked.address("usage_truths", format="json"),
    }
    return render(request, "usage/truths.html#part" if is_fragment(request) else "usage/truths.html", context)


@dataclass(frozen=True)
class Told:
    """A truth in words. `is_part`: the counter was first read when the range had begun."""

    truth: Truth
    is_part: bool

    @property
    def cause(self) -> str:
        return CAUSES[self.truth.cause]

    @property
    def is_apart(self) -> bool:
        return self.truth.cause not in ("none", "not_read")

    @property
    def apart(self) -> float | None:
        return None if self.truth.difference is None else abs(self.truth.difference)


def evidence(one: Truth, measure: str) -> dict[str, Any]:
    """`from` and `to`: what of the range the counter covers, of which both sides are told."""
    values = (
        *(one.project_id, one.name, measure, iso(one.start), iso(one.end), one.counter),
        *(one.seen.amount, one.difference, one.cause, CAUSES[one.cause], one.seen.sessions, one.seen.rounding),
        *(one.seen.running, iso(one.read_at), [span(gap.start, gap.end) for gap in one.gaps]),
    )
    return dict(zip(COLUMNS, values, strict=True))


def span(start: datetime, end: datetime) -> str:
    return f"{iso(start)}/{iso(end)}"


def lines(found: list[Truth], measure: str) -> Iterator[str]:
    yield line(COLUMNS)
    for one in found:
        row = evidence(one, measure)
        yield line([*(row | {"gaps": " ".join(row["gaps"])}).values()])
