"""One session: `/sessions/<id>/`, its state as it changes, its JSON."""

import json

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.inspector.live_view import frame_hosts
from sessions_app.models import AuditEvent, Session, Wish

from .access import wants_json
from .as_json import session_json
from .bearer import open_to_programs
from .missing_session import look_up_or_explain
from .polling import polled
from .verdict import verdict_on

#: Of the record, newest first.
EVENTS_SHOWN = 100
#: More metadata than upstream takes in a create is seen in the raw answer only.
PAIRS_SHOWN = 60


@open_to_programs
@require_safe
@polled
def page(request: HttpRequest, session_id: str) -> HttpResponse:
    """What our tables know. An id they lack is asked upstream once; what that finds is stored and shown."""
    session = find_or_explain(request, session_id)
    if isinstance(session, HttpResponse):
        return session
    if wants_json(request):
        return JsonResponse(session_json(session))
    return as_page(request, session)


def find_or_explain(request: HttpRequest, session_id: str) -> Session | HttpResponse:
    """The session, also one that only upstream knew until now, else the answer that says why there is none."""
    session = find(request, session_id)
    if session is None:
        if explanation := look_up_or_explain(request, session_id):
            return explanation
        session = find(request, session_id)
    if session is None:
        raise LookupError("A session that was just stored is not there.")
    return session


def find(request: HttpRequest, session_id: str) -> Session | None:
    if "\x00" in session_id:
        return None  # PostgreSQL refuses it
    sessions = Session.objects.visible_to(request.user).select_related("project", "created_by", "account")
    wishes = Prefetch("wishes", Wish.objects.select_related("asked_by"), to_attr="newest_wishes")
    return sessions.prefetch_related(wishes).filter(pk=session_id).first()


def as_page(request: HttpRequest, session: Session) -> HttpResponse:
    is_refresh = request.headers.get("HX-Request") and "HX-History-Restore-Request" not in request.headers
    context = {
        "session": session,
        "verdict": verdict_on(session),
        "phase": phase_of(session),
        "events": AuditEvent.objects.filter(session_id=session.pk)[:EVENTS_SHOWN],
        "raw": json.dumps(session.raw, indent=2, ensure_ascii=False),
        "pairs_shown": PAIRS_SHOWN,
        "tab": request.GET.get("tab", ""),
    }
    response = render(request, "session.html#state" if is_refresh else "session.html", context)
    # As csp_update does it, whose hosts would have to be known before the session is.
    response._csp_update = {"frame-src": frame_hosts(session.account)}  # type: ignore[attr-defined]
    return response


def phase_of(session: Session) -> str:
    """Which view the page shows: the live one is there only while upstream says RUNNING."""
    if session.is_over:
        return "ended"
    return {"RUNNING": "live", "PENDING": "waiting"}.get(session.status, "none")
