"""`/sessions/<id>/replay/mp4s/`: a session's films as MP4s to keep. Asked for, waited for, downloaded."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from sessions_app.actions.record import record
from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import RecordingDownload, errors
from sessions_app.models import AuditEvent, Session
from sessions_app.views.access import client_address, person
from sessions_app.views.finding import find
from sessions_app.views.polling import polled
from sessions_app.views.trace_reads import trace_words

from .looked_at import LookedAt
from .panel import part

READ_S = 15.0
TEMPLATE = "inspector/replay_mp4s.html"


@polled
@part
def mp4s(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    """Where they stand; what is on its way is asked for again by the fragment itself."""
    try:
        return shown(request, session, session.account.client().traces.mp4s(session.id, total_s=READ_S))
    except errors.UpstreamError as error:
        return not_told(request, session, error)


@require_POST
@never_cache
def ask(request: HttpRequest, session_id: str) -> HttpResponse:
    """Goes on the record, also where upstream refuses."""
    session = find(request, session_id)
    if session is None:
        raise Http404
    give_back_connection()
    try:
        downloads = session.account.client().traces.ask_for_mp4s(session.id, total_s=READ_S)
    except errors.UpstreamError as error:
        note(request, session, str(error))
        return not_told(request, session, error)
    note(request, session)
    return shown(request, session, downloads)


def note(request: HttpRequest, session: Session, trouble: str = "") -> None:
    record(
        AuditEvent.Action.MP4S_ASKED,
        actor=person(request),
        address=client_address(request),
        session=session,
        succeeded=not trouble,
        detail=trouble,
    )


def shown(request: HttpRequest, session: Session, downloads: list[RecordingDownload]) -> HttpResponse:
    states = [(download, state_of(download)) for download in downloads]
    told = [state for _, state in states]
    context = {
        "session": session,
        "states": states,
        "done": len(told) - told.count("pending"),
        "is_asked": any(state != "not_requested" for state in told),
        "is_pending": "pending" in told,
        "has_failed": "failed" in told,
    }
    return render(request, TEMPLATE, context)


def state_of(download: RecordingDownload) -> str:
    """`kept_elsewhere` where it is finished and has no address; a word that nobody knows is on its way."""
    match download.status:
        case "COMPLETED":
            return "ready" if download.url else "kept_elsewhere"
        case "FAILED" | "NOT_REQUESTED":
            return download.status.lower()
        case _:
            return "pending"


def not_told(request: HttpRequest, session: Session, error: errors.UpstreamError) -> HttpResponse:
    return render(request, f"{TEMPLATE}#failed", {"session": session, "words": trace_words(error)})
