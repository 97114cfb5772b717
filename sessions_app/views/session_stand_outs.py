"""`/sessions/stand-outs/`: what the current selection, or a part of its time, has more often than the others."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from sessions_app.query.stand_outs import Compared, Comparison, StandOut, stand_outs

from .as_json import iso
from .asking import Asked, asks, edit_base
from .bearer import open_to_programs
from .histogram_bars import moment_words
from .loaded_later import is_for_script, loaded_later
from .polling import polled
from .session_range import Part, kept_without_part, read_part


@open_to_programs
@require_safe
@polled
@asks
@loaded_later
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Of the part `from` one moment `to` another against the other times, else of the query against the others."""
    part = read_part(request, asked.zone)
    comparison = Comparison.of_part(asked.question, *part) if any(part) else Comparison.of_query(asked.question)
    compared = stand_outs(comparison) if comparison else None
    if is_for_script(request):
        return JsonResponse(as_json(compared, part))
    context = {
        "compared": compared,
        "edit": edit_base(request),
        "part": [moment_words(moment, asked.zone) if moment else "" for moment in part] if any(part) else None,
        "whole": f"{reverse('sessions')}?{kept_without_part(request).urlencode()}",
    }
    return render(request, "list/stand_outs.html", context)


def as_json(compared: Compared | None, part: Part) -> dict[str, Any]:
    """`of` selected sessions are compared with `rest_of` others, null where the query speaks of time alone."""
    return {
        "stand_outs": [stand_out_json(one) for one in compared.found] if compared else [],
        "of": compared.of if compared else None,
        "rest_of": compared.rest_of if compared else None,
        "sampled": bool(compared and compared.sampled),
        "from": iso(part[0]),
        "to": iso(part[1]),
    }


def stand_out_json(one: StandOut) -> dict[str, Any]:
    """Shares are between 0 and 1. `term` is null for an hour of the day, which no term names."""
    return {
        "key": one.key,
        "value": one.value,
        "term": one.term or None,
        "share": round(one.share, 4),
        "share_of_rest": round(one.share_of_rest, 4),
        "count": one.count,
        "of": one.of,
        "rest_count": one.rest_count,
        "rest_of": one.rest_of,
    }
