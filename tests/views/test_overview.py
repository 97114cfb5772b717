"""The first page: its sentence, its figures, and what needs attention."""

import re
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import strip_tags

from sessions_app.models import Pull, UsageSnapshot, Wish
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def fresh(account):
    """Pulls that go well, so that nothing needs attention."""
    now = timezone.now()
    return [
        Pull.objects.create(
            account=account, kind=kind, outcome="ok", is_newest=True, duration_s=0.1, started_at=now, last_ok_at=now
        )
        for kind in ("projects", "live", "sessions")
    ]


def words(client, **query) -> str:
    page = client.get("/", query)
    assert page.status_code == 200
    return re.sub(r"\s+", " ", strip_tags(page.content.decode()))


def today(hours_ago: float = 0):
    """A moment of today in UTC."""
    now = timezone.now()
    return max(now - timedelta(hours=hours_ago), now.replace(hour=0, minute=0, second=0, microsecond=0))


def test_the_sentence_counts_what_runs_and_what_became_of_today(signed_in, account, fresh):
    checkout, crawl = make_project(account, name="checkout"), make_project(account, name="crawl")
    for project, status, count in [
        (checkout, "RUNNING", 2),
        (crawl, "PENDING", 1),
        (checkout, "COMPLETED", 3),
        (crawl, "TIMED_OUT", 2),
        (crawl, "ERROR", 1),
    ]:
        for _ in range(count):
            make_session(account, project=project, status=status, started_at=today())
    make_session(account, project=crawl, status="COMPLETED", started_at=today() - timedelta(days=2))
    page = words(signed_in)
    assert "3 browsers run now, 2 of them for checkout." in page
    assert "Since midnight 9 sessions: 3 completed, 3 running, 2 timed out, 1 failed." in page
    assert "2 of 25" in page
    assert "Nothing needs attention." in page


def test_an_unknown_status_is_counted_as_other(signed_in, account, fresh):
    make_session(account, status="VANISHED", started_at=today(), ended_at=timezone.now())
    assert "Since midnight 1 session: 1 other." in words(signed_in)


def test_a_limit_that_upstream_does_not_tell_is_not_made_up(signed_in, account, fresh):
    make_project(account, concurrency=None)
    assert "limit not known" in words(signed_in)


def test_running_sessions_of_a_project_that_no_list_shows_are_counted(signed_in, account, fresh):
    make_session(account, project_id="gone", status="RUNNING")
    page = words(signed_in)
    assert "1 browser runs now" in page
    assert "gone" in page


def test_a_project_near_its_limit_needs_attention(signed_in, account, fresh):
    project = make_project(account, name="checkout", concurrency=10)
    for _ in range(9):
        make_session(account, project=project, status="RUNNING")
    assert "checkout is 1 slot from its limit" in words(signed_in)
    assert f"/projects/{project.id}/slots/" in signed_in.get("/").content.decode()
    make_session(account, project=project, status="RUNNING")
    assert "checkout is at its limit of 10" in words(signed_in)


def test_a_session_close_to_its_expiry_can_be_ended_from_here(signed_in, account, fresh):
    now = timezone.now()
    session = make_session(
        account, status="RUNNING", started_at=now - timedelta(hours=1), expires_at=now + timedelta(minutes=5)
    )
    make_session(account, status="RUNNING", started_at=now - timedelta(hours=1), expires_at=now + timedelta(minutes=50))
    page = signed_in.get("/").content.decode()
    assert "and still runs" in page
    assert page.count(f'hx-post="/sessions/{session.id}/end/"') == 1


def test_a_session_past_its_expiry_is_said(signed_in, account, fresh):
    make_session(account, status="RUNNING", expires_at=timezone.now() - timedelta(minutes=5))
    assert "1 session past its expiry and not seen ended" in words(signed_in)


def test_pulls_that_fail_are_one_line_for_an_account(signed_in, account, fresh):
    since = timezone.now() - timedelta(minutes=4)
    for pull in fresh:
        pull.outcome, pull.error, pull.failing_since = "failed", "It answered <502>.", since
        pull.save()
    page = words(signed_in)
    assert page.count("cannot be read since") == 1
    assert "of account main" in page
    assert "<502>" not in signed_in.get("/").content.decode()


