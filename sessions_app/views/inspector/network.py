"""`/sessions/<id>/network/`."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.models import Session

from .looked_at import LookedAt
from .panel import panel


@panel("network")
def network(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    return render(request, "inspector/network.html", {"session": session})
