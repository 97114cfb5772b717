"""One session: `/sessions/<id>/`, its state as it changes, its JSON."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from sessions_app.models import Session, Wish

from .access import wants_json
from .as_json import session_json
from .bearer import open_to_programs
from .inspector.page import as_page
from .missing_session import look_up_or_explain
from .polling import polled


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
