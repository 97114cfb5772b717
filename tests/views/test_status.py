"""The status page, its JSON, and the header's pulse."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.models import Pull, Wish
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db


def pulled(account, kind: str = "live", ago_s: float = 2, **fields) -> Pull:
    started_at = timezone.now() - timedelta(seconds=ago_s)
    defaults = {
        "outcome": "ok",
        "duration_s": 0.25,
        "rows": 3,
        "changed": 0,
        "is_newest": True,
        "started_at": started_at,
        "last_ok_at": started_at,
    }
    return Pull.objects.create(account=account, kind=kind, **(defaults | fields))


def failed(account, kind: str = "live", **fields) -> Pull:
    since = timezone.now() - timedelta(minutes=4)
    return pulled(account, kind, outcome="failed", rows=None, error="It answered 502.", failing_since=since, **fields)


def test_json_has_every_pulls_last_run(signed_in, account):
    project = make_project(account)
    project.readers.add(account)
    pulled(account, ago_s=30, is_newest=False)
    pulled(account, ago_s=2)
    pulled(account, "usage", project=project)
    failed(account, "projects", duration_s=1.5)
    pulls = {pull["kind"]: pull for pull in signed_in.get("/status/?format=json").json()["pulls"]}
    assert set(pulls) == {"live", "usage", "projects"}
    assert pulls["live"]["account"] == "main"
    assert pulls["live"]["project"] is None
    assert pulls["live"]["outcome"] == "ok"
    assert 2 <= pulls["live"]["age_s"] < 30
    assert pulls["live"]["started_at"].endswith("Z")
    assert pulls["usage"]["project"] == project.id
    assert pulls["projects"]["outcome"] == "failed"
    assert pulls["projects"]["duration_s"] == 1.5
    assert pulls["projects"]["error"] == "It answered 502."


def test_a_failing_pull_says_what_and_since_when(signed_in, account):
    failed(account, last_ok_at=None)
    page = signed_in.get("/status/").content.decode()
    assert "It answered 502." in page
    assert "never went well" in page
    assert "1 of 1 pull does not go well" in page


def test_a_pull_that_does_not_come_is_late(signed_in, account):
    pulled(account, ago_s=600)
    page = signed_in.get("/status/").content.decode()
    assert "should have run again by now" in page
    assert "has not pulled anything for over a minute" in page


def test_a_slowed_pull_says_why(signed_in, account):
    pulled(account, "sessions", rows=60_000, duration_s=4)
    assert "60,000 sessions" in signed_in.get("/status/").content.decode()


def test_an_end_that_does_not_come_is_shown_with_what_was_tried(signed_in, account, user):
    session = make_session(account, status="RUNNING")
    asked_at = timezone.now() - timedelta(minutes=6)
    Wish.objects.create(
        session=session,
        asked_at=asked_at,
        asked_by=user,
        tries=31,
        last_error="Browserbase answered 500.",
        due_at=asked_at,
    )
    page = signed_in.get("/status/").content.decode()
    assert "stuck" in page
    assert "tried 31 times" in page
    assert "Browserbase answered 500." in page
    assert "by ada" in page


def test_the_parts_of_the_server_are_named(signed_in, account):
    page = signed_in.get("/status/").content.decode()
    for part in ("Database", "Broker", "Worker"):
        assert part in page


def test_without_an_account_the_pages_say_what_to_do(signed_in):
    assert "BROWSERBASE_API_KEY" in signed_in.get("/status/").content.decode()
    assert signed_in.get("/status/?format=json").json() == {"pulls": []}
    assert "no account yet" in signed_in.get("/status/pulse/").content.decode()


def test_the_pulse_is_live_while_every_good_account_is_read(signed_in, account):
    pulled(account)
    pulse = signed_in.get("/status/pulse/").content.decode()
    assert "pulse-live" in pulse
    assert "live," in pulse


def test_the_pulse_is_stale_when_the_live_pull_fails_for_long(signed_in, account):
    failed(account, last_ok_at=timezone.now() - timedelta(minutes=3))
    pulse = signed_in.get("/status/pulse/").content.decode()
    assert "pulse-stale" in pulse
    assert "as of" in pulse
    assert "Browserbase has not been read since" in signed_in.get("/projects/").content.decode()


def test_the_pulse_says_when_nothing_was_ever_read(signed_in, account):
    assert "not read yet" in signed_in.get("/status/pulse/").content.decode()


def test_the_pulse_is_cheap_and_304_while_nothing_changed(signed_in, account):
    pulled(account)
    headers = {"HX-Request": "true"}
    first = signed_in.get("/status/pulse/", headers=headers)
    with CaptureQueriesContext(connection) as captured:
        again = signed_in.get("/status/pulse/", headers=headers | {"HX-PTag": first["HX-PTag"]})
    assert again.status_code == 304
    assert len(captured) <= 4  # two are for the sign-in


def test_the_number_of_queries_does_not_grow(signed_in, account, user):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get("/status/").status_code == 200
        return len(captured)

    def more() -> None:
        project = make_project(account)
        project.readers.add(account)
        pulled(account, "usage", project=project)
        Wish.objects.create(session=make_session(account, status="RUNNING"), asked_by=user)

    more()
    few = queries()
    for _ in range(20):
        more()
    assert queries() == few


def test_what_changed_has_a_column_of_its_own_and_the_next_run_its_moment(signed_in, account):
    pulled(account, rows=606, changed=12, ago_s=9)
    page = signed_in.get("/status/").content.decode()
    assert 'data-label="rows" class="num nowrap">606</td>' in page
    assert 'data-label="changed" class="num nowrap">12</td>' in page
    assert "data-due" in page.partition('data-label="next"')[2]
