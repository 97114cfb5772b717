"""`/usage/`: where the minutes, sessions and bytes went, split and compared as the address says."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.models import Project, Removal, UsageNote, UsageSplit
from sessions_app.query import QueryError
from sessions_app.query.limits import TooSlow
from sessions_app.query.terms import write_path
from sessions_app.usage.splits import METADATA, NAMES, Split
from sessions_app.usage.summary import Summary

from .access import wants_json
from .api_usage_asked import BadParameter
from .asking import Asked, BadEdit, BadZone, edit_base, is_edit, query_bar, to_edited
from .bearer import open_to_programs
from .frame import is_fragment
from .polling import polled
from .query_bar import Wrong
from .usage_asked import RANGES, SOURCES, AskedReview
from .usage_chart import Links, Series, marks_at, usage_chart
from .usage_drill import Drill
from .usage_export import export
from .usage_gaps import Gaps
from .usage_matrix import matrix
from .usage_review import Line, Reviewed, chart_series, review, shown, with_summaries
from .usage_table import cards, numbers, split_title, split_words, table
from .usage_words import before_words, said, span_words

TALL = 232  # px
MOST_PATHS = 12  # offered to split by
TOO_SLOW = "This takes too long right now. Ask for a shorter time, or without a filter, or try again later."


@open_to_programs
@require_safe
@polled
def page(request: HttpRequest) -> HttpResponseBase:
    """The whole page at once; its fragment, which it loads then and every minute, also looks at each session."""
    if wants_json(request) or request.GET.get("format") == "csv":
        return export(request)
    try:
        if is_edit(request):
            return to_edited(request, Asked.read(request))
        asked, wrong = AskedReview.read_kindly(request)
    except BadEdit as bad:
        return shell(request, bar=query_bar(request, Wrong(bad.error, bad.text, bad.parameter)))
    except (BadParameter, QueryError, BadZone):
        return shell(request, bar=query_bar(request))
    context = figures(request, asked, looks=is_fragment(request))
    if is_fragment(request):
        return render(request, "usage.html#figures", context)
    return shell(request, wrong=wrong, **controls(asked, request), **context)


def shell(request: HttpRequest, **context: Any) -> HttpResponse:
    own = {"bar": query_bar(request), "edit": edit_base(request), "q": request.GET.get("q", "")}
    return render(request, "usage.html", own | context)


def figures(request: HttpRequest, asked: AskedReview, looks: bool) -> dict[str, Any]:
    """`looks`: whether each session is looked at, for what the sums do not tell."""
    try:
        reviewed = review(asked, request.user, waits=looks)
        lines, whole, is_slow = summarized(reviewed, request, looks)
    except TooSlow:
        return {"asked": asked, "too_slow": TOO_SLOW}
    return {"asked": asked, "span": span_words(asked), "is_slow": is_slow} | drawn(request, reviewed, lines, whole)


def summarized(reviewed: Reviewed, request: HttpRequest, looks: bool) -> tuple[list[Line], Summary | None, bool]:
    """With whether the look at each session took too long, which leaves what is known at once."""
    if reviewed.asked.source == "counter":
        return reviewed.lines, None, False
    try:
        return *with_summaries(reviewed, request.user, looks), False
    except TooSlow:
        return *with_summaries(reviewed, request.user, looks=False), True


def drawn(request: HttpRequest, reviewed: Reviewed, lines: list[Line], whole: Summary | None) -> dict[str, Any]:
    asked, drill, kept = reviewed.asked, Drill(reviewed.asked, request.user), shown(reviewed, lines)
    series = chart_series(kept)
    order = request.GET.get("numbers", "-time")
    notes = list(notes_within(request, asked))
    chart = usage_chart(
        asked.periods,
        asked.measure,
        series,
        links=links(reviewed, drill) if asked.source == "sessions" else None,
        marks=marks_at(asked.periods, [(note.at, note.text) for note in notes]),
        empty=reviewed.totals,
    )
    return {
        "drill": drill,
        "removed_before": removed_before(asked),
        "round_minutes": settings.ROUND_MINUTES if asked.source == "sessions" else 0,
        "reviewed": reviewed,
        "said": said(reviewed, lines),
        "cards": cards(reviewed, whole),
        "chart": chart,
        "series": series,
        "table": table(reviewed, kept, whole, drill),
        "matrix": matrix(reviewed, kept, drill, request.user),
        "numbers": numbers(reviewed, series, drill, order),
        "numbers_heads": {name: number_head(asked, name, order) for name in ("time", "total")},
        "gaps": Gaps.of(reviewed.gaps),
        "notes": notes,
        "note_at": asked.range.end.astimezone(asked.zone).replace(tzinfo=None).isoformat(timespec="minutes"),
        "sources": [(words, asked.address(source=one), asked.source == one) for one, words in SOURCES.items()],
        "before_words": before_words(asked),
        "tall": TALL,
        "has_projects": bool(lines) or Project.objects.visible_to(request.user).exists(),
    }


def removed_before(asked: AskedReview) -> datetime | None:
    """Where sessions of the range, or of what it is compared with, were removed by age: all that were over by then."""
    moments = Removal.objects.filter(kind="sessions", removed_before__gt=asked.range.before[0])
    return moments.values_list("removed_before", flat=True).first() if asked.source == "sessions" else None


def number_head(asked: AskedReview, name: str, order: str) -> tuple[str, str]:
    """Where a click on a column of the chart's numbers leads, and how it is sorted now."""
    now = {name: "ascending", f"-{name}": "descending"}.get(order, "")
    return asked.address(numbers=name if order == f"-{name}" else f"-{name}"), now


def links(reviewed: Reviewed, drill: Drill) -> Links:
    asked = reviewed.asked

    def link(series: Series | None, k: int) -> str:
        term = drill.term(asked.split, series.keys, reviewed.keys) if series else ""
        return drill.url([term], *list(asked.periods)[k])

    return link


def notes_within(request: HttpRequest, asked: AskedReview) -> Any:
    notes = UsageNote.objects.visible_to(request.user).select_related("author")
    return notes.filter(at__gte=asked.range.start, at__lt=asked.range.end)


def controls(asked: AskedReview, request: HttpRequest) -> dict[str, Any]:
    """What the page can be switched to: (words, address, whether it is so now)."""
    paths = UsageSplit.objects.filter(name="metadata").order_by("-is_summed", "id").values_list("path", flat=True)
    splits = [Split(name) for name in NAMES] + [Split("metadata", tuple(path)) for path in paths[:MOST_PATHS]]
    known = splits if asked.split in splits else [*splits, asked.split]
    return {
        "ranges": [(words, asked.address(range=name), asked.range_name == name) for name, words in RANGES.items()],
        "bys": [(by, asked.address(by=by), asked.periods.by == by) for by in ("hour", "day", "week", "month")],
        "splits": [(split_title(one), asked.address(split=str(one)), one == asked.split) for one in known],
        "split_texts": [*NAMES, *(f"{METADATA}{write_path(path)}" for path in paths[:MOST_PATHS])],
        "dates": [bound.astimezone(asked.zone).date().isoformat() for bound in (asked.range.start, asked.range.end)],
        "split_name": " and ".join(split_words(one) for one in asked.splits),
        "exports": exports(asked),
    }


def exports(asked: AskedReview) -> list[tuple[str, str]]:
    """What can be taken along: (words, address)."""
    return [
        ("The chart as CSV", asked.api_address(format="csv")),
        ("The chart as JSON", asked.api_address()),
        ("The table as CSV", asked.address(format="csv")),
        ("The table as JSON", asked.address(format="json")),
    ]
