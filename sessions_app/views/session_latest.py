"""`/sessions/latest/?q=`: a stable link to the newest session that matches."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions_app.models import Session
from sessions_app.query.search import search

from .access import json_error, wants_json
from .as_json import iso, session_json
from .asking import Asked, asks, hint, page
from .bearer import open_to_programs
from .cursor import Cursor


@open_to_programs
@require_safe
@never_cache
@asks
def latest(request: HttpRequest, asked: Asked) -> HttpResponse:
    """A redirect to its page, or the session itself as JSON."""
    found = search(asked.question, asked.stretch, most=1, counted=0)
    if not found.ids:
        edge = found.edge
        return none_found(request, asked, Cursor(edge.started_at, edge.session_id) if edge else None)
    if not wants_json(request):
        return redirect("session", found.ids[0])
    return JsonResponse(session_json(Session.objects.select_related("created_by").get(pk=found.ids[0])))


def none_found(request: HttpRequest, asked: Asked, place: Cursor | None) -> HttpResponse:
    """What was searched, why there is none, and where to look on."""
    if place:
        words, where = "No session matches so far.", asked.url(reverse("sessions"), place)
    else:
        why = hint(asked.question)
        words, where = "No session matches." + (f" {why.message}" if why else ""), asked.url(reverse("sessions"))
    if wants_json(request):
        searched = iso(place.started_at) if place else None
        return json_error(404, words, searched_back_to=searched, look_on=where)
    return page(request, 404, none=words, look_on=where, searched_back_to=place and place.started_at)
