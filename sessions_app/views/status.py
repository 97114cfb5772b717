"""How fresh everything is: `/status/`, and the header's pulse."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sessions_app.models import Account, Pull, Session, Wish
from sessions_app.models.wish import STUCK_AFTER
from sessions_app.pulls.intervals import due_at, slowed_because
from sessions_app.retention import planned

from .access import wants_json
from .as_json import iso
from .bearer import open_to_programs
from .frame import is_fragment
from .polling import polled
from .pull_words import is_late, pull_name
from .readiness import PROBES, put_all

WISHES_SHOWN = 50
# Some pull of some account begins at least this often while a worker lives; longer and nobody seems to work.
WORKER_QUIET = timedelta(seconds=60)


@open_to_programs
@require_safe
@polled
def page(request: HttpRequest) -> HttpResponse:
    pulls = list(Pull.objects.visible_to(request.user).newest())
    if wants_json(request):
        return JsonResponse({"pulls": [pull_json(pull) for pull in pulls]})
    wishes = Wish.objects.open().filter(session__in=Session.objects.visible_to(request.user).order_by())
    accounts = list(Account.objects.visible_to(request.user))
    lines = [PullLine(pull) for pull in pulls]
    stuck = wishes.filter(asked_at__lt=timezone.now() - STUCK_AFTER)
    context = {
        "accounts": accounts,
        "lines": lines,
        "trouble": sum(line.is_trouble for line in lines),
        "parts": put_all(PROBES) | ({"worker": worker_words(pulls)} if accounts else {}),
        "wishes": list(wishes.select_related("session", "asked_by").order_by("asked_at")[:WISHES_SHOWN]),
        "wishes_in_all": wishes.count(),
        "stuck": stuck.count(),
        "planned": planned(),
    }
    return render(request, "status.html#status" if is_fragment(request) else "status.html", context)


@require_safe
@polled
def pulse(request: HttpRequest) -> HttpResponse:
    """Live or as of when, in a few words; the header asks every few seconds."""
    return render(request, "pieces/pulse.html")


@dataclass(frozen=True)
class PullLine:
    """The newest run of one kind of pull, for one line of the page."""

    pull: Pull

    @property
    def name(self) -> str:
        return pull_name(self.pull)

    @property
    def is_late(self) -> bool:
        return is_late(self.pull)

    @property
    def is_trouble(self) -> bool:
        return self.pull.failing_since is not None or self.is_late

    @property
    def next_due(self) -> datetime:
        return due_at(self.pull, self.pull.account)

    @property
    def slowed(self) -> str:
        return slowed_because(self.pull)


def worker_words(pulls: list[Pull]) -> str:
    """ "" while a worker is seen at work, else since when not."""
    newest = max((pull.finished_at for pull in pulls), default=None)
    if newest is None:
        return "has not pulled anything yet"
    return "" if timezone.now() - newest < WORKER_QUIET else "has not pulled anything for over a minute"


def pull_json(pull: Pull) -> dict[str, Any]:
    """`project` is an id, for usage only; `outcome` is ok, failed, running or lost; `duration_s` None while it runs."""
    return {
        "account": pull.account.name,
        "kind": pull.kind,
        "project": pull.project_id,
        "started_at": iso(pull.started_at),
        "duration_s": pull.duration_s,
        "outcome": pull.outcome,
        "age_s": round(pull.age_s, 3),
        "rows": pull.rows,
        "error": pull.error or None,
        "failing_since": iso(pull.failing_since),
    }
