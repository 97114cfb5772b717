"""A real worker with beat, on real PostgreSQL and Valkey, against the simulator and its faults."""

import time

import pytest
from celery import current_app
from django.db import connection, transaction
from django.utils import timezone

from sessions_app.actions import release
from sessions_app.models import AuditEvent, Pull, Session, UsageSnapshot, Wish
from sessions_app.pulls import due, live, projects
from tests.conftest import eventually, make_account

pytestmark = pytest.mark.django_db(transaction=True)
SLOW = {f"SIGHTGLASS_PULL_{kind}_S": "300" for kind in ("PROJECTS", "LIVE", "SESSIONS", "USAGE")}


def outcomes(**where) -> dict[str, str]:
    return {pull.kind: pull.outcome for pull in Pull.objects.newest().filter(**where)}


def all_ok(account) -> bool:
    return outcomes(account=account) == dict.fromkeys(["projects", "live", "sessions", "usage"], "ok")


def test_every_pull_runs_at_the_start_of_a_worker_however_long_its_interval(worker, account, simulator):
    projects.pull(account)
    simulator.put(simulator.session("COMPLETED"), simulator.session("RUNNING"))
    worker(beat=False, **SLOW)
    eventually(lambda: all_ok(account))
    assert Pull.objects.filter(kind="projects").count() == 2
    assert Session.objects.count() == 2
    assert UsageSnapshot.objects.count() == len(simulator.projects)


def test_pulls_come_again_by_themselves(worker, account, simulator):
    worker()
    eventually(lambda: all_ok(account))
    running = simulator.session("RUNNING")
    simulator.put(running)
    eventually(lambda: Session.objects.filter(pk=running["id"], status="RUNNING"))
    simulator.change(running, status="COMPLETED")
    eventually(lambda: Session.objects.filter(pk=running["id"], status="COMPLETED"))
    eventually(lambda: Pull.objects.filter(kind="projects", outcome="ok").count() > 2)


def test_a_click_is_carried_out_until_the_end_is_seen(worker, account, simulator, user):
    worker(**SLOW)
    created = simulator.create(keepAlive=True)
    live.pull(account)  # or the worker is at it just now
    session = eventually(lambda: Session.objects.filter(pk=created["id"]).first())
    wish = release.ask(session, user)
    eventually(lambda: Wish.objects.get(pk=wish.pk).state == "done")
    assert simulator.get(f"/v1/sessions/{created['id']}")["status"] == "COMPLETED"
    assert Session.objects.get().status == "COMPLETED"
    assert AuditEvent.objects.filter(action="session.ended", actor=user).count() == 1


def test_a_wish_whose_bell_was_lost_is_found_by_the_sweep(worker, account, simulator, user):
    created = simulator.create(keepAlive=True)
    live.pull(account)  # or the worker is at it just now
    session = eventually(lambda: Session.objects.filter(pk=created["id"]).first())
    wish = release.ask(session, user)
    current_app.control.purge()
    worker(**SLOW)
    eventually(lambda: Wish.objects.get(pk=wish.pk).state == "done")


def test_a_hundred_wishes_are_carried_out_side_by_side(worker, account, simulator, user):
    sessions = [simulator.session("RUNNING") for _ in range(100)]
    simulator.put(*sessions)
    live.pull(account)
    worker(**SLOW)
    with transaction.atomic():
        for session in Session.objects.all():
            release.ask(session, user)
    eventually(lambda: not Wish.objects.open().exists(), within_s=60)
    assert Session.objects.filter(status="COMPLETED").count() == 100
    assert AuditEvent.objects.filter(action="session.ended").count() == 100


def test_two_workers_at_once_end_a_session_with_one_request_and_record_it_once(worker, account, simulator, user):
    worker()
    worker()
    created = simulator.create(keepAlive=True)
    eventually(lambda: Session.objects.filter(pk=created["id"]))
    wish = release.ask(Session.objects.get(), user)
    eventually(lambda: Wish.objects.get(pk=wish.pk).state == "done")
    assert Wish.objects.get().tries == 1
    assert AuditEvent.objects.filter(action="session.ended").count() == 1
    assert not overlapping_pulls()


