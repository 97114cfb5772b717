"""The list as a page, a fragment that refreshes itself, and JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.models.belonging import Belonging

from ..access import json_error, wants_json
from ..bearer import open_to_programs
from ..cursor import BadCursor
from ..errors import page as error_page
from ..frame import is_fragment
from ..polling import polled
from .listing import Listing, belonging_json, words_of
from .new import blank_form, show


@open_to_programs
@require_safe
@polled
def page(request: HttpRequest, kind: type[Belonging]) -> HttpResponse:
    """`?text=` begins an id or stands in a name; `gone=1` is for those that are there no more."""
    try:
        listing = Listing.of(request, kind)
    except BadCursor:
        return bad_cursor(request)
    if wants_json(request):
        results = [belonging_json(thing) for thing in listing.things]
        return JsonResponse({"results": results, "next": listing.next})
    if is_fragment(request):
        return render(request, "belongings.html#list", {"listing": listing} | words_of(kind))
    return show(request, kind, listing, blank_form(request, kind))


def bad_cursor(request: HttpRequest) -> HttpResponse:
    words = "The cursor is not one of this list: take `next` of an answer as it is."
    if wants_json(request):
        return json_error(400, words, parameter="cursor")
    return error_page(request, 400, "No such page of the list", words)
