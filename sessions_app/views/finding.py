"""The session that an address names."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from sessions_app.models import Session, Wish

from .missing_session import look_up_or_explain

P = ParamSpec("P")


def with_session(
    view: Callable[Concatenate[HttpRequest, Session, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Hands the view its session, also one that only upstream knew; else the answer says why there is none."""

    @wraps(view)
    def answer(request: HttpRequest, session_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        session = find_or_explain(request, session_id)
        return session if isinstance(session, HttpResponse) else view(request, session, *args, **kwargs)

    return answer


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
