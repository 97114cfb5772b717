"""`/sessions/<id>/files/`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.models import Session

from .looked_at import LookedAt
from .panel import panel


@panel("files")
def files(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    return render(request, "inspector/files.html", {"session": session})
