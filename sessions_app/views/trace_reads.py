"""What the views of a session's log share: finding it, waiting for upstream, what went wrong, who may see secrets."""

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from sessions_app.actions.record import record
from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import errors
from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.opening import open_log
from sessions_app.inspector.secrets import Cover
from sessions_app.inspector.secrets.cover import Uncovered
from sessions_app.models import AuditEvent, Session
from sessions_app.models.token import token_of

from .access import client_address, json_error, person
from .errors import upstream_words
from .finding import find_or_explain
from .new_session_json import status_of

WAIT_S = 5  # where upstream does not say when to try again
View = Callable[[HttpRequest, Session], HttpResponseBase]


def of_session(view: View) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """Hands the view its session, also one that our tables do not know yet, with the database's connection given back.

    What upstream answers instead of a log is said as JSON.
    """

    @wraps(view)
    def answer(request: HttpRequest, session_id: str) -> HttpResponseBase:
        if refusal := refused_secrets(request):
            return refusal
        session = find_or_explain(request, session_id)
        if isinstance(session, HttpResponse):
            return session
        give_back_connection()
        try:
            return view(request, session)
        except errors.UpstreamError as error:
            return not_read(error)

    return answer


def not_read(error: errors.UpstreamError) -> HttpResponse:
    response = json_error(status_of(error), trace_words(error))
    if error.transient:
        response.headers["Retry-After"] = str(ceil(error.retry_after_s or WAIT_S))
    return response


def trace_words(error: errors.UpstreamError) -> str:
    """As upstream_words, of what is read on demand and not stored here."""
    match error:
        case errors.NotFound():
            return "Browserbase has no log of this session (any more)."
        case errors.UpstreamDown():
            return "Browserbase does not answer right now, and logs and films are not kept here. Try again in a moment."
        case _:
            return upstream_words(error)


def wants_secrets(request: HttpRequest) -> bool:
    """`secrets=shown` in a form that was posted: a link alone uncovers nothing."""
    return request.method == "POST" and request.POST.get("secrets") == "shown"


def refused_secrets(request: HttpRequest) -> HttpResponse | None:
    if request.GET.get("secrets") == "shown":
        return json_error(400, "Secrets are uncovered by a POST with secrets=shown.", parameter="secrets")
    if wants_secrets(request) and token_of(request.user):
        return json_error(403, "Secrets are shown to people who signed in, not to tokens.", parameter="secrets")
    return None


def opened(request: HttpRequest, session: Session, what: str) -> tuple[Log, Cover]:
    """The log, and what covers it. Uncovering goes on the record, with `what` was looked at. Raises UpstreamError."""
    log = open_log(session)
    return log, cover_for(request, session, log, what)


def cover_for(request: HttpRequest, session: Session, log: Log, what: str) -> Cover:
    if not wants_secrets(request):
        return log.cover
    action = AuditEvent.Action.SECRETS_SHOWN
    record(action, actor=person(request), address=client_address(request), session=session, detail=what)
    return Uncovered()


def as_json(value: Any) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(value), content_type="application/json")
