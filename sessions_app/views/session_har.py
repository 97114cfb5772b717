"""`/sessions/<id>/har/`: a session's requests as a file that Chrome's DevTools and others read."""

import re

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from sessions_app.inspector.har import har_of
from sessions_app.models import Session

from .access import json_error
from .bearer import made_for_programs
from .inspector.looked_at import PART, LookedAt, looked_at
from .inspector.network_asked import requests_in
from .trace_reads import as_json, of_session, opened

UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9-]+")


@made_for_programs
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@of_session
def har(request: HttpRequest, session: Session) -> HttpResponse:
    """All requests, or those of the part that `?from=&to=` names, as the page's tabs have it."""
    looked = looked_at(request, session)
    for name in PART:
        if name in looked.wrong:
            return json_error(400, looked.wrong[name], parameter=name)
    log, cover = opened(request, session, "HAR")
    response = as_json(har_of(log, cover, requests_in(log, looked) if looked.is_part else None))
    response["Content-Disposition"] = f'attachment; filename="{file_name(session, looked, cover.covers)}"'
    return response


def file_name(session: Session, looked: LookedAt, is_covered: bool) -> str:
    """One of a part, or with secrets, says so wherever it lies."""
    moments = {"from": looked.from_ms, "to": looked.to_ms}
    part = "".join(f"-{name}-{seconds(ms)}s" for name, ms in moments.items() if ms is not None)
    return f"{file_stem(session)}{part}{'' if is_covered else '-WITH-SECRETS'}.har"


def seconds(ms: float) -> str:
    """41, 41.25"""
    return f"{ms / 1000:.3f}".rstrip("0").rstrip(".")


def file_stem(session: Session) -> str:
    """How files of a session begin, whatever its id holds."""
    return f"session-{UNSAFE_IN_NAMES.sub('-', session.short_id).strip('-') or 'unnamed'}"
