"""`/sessions/<id>/details/`: every field, what is known here, what was done from here, the raw answer."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.models import AuditEvent, Session

from .looked_at import LookedAt
from .panel import panel

#: Of the record, newest first.
EVENTS_SHOWN = 100


@panel("details")
def details(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    context = {
        "session": session,
        "events": AuditEvent.objects.filter(session_id=session.pk)[:EVENTS_SHOWN],
        "raw": json.dumps(session.raw, indent=2, ensure_ascii=False),
    }
    return render(request, "inspector/details.html", context)
