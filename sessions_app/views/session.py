"""One session: `/sessions/<id>/`, its state as it changes, its JSON."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from sessions_app.models import Session

from .access import wants_json
from .as_json import session_json
from .bearer import open_to_programs
from .finding import with_session
from .inspector.page import as_page
from .polling import polled


@open_to_programs
@require_safe
@polled
@with_session
def page(request: HttpRequest, session: Session) -> HttpResponse:
    """What our tables know. An id they lack is asked upstream once; what that finds is stored and shown."""
    if wants_json(request):
        return JsonResponse(session_json(session))
    return as_page(request, session)
