"""The list of sessions: `/sessions/`, its rows as they change, its JSON."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .access import wants_json
from .as_json import iso, session_json
from .asking import Asked, asks, edit_base, hint_json, is_edit, page, to_edited
from .bearer import open_to_programs
from .cells import Cells
from .columns import Look, is_of_form, to_written
from .frame import is_fragment
from .listing import Listing
from .polling import polled
from .session_export import addresses, asked_for, export


@open_to_programs
@require_safe
@polled
@asks
def sessions(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """Newest first, filtered by `?q=`, from `?cursor=` on, at most `?limit=` rows."""
    if writing := asked_for(request):
        return export(request, asked, writing)
    if is_of_form(request):
        return to_written(request)
    if is_edit(request) and not wants_json(request):
        return to_edited(request, asked)
    listing = Listing(asked)
    if wants_json(request):
        return as_json(request, listing)
    look, is_refresh = Look.read(request), is_fragment(request)
    cells = Cells(look, edit_base(request), request.user, asked.zone)
    context: dict[str, Any] = {
        "q": asked.q,
        "look": look,
        "listing": listing,
        "rows": [(session, cells.row(session)) for session in listing.rows],
        "is_refresh": is_refresh,
        "newest": asked.url(request.path),
        "exports": addresses(request.path, asked),
        "here": asked.url(request.path, asked.cursor),
        "older": asked.url(request.path, listing.next) if listing.next else None,
    }
    return render(request, "sessions.html#rows", context) if is_refresh else page(request, **context)


def as_json(request: HttpRequest, listing: Listing) -> JsonResponse:
    following = listing.next
    answer = {
        "results": [session_json(session) for session in listing.rows],
        "next": listing.asked.url(request.path, following, format="json") if following else None,
        "count": {"value": listing.count, "capped": listing.is_capped},
        "searched_back_to": iso(listing.searched_back_to),
    }
    return JsonResponse(answer | ({"hint": hint_json(listing.hint)} if listing.hint else {}))
