"""`/sessions/suggestions/`: what can be written next at the caret, and how the bar looks with what was written."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions_app.query.limits import TooSlow
from sessions_app.query.reader import LONGEST
from sessions_app.query.suggestions import Suggestions, suggest
from sessions_app.query.writing import Writing, writing_at

from .access import wants_json
from .asking import NO_ZONE, BadZone, edit_base, query_bar, read_zone, refusal
from .bearer import open_to_programs
from .query_bar import QueryBar


@open_to_programs
@require_safe
@never_cache
def suggestions(request: HttpRequest) -> HttpResponse:
    """For the caret at character `?at=` of `?q=`, its end by default. A query half written is no error here."""
    writing = writing_at(request.GET.get("q", "")[:LONGEST], read_at(request))
    try:
        found = suggest(writing, request.user, read_zone(request))
    except BadZone:
        return refusal(request, 400, NO_ZONE, parameter="tz")
    except TooSlow:
        found = Suggestions([], writing.replace)
    if wants_json(request):
        return as_json(found)
    bar = without_haste(query_bar(request), writing) if "at" in request.GET else query_bar(request)
    context = {"suggested": found, "bar": bar, "edit": edit_base(request)}
    return render(request, "list/suggestions.html", context)


def read_at(request: HttpRequest) -> int:
    """What is no number counts as the end."""
    text = request.GET.get("at", "")
    return int(text[:9]) if text.isascii() and text.isdigit() else LONGEST


def without_haste(bar: QueryBar, writing: Writing) -> QueryBar:
    """The bar of somebody who writes: a value half written is not called wrong."""
    is_early = bar.wrong is not None and not writing.judges(bar.wrong.error.position)
    return replace(bar, wrong=None) if is_early else bar


def as_json(found: Suggestions) -> JsonResponse:
    """The text of each stands in the place of the characters from `replace[0]` up to, without, `replace[1]`."""
    suggested = [{"text": one.text, "detail": one.detail, "count": one.count} for one in found.found]
    return JsonResponse({"suggestions": suggested, "replace": found.replace, "over": found.over})
