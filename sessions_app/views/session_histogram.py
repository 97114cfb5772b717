"""`/sessions/histogram/`: how many of the current selection started when, by status."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from sessions_app.query.histogram import histogram

from .as_json import iso
from .asking import Asked, asks
from .bearer import open_to_programs


@open_to_programs
@require_safe
@asks
def histogram_page(_request: HttpRequest, asked: Asked) -> HttpResponse:
    """Buckets follow each other without a gap; the last one ends at `end`."""
    drawn = histogram(asked.question)
    buckets = [
        {"start": iso(start), "counts": dict(counts)} for start, counts in zip(drawn.edges, drawn.counts, strict=True)
    ]
    return JsonResponse({"buckets": buckets, "end": iso(drawn.end), "sampled": drawn.sampled})