def test_a_worker_that_is_away_shows_as_late_pulls(signed_in, account, fresh):
    Pull.objects.update(started_at=timezone.now() - timedelta(hours=1))
    assert "should have been read by now" in words(signed_in)


def test_a_refused_key_needs_attention(signed_in, account, fresh):
    account.bad_key_since = timezone.now()
    account.save()
    assert "Browserbase refuses the key of main" in words(signed_in)


def test_a_key_that_cannot_be_read_here_is_not_called_refused(signed_in, account, fresh, settings):
    account.bad_key_since = timezone.now()
    account.save()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    page = words(signed_in)
    assert "SIGHTGLASS_ENCRYPTION_KEYS lacks the one it was encrypted with. Put that back" in page
    assert "Browserbase refuses" not in page


def test_an_end_that_does_not_come_needs_attention(signed_in, account, fresh):
    session = make_session(account, status="RUNNING")
    asked_at = timezone.now() - timedelta(minutes=6)
    Wish.objects.create(session=session, asked_at=asked_at, last_error="Browserbase answered 500.")
    page = words(signed_in)
    assert "was asked to end" in page
    assert "Browserbase answered 500." in page


def test_minutes_come_from_the_counters_where_they_reach_back(signed_in, account, fresh):
    project = make_project(account)
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    for days_ago, minutes in [(31, 10), (29, 10), (1, 100), (0, 100)]:
        moment = midnight - timedelta(days=days_ago)
        UsageSnapshot.objects.create(
            project=project, taken_at=moment, unchanged_until=moment, browser_minutes=minutes, proxy_bytes=0
        )
    UsageSnapshot.objects.create(
        project=project,
        taken_at=timezone.now(),
        unchanged_until=timezone.now(),
        browser_minutes=107,
        proxy_bytes=0,
    )
    page = words(signed_in)
    assert "Today7 minLast 30 days97 min Browser minutes by the counters." in page
    assert "by sessions" not in page


def test_minutes_come_from_the_sessions_while_the_counters_do_not_reach_back(signed_in, account, fresh):
    start = timezone.now() - timedelta(days=10)
    make_session(account, project=make_project(account), started_at=start, ended_at=start + timedelta(minutes=30))
    page = words(signed_in)
    assert "Last 30 days30 min Browser minutes by sessions." in page


def test_before_the_first_reading_nothing_is_claimed(signed_in, account):
    page = words(signed_in)
    assert "What runs now is not known yet" in page
    assert "No browser runs now" not in page


def test_without_an_account_the_first_page_says_what_to_do(signed_in):
    page = words(signed_in)
    assert "BROWSERBASE_API_KEY" in page
    assert "make up" in page


def test_the_polled_part_leaves_the_figures_alone_and_costs_a_304(signed_in, account, fresh):
    make_session(account, project=make_project(account), status="RUNNING")
    headers = {"HX-Request": "true"}
    part = signed_in.get("/?part=now", headers=headers)
    assert "<html" not in part.content.decode()
    assert "Since yesterday" not in part.content.decode()
    again = signed_in.get("/?part=now", headers=headers | {"HX-PTag": part["HX-PTag"]})
    assert again.status_code == 304
    figures = signed_in.get("/?part=figures", headers=headers).content.decode()
    assert "Since yesterday" in figures
    assert "Running now" not in figures


def test_the_number_of_queries_does_not_grow(signed_in, account, fresh, user):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get("/").status_code == 200
        return len(captured)

    def more() -> None:
        now = timezone.now()
        project = make_project(account, concurrency=1)
        session = make_session(
            account,
            project=project,
            status="RUNNING",
            started_at=now - timedelta(hours=1),
            expires_at=now + timedelta(minutes=5),
            created_by=user,
        )
        Wish.objects.create(session=session, asked_at=now - timedelta(minutes=6))

    more()
    few = queries()
    for _ in range(20):
        more()
    assert queries() == few
