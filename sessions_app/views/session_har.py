"""`/sessions/<id>/har/`: a session's requests as a file that Chrome's DevTools and others read."""

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions_app.inspector.har import har_of
from sessions_app.models import Session

from .bearer import made_for_programs
from .trace_reads import as_json, of_session, opened

UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9-]+")


@made_for_programs
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_session
def har(request: HttpRequest, session: Session) -> HttpResponse:
    log, cover = opened(request, session, "HAR")
    response = as_json(har_of(log, cover))
    response["Content-Disposition"] = f'attachment; filename="{file_name(session, cover.covers)}"'
    return response


def file_name(session: Session, is_covered: bool) -> str:
    """One with secrets says so wherever it lies."""
    return f"{file_stem(session)}.har" if is_covered else f"{file_stem(session)}-WITH-SECRETS.har"


def file_stem(session: Session) -> str:
    """How files of a session begin, whatever its id holds."""
    return f"session-{UNSAFE_IN_NAMES.sub('-', session.short_id).strip('-') or 'unnamed'}"
