"""How long rows are kept: for ever unless a setting says otherwise, and never removed before that was told."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from sessions_app import retention
from sessions_app.models import AuditEvent, EndBatch, Removal, Session, UsageSnapshot
from sessions_app.pulls import sessions as pulled
from sessions_app.usage.figures import by_counter
from sessions_app.usage.periods import last_days
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

FOR_EVER = {"sessions": 0, "readings": 0, "audit": 0, "batches": 0}


@pytest.fixture
def keep(settings):
    """`keep(sessions=30)`: the settings say so from now on."""

    def say(**days: int) -> None:
        settings.KEEP_DAYS = FOR_EVER | days

    say()
    return say


def days_ago(days: float):
    return timezone.now() - timedelta(days=days)


def old_session(account, days: float, **fields) -> Session:
    return make_session(account, started_at=days_ago(days), ended_at=days_ago(days) + timedelta(minutes=5), **fields)


def hourly(after: timedelta = timedelta()) -> None:
    """What the worker does each hour."""
    now = timezone.now() + after
    retention.announce(now)
    retention.remove_due(now)


def test_without_a_setting_nothing_is_removed_or_told(signed_in, account, keep):
    old_session(account, 4_000)
    hourly(timedelta(days=400))
    assert Session.objects.count() == 1
    assert b"removed by age" not in signed_in.get("/status/").content


def test_what_is_lost_is_said_before_it_is(signed_in, account, keep):
    for days in (40, 50):
        old_session(account, days)
    kept = old_session(account, 20)
    keep(sessions=30)
    hourly()
    assert Session.objects.count() == 3
    page = signed_in.get("/status/").content.decode()
    assert "2 sessions</strong> of before" in page
    assert "whatever is older than 30 days" in page
    hourly(retention.NOTICE - timedelta(minutes=1))
    assert Session.objects.count() == 3
    hourly(retention.NOTICE + timedelta(minutes=1))
    assert list(Session.objects.all()) == [kept]
    event = AuditEvent.objects.get()
    assert (event.action, event.detail.split(" of ")[0]) == ("rows.removed", "2 sessions")
    assert Removal.objects.get(kind="sessions").due_at > timezone.now()


def test_a_shorter_limit_is_told_anew_and_a_longer_one_only_counts(keep):
    keep(audit=100)
    hourly()
    first = Removal.objects.get(kind="audit").due_at
    keep(audit=200)
    hourly(timedelta(days=1))
    assert Removal.objects.get(kind="audit").due_at == first
    keep(audit=50)
    hourly(timedelta(days=2))
    assert Removal.objects.get(kind="audit").due_at > first
    keep()
    hourly(timedelta(days=2))
    assert retention.planned() == []


def test_a_dry_run_removes_nothing_and_a_run_by_hand_does_not_wait(account, keep):
    project = make_project(account)
    old_session(account, 40)
    for days, at in ((days, days_ago(days)) for days in (60, 45, 1)):
        UsageSnapshot.objects.create(
            project=project,
            taken_at=at,
            unchanged_until=at,
            browser_minutes=90 - days,
            proxy_bytes=0,
        )
    EndBatch.objects.create(made_at=days_ago(60), confirmed_at=days_ago(60))
    AuditEvent.objects.create(action="session.ended", at=days_ago(60))
    keep(sessions=30, readings=30, audit=30, batches=30)
    out = StringIO()
    call_command("prune", "--dry-run", stdout=out)
    assert "Would remove 1 sessions" in out.getvalue()
    assert "Would remove 2 counter readings" in out.getvalue()
    assert (Session.objects.count(), UsageSnapshot.objects.count()) == (1, 3)
    call_command("prune", stdout=out)
    assert "Removed 2 counter readings" in out.getvalue()
    assert (Session.objects.count(), UsageSnapshot.objects.count(), EndBatch.objects.count()) == (0, 1, 0)
    assert set(AuditEvent.objects.values_list("action", flat=True)) == {"rows.removed"}
    month = last_days(timezone.now(), timezone.get_current_timezone(), 30)
    assert by_counter(None, month, "browser_minutes").total is None


def test_nothing_to_keep_for_less_than_ever_is_said(keep):
    out = StringIO()
    call_command("prune", stdout=out)
    assert "kept for ever" in out.getvalue()


def test_a_removed_session_does_not_come_back_from_upstream(account, simulator, keep):
    simulator.put(simulator.session("COMPLETED"), simulator.session("RUNNING"))
    pulled.pull(account)
    Session.objects.filter(status="COMPLETED").update(
        started_at=days_ago(40), ended_at=days_ago(40) + timedelta(minutes=5)
    )
    keep(sessions=1)
    call_command("prune", stdout=StringIO())
    Removal.objects.update(removed_before=timezone.now() + timedelta(days=1))
    pulled.pull(account)
    assert set(Session.objects.values_list("status", flat=True)) == {"RUNNING"}
