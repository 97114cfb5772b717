"""`/sessions/histogram/`: how many of the current selection started when, by status."""

from datetime import datetime, tzinfo
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sessions_app.query import ranges
from sessions_app.query.histogram import Histogram, histogram
from sessions_app.query.values import FIRST, LAST

from .as_json import iso
from .asking import Asked, asks
from .bearer import made_for_programs
from .histogram_bars import drawn
from .loaded_later import is_for_script, loaded_later
from .polling import polled
from .session_range import kept_without_part, read_part

LENGTHS = ("1h", "24h", "7d", "30d")


@made_for_programs
@require_safe
@polled
@asks
@loaded_later
def histogram_page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Buckets follow each other without a gap; the last one ends at `end`."""
    if is_for_script(request):
        return as_json(histogram(asked.question))
    start, end = read_part(request, asked.zone)
    bars = drawn(histogram(asked.question), asked.zone, start, end)
    return render(request, "list/bars.html", {"bars": bars, "zone": asked.zone} | choices(request, asked))


def as_json(found: Histogram) -> JsonResponse:
    buckets = [
        {"start": iso(start), "counts": dict(counts)} for start, counts in zip(found.edges, found.counts, strict=True)
    ]
    return JsonResponse({"buckets": buckets, "end": iso(found.end), "sampled": found.sampled})


def choices(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The ranges that can be chosen: (words, address, whether it is the current one)."""
    kept = kept_without_part(request)
    span = [term for term in asked.terms if term.kind == "started"]
    base = f"{reverse('session_range')}?{kept.urlencode()}"
    presets = [(length, f"{base}&last={length}", span == ranges.last(length)) for length in LENGTHS]
    return {
        "presets": [*presets, ("all", base, not span)],
        "ends": [local_text(moment, asked.zone) for moment in asked.question.span],
        "is_of_own": bool(span) and not any(is_current for *_, is_current in presets),
        "range_base": base,
        "list_base": f"{reverse('sessions')}?{kept.urlencode()}",
        "kept": [(name, value) for name, values in kept.lists() for value in values],
    }


def local_text(moment: datetime, zone: tzinfo) -> str:
    """As a field for a moment has it, to the second; "" where time has no end."""
    if moment in (FIRST, LAST):
        return ""
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0).isoformat()
