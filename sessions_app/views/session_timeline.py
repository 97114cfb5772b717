"""`/sessions/<id>/timeline/?format=json`: what happened in a session, its requests and its console."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions_app.inspector.timeline import timeline_of
from sessions_app.models import Session

from .access import wants_json
from .bearer import made_for_programs
from .trace_reads import as_json, of_session, opened


@made_for_programs
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_session
def timeline(request: HttpRequest, session: Session) -> HttpResponse:
    """People are led to the session's page, which shows the same."""
    if not wants_json(request):
        return redirect(f"{reverse('session', args=[session.id])}?{urlencode({'tab': 'story'})}")
    return as_json(timeline_of(*opened(request, session, "Timeline")))