def overlapping_pulls() -> list[tuple[int, int]]:
    """Pairs of runs of one kind that were under way at the same moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT a.id, b.id FROM sessions_app_pull a JOIN sessions_app_pull b
            ON a.id < b.id AND (a.account_id, a.kind) = (b.account_id, b.kind)
            AND a.project_id IS NOT DISTINCT FROM b.project_id
            AND b.started_at < a.started_at + make_interval(secs => a.duration_s)
            """
        )
        return cursor.fetchall()


def test_a_worker_killed_in_mid_pull_loses_nothing_that_the_next_pull_does_not_bring(worker, account, simulator):
    simulator.put(simulator.session("RUNNING"), simulator.session("COMPLETED"))
    simulator.fault("GET /v1/sessions", "hang")
    killed = worker(**SLOW)
    eventually(lambda: Pull.objects.filter(outcome="running", kind__in=["live", "sessions"]).count() == 2)
    killed.kill()
    simulator.clear_faults()
    worker(**SLOW)
    eventually(lambda: Session.objects.count() == 2)
    eventually(lambda: all_ok(account))
    assert set(Pull.objects.filter(outcome="lost").values_list("kind", flat=True)) >= {"live", "sessions"}


def test_a_worker_killed_while_it_releases_leaves_the_wish_to_the_next(worker, account, simulator, user):
    created = simulator.create(keepAlive=True)
    live.pull(account)
    simulator.fault("POST /v1/sessions/", "hang")
    killed = worker(**SLOW)
    release.ask(Session.objects.get(), user)
    time.sleep(1)
    killed.kill()
    simulator.clear_faults()
    worker(**SLOW)
    eventually(lambda: Wish.objects.get().state == "done")
    assert simulator.get(f"/v1/sessions/{created['id']}")["status"] == "COMPLETED"


def test_everything_catches_up_by_itself_within_thirty_seconds_of_an_outage(worker, account, simulator):
    simulator.fault("GET /v1", "status", status=503)
    worker(**SLOW)
    eventually(lambda: outcomes(account=account) == dict.fromkeys(["projects", "live", "sessions"], "failed"))
    failed = Pull.objects.newest().first()
    assert failed.failing_since is not None
    assert "503" in failed.error
    simulator.clear_faults()
    eventually(lambda: all_ok(account), within_s=30)


def test_a_hanging_upstream_piles_up_nothing_and_stops_no_other_account(worker, simulator, account):
    good = make_account("good", simulator.url, simulator.key)
    simulator.fault("GET /v1/projects/", "hang")  # the usage of each project, read by the first account
    projects.pull(account)
    projects.pull(good)
    worker()
    eventually(lambda: Pull.objects.filter(kind="live", account=good, outcome="ok").count() > 5)
    assert Pull.objects.filter(kind="usage", outcome="running").count() <= due.USAGE_AT_ONCE
    with current_app.connection_for_read() as broker:
        assert broker.default_channel.client.llen("celery") < 30


def test_a_bad_key_is_marked_and_the_other_account_goes_on(worker, account, simulator):
    bad = make_account("bad", simulator.url, "bb_wrong")
    worker()
    eventually(lambda: outcomes(account=bad).get("live") == "failed")
    eventually(lambda: all_ok(account))
    bad.refresh_from_db()
    account.refresh_from_db()
    assert bad.bad_key_since is not None
    assert account.bad_key_since is None


def test_a_worker_outlives_its_database_connections(worker, account, simulator):
    process = worker(PGAPPNAME="the worker")
    eventually(lambda: all_ok(account))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'the worker'"
            " AND datname = current_database()"
        )
        assert cursor.rowcount > 0
    before = timezone.now()
    eventually(lambda: Pull.objects.filter(started_at__gt=before, kind="live", outcome="ok").count() > 2)
    assert process.popen.poll() is None
