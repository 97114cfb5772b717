"""One context or extension: what is known here, what upstream says now, which sessions used it, the record."""

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import errors
from sessions_app.models import AuditEvent, Session
from sessions_app.models.belonging import Belonging
from sessions_app.pulls import belongings

from ..access import wants_json
from ..bearer import open_to_programs
from ..errors import upstream_words
from ..frame import is_fragment
from ..polling import polled
from .listing import Line, belonging_json, running_with, words_of
from .unknown import look_up_or_explain

SESSIONS_SHOWN = 10
EVENTS_SHOWN = 50
READ_S = 10.0  # less than htmx waits


@open_to_programs
@require_safe
@polled
def page(request: HttpRequest, kind: type[Belonging], id: str) -> HttpResponse:
    """What our tables know. An id they lack is asked upstream once; what that finds is stored and shown."""
    thing = find(request, kind, id)
    if thing is None:
        if explanation := look_up_or_explain(request, kind, id):
            return explanation
        thing = found(request, kind, id)
    if wants_json(request):
        return JsonResponse(belonging_json(thing))
    template = "belonging.html#known" if is_fragment(request) else "belonging.html"
    return render(request, template, about(request, thing) | words_of(kind))


@require_safe
@never_cache
def fields(request: HttpRequest, kind: type[Belonging], id: str) -> HttpResponse:
    """What upstream says of it, as a fragment with words of its own where it says nothing."""
    thing = found(request, kind, id)
    before = (thing.name, thing.project_id, thing.created_at, thing.gone_since is None)
    context: dict[str, Any] = {"thing": thing} | words_of(kind)
    give_back_connection()
    try:
        answer = belongings.read(thing, READ_S)
    except errors.NotFound:
        now = None
        response = render(request, "belonging.html#gone_there", context)
    except errors.UpstreamError as error:
        return render(request, "belonging.html#not_said", context | {"why": upstream_words(error)})
    else:
        now = found(request, kind, id)
        raw = json.dumps(answer.raw, indent=2, ensure_ascii=False)
        response = render(request, "belonging.html#said", context | {"answer": answer, "raw": raw})
    after = (now.name, now.project_id, now.created_at, True) if now else (*before[:3], False)
    if after != before:
        response.headers["HX-Trigger"] = "belonging-changed"
    return response


def find(request: HttpRequest, kind: type[Belonging], id: str) -> Belonging | None:
    if "\x00" in id:
        return None  # PostgreSQL refuses it
    return kind.objects.visible_to(request.user).with_sessions_of(request.user).for_display().filter(pk=id).first()


def found(request: HttpRequest, kind: type[Belonging], id: str) -> Belonging:
    thing = find(request, kind, id)
    if thing is None:
        raise Http404
    return thing


def about(request: HttpRequest, thing: Belonging) -> dict[str, Any]:
    sessions = Session.objects.visible_to(request.user).newest_first().for_display()
    running = running_with(request.user, type(thing)).get(thing.pk, [])
    return {
        "thing": thing,
        "counted": Line(thing, 0).counted,
        "running": list(sessions.filter(pk__in=running)[:SESSIONS_SHOWN]),
        "running_in_all": len(running),
        "latest": list(sessions.filter(**{thing.session_field: thing.pk})[:SESSIONS_SHOWN]),
        "events": list(AuditEvent.objects.filter(belonging_id=thing.pk)[:EVENTS_SHOWN]),
    }
