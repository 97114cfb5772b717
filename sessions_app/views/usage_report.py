"""`/usage/report/?month=2026-10&split=metadata.team`: a month on a page that prints."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.query.limits import TooSlow
from sessions_app.usage.periods import periods_between
from sessions_app.usage.ranges import month_of

from .api_usage_asked import BadParameter
from .errors import page as error_page
from .frame import reader_zone
from .usage import notes_within
from .usage_asked import AskedReview
from .usage_chart import usage_chart
from .usage_drill import Drill
from .usage_late import TOO_SLOW
from .usage_review import LONGEST_REPORT, chart_series, review, shown, with_summaries
from .usage_table import cards, split_words, table
from .usage_words import said

TALL = 160
NO_MONTH = "month is written as 2026-10, and lies in the past or is the present one."


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Without `month` the last whole one. `q` narrows it, to one team, say."""
    now = datetime.now(UTC)
    try:
        asked = read(request.GET, reader_zone(request), now)
        context = report(request, asked)
    except BadParameter as error:
        return error_page(request, 400, "There is no such report", error.message)
    except TooSlow:
        return error_page(request, 503, "Not now", TOO_SLOW)
    return render(request, "usage/report.html", context)


def read(query: QueryDict, zone: tzinfo, now: datetime) -> AskedReview:
    """Raises BadParameter."""
    kept = query.copy()
    for name in ("month", "range", "from", "to", "by", "source", "split2"):
        kept.pop(name, None)
    asked = AskedReview.read(kept, zone, now, cycle_day=1)
    span = month_of(read_month(query.get("month", ""), asked.zone, now), asked.zone, now)
    if span.start >= now:
        raise BadParameter("month", NO_MONTH)
    return replace(
        asked,
        range_name="month",
        range=span,
        periods=periods_between(span.start, span.end, "day", asked.zone),
        given={**asked.given, **({"month": month} if (month := query.get("month")) else {})},
    )


def read_month(text: str, zone: tzinfo, now: datetime) -> date:
    if not text:
        return now.astimezone(zone).date().replace(day=1) - timedelta(days=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadParameter("month", NO_MONTH) from error
    if not 1970 <= found.year < 2200:
        raise BadParameter("month", NO_MONTH)
    return found


def report(request: HttpRequest, asked: AskedReview) -> dict[str, Any]:
    reviewed = review(asked, request.user)
    found, whole = with_summaries(reviewed, request.user)
    lines = shown(reviewed, found, most=LONGEST_REPORT)
    series = chart_series(lines)
    month = asked.range.start.astimezone(asked.zone).date()
    return {
        "asked": asked,
        "month": month,
        "is_over": not asked.goes_on,
        "split_name": split_words(asked.split),
        "said": said(reviewed, found),
        "cards": cards(reviewed, whole),
        "series": series,
        "chart": usage_chart(asked.periods, asked.measure, series, empty=reviewed.totals),
        "table": table(reviewed, lines, whole, Drill(asked, request.user)),
        "notes": notes_within(request, asked),
        "tall": TALL,
        "earlier": month_url(asked, month - timedelta(days=1)),
        "later": month_url(asked, month + timedelta(days=32)) if not asked.goes_on else "",
        "on_page": asked.address(**{"from": month.isoformat(), "to": next_month(month).isoformat(), "month": ""}),
    }


def month_url(asked: AskedReview, day: date) -> str:
    return f"?{urlencode({**asked.given, 'month': f'{day:%Y-%m}'})}"


def next_month(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
