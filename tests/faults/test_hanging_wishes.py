"""Hundreds of wishes while upstream hangs: each is tried again and again, and nobody else waits."""

import time
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from sessions_app.actions import release
from sessions_app.models import AuditEvent, Pull, Session, Wish
from sessions_app.pulls import live
from tests.conftest import eventually, make_account

MANY = 200
BUSY = timedelta(seconds=10)  # what other tests beside may cost
SLOW = {f"SIGHTGLASS_PULL_{kind}_S": "300" for kind in ("PROJECTS", "SESSIONS", "USAGE")}


def ask_for_all(account, user) -> None:
    for session in Session.objects.unended().filter(account=account):
        release.ask(session, user)


def watch_tries(seconds: float) -> dict[int, list[datetime]]:
    """When each open wish was asked and then tried, as its row said from moment to moment."""
    seen = {pk: [at] for pk, at in Wish.objects.open().values_list("pk", "asked_at")}
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for pk, at in Wish.objects.exclude(last_tried_at=None).values_list("pk", "last_tried_at"):
            if pk in seen and seen[pk][-1] != at:
                seen[pk].append(at)
        time.sleep(0.4)
    return seen


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_each_wish_is_tried_every_ten_seconds_however_many_hang_and_others_go_on(
    worker, account, simulator, other_simulator, user
):
    other = make_account("other", other_simulator.url, other_simulator.key)
    simulator.put(*[simulator.session(id=f"aaaa{number:04x}-0000-4000-8000-000000000000") for number in range(MANY)])
    live.pull(account)
    simulator.fault("POST /v1/sessions/aaaa", "hang")
    ask_for_all(account, user)
    worker(**SLOW)
    tries = watch_tries(20)
    assert len(tries) == MANY
    assert min(map(len, tries.values())) >= 3
    assert max(later - before for at in tries.values() for before, later in pairwise(at)) < timedelta(seconds=10) + BUSY
    assert connections() < 40

    mine = Session(pk=other_simulator.create(keepAlive=True)["id"])
    eventually(lambda: Session.objects.filter(pk=mine.pk))
    wish = release.ask(Session.objects.get(pk=mine.pk), user)
    eventually(lambda: Wish.objects.get(pk=wish.pk).state == "done", within_s=10)
    for one in (account, other):
        assert Pull.objects.filter(account=one, kind="live", outcome="ok").count() > 5
    assert Wish.objects.open().count() == MANY

    simulator.clear_faults()
    eventually(lambda: not Wish.objects.open().exists(), within_s=60)
    told = AuditEvent.objects.filter(session_id__startswith="aaaa").values_list("session_id", "action", "succeeded")
    assert len(told) == len(set(told)) == 4 * MANY  # asked, hung, taken, ended
