"""`manage.py resume_demo`: carry on from the demo's last run.

The simulator forgets at every stop. A new one knows nothing of the sessions that were started in the old one, and its
usage counters begin anew. Left alone, those sessions would be gone without an end, and the counters' fall would count
the whole new reading as used since.
"""

import time
from datetime import UTC, datetime
from typing import Any

import httpx
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sessions_app.models import Account, Project, Session

ANSWERS_WITHIN_S = 60  # a world of a hundred thousand sessions takes a while to be made


class Command(BaseCommand):
    help = "Tell the demo's new simulator how the sessions of the last run ended. Does nothing the first time."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SIMULATOR_URL:
            raise CommandError("This is for the demo: SIGHTGLASS_SIMULATOR_URL is not set.")
        with httpx.Client(base_url=settings.SIMULATOR_URL, timeout=ANSWERS_WITHIN_S) as simulator:
            wait_for(simulator)
            for account in Account.objects.filter(base_url=settings.SIMULATOR_URL):
                end_forgotten_sessions(simulator, account)
            begin_new_cycles(simulator)


def wait_for(simulator: httpx.Client) -> None:
    give_up_at = time.monotonic() + ANSWERS_WITHIN_S
    while not answers(simulator):
        if time.monotonic() > give_up_at:
            raise CommandError(f"The simulator does not answer at {settings.SIMULATOR_URL}.")
        time.sleep(0.05)


def answers(simulator: httpx.Client) -> bool:
    try:
        return simulator.get("/_sim").is_success
    except httpx.TransportError:
        return False


def end_forgotten_sessions(simulator: httpx.Client, account: Account) -> None:
    """Sessions that ran when the last run stopped end there, unless the new world runs them as well."""
    known = {session.id for session in account.client().sessions.list().sessions}
    unended = Session.objects.unended().filter(account=account)
    forgotten = [ended(session) for session in unended if session.pk not in known]
    simulator.post("/_sim/sessions", json=forgotten).raise_for_status()


def ended(session: Session) -> dict[str, Any]:
    """In the API's shape, completed when it last changed."""
    now = datetime.now(UTC).isoformat()
    return session.raw | {"status": "COMPLETED", "endedAt": session.changed_at.isoformat(), "updatedAt": now}


def begin_new_cycles(simulator: httpx.Client) -> None:
    """A project whose counter was read before starts again from nothing, as at the beginning of a billing cycle."""
    for project in Project.objects.filter(account__base_url=settings.SIMULATOR_URL, snapshots__isnull=False).distinct():
        simulator.post("/_sim/usage/reset", json={"projectId": project.pk})
