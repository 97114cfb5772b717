"""`/sessions/<id>/counts/`: how much the tabs have to show of the part that is selected, beside their names."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.opening import open_log
from sessions_app.models import Session

from .looked_at import LookedAt
from .network_asked import requests_in
from .panel import part


@part
def counts(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    return render(request, "inspector/counts.html", {"counts": counts_of(open_log(session), looked)})


def counts_of(log: Log, looked: LookedAt) -> dict[str, tuple[int, int, str]]:
    """By tab: how much it has, how much of it went wrong, and that in words."""
    requests = requests_in(log, looked)
    lines = [line for line in log.console if looked.holds(log.offset_ms(line.at_ms))]
    failed = sum(request.has_failed for request in requests)
    errors = sum(line.level == "error" for line in lines)
    return {
        "network": (len(requests), failed, "failed"),
        "console": (len(lines), errors, "errors" if errors != 1 else "error"),
    }
