"""One request opened: `/sessions/<id>/network/request/?id=`. Its secrets are shown by a POST that is recorded."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.network.request import Request
from sessions_app.inspector.opening import open_log
from sessions_app.inspector.words import shortened
from sessions_app.models import Session
from sessions_app.views.trace_reads import cover_for, refused_secrets

from .looked_at import LookedAt
from .network_details import details_of
from .network_frames import frame_rows, shown_frame
from .panel import part, part_by_any_method
from .rows import CHUNK, chunks_of, rows_asked

_LONGEST_URL = 300


@require_http_methods(["GET", "HEAD", "POST"])
@part_by_any_method
def details(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    if refusal := refused_secrets(request):
        return refusal
    log = open_log(session)
    found = request_called(request.GET.get("id", ""), log)
    if found is None:
        return render(request, "inspector/network_request.html#unknown")
    cover = cover_for(
        request, session, log, f"Request {found.method} {shortened(log.cover.url(found.url), _LONGEST_URL)}"
    )
    frames = frame_rows(found, log)
    context = {
        "session": session,
        "address": f"{reverse('session_network_request', args=[session.id])}?{request.GET.urlencode()}",
        "request_id": found.id,
        "is_covered": cover.covers,
        "frames_count": len(frames),
        # What is shown once does not load more by itself: that would be shown without being asked for.
        "frames": [] if cover.covers else [shown_frame(row, cover) for row in frames[:CHUNK]],
        "chunks": chunks_of(frames, reverse("session_network_frames", args=[session.id]), request)
        if cover.covers
        else [],
        **details_of(found, log, cover),
    }
    return render(request, "inspector/network_request.html", context)


@part
def frames(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    """Messages of a web socket, covered."""
    log = open_log(session)
    found = request_called(request.GET.get("id", ""), log)
    chunk = rows_asked(frame_rows(found, log), request) if found else []
    context = {"frames": [shown_frame(row, log.cover) for row in chunk]}
    return render(request, "inspector/network_request.html#frames", context)


def request_called(id: str, log: Log) -> Request | None:
    return next((request for request in log.requests if request.id == id), None)
