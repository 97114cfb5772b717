"""The usage page and its numbers for scripts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.models import UsageSnapshot
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db


def read(project, hours_ago: float, minutes: int, proxy_bytes: int = 0, unchanged_h: float = 0) -> None:
    taken_at = timezone.now() - timedelta(hours=hours_ago)
    UsageSnapshot.objects.create(
        project=project,
        taken_at=taken_at,
        unchanged_until=taken_at + timedelta(hours=unchanged_h),
        browser_minutes=minutes,
        proxy_bytes=proxy_bytes,
    )


def usage(client, **query) -> dict:
    answer = client.get("/usage/", {"format": "json", **query})
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_differences_of_the_counter_add_up(signed_in, account):
    one, other = make_project(account), make_project(account)
    for hours_ago, minutes, proxy_bytes in [(72, 100, 5_000), (48.1, 160, 9_000), (48, 160, 9_500), (1, 175, 9_600)]:
        read(one, hours_ago, minutes, proxy_bytes)
    read(other, 30, 10, 0)
    read(other, 29.9, 4, 70)  # a new cycle
    numbers = usage(signed_in, range="7d")
    assert {row["key"]: row["total"] for row in numbers["rows"]} == {one.id: 75, other.id: 4}
    assert numbers["total"] == 79
    assert sum(total or 0 for total in numbers["totals"]) == 79
    assert len(numbers["periods"]) == len(numbers["totals"]) == 7
    for row in numbers["rows"]:
        assert sum(value or 0 for value in row["values"]) == row["total"]
    assert usage(signed_in, range="7d", measure="proxy_bytes")["total"] == 4_600 + 70


def test_what_the_readings_do_not_reach_is_not_known(signed_in, account):
    project = make_project(account)
    read(project, 30, 100)
    read(project, 29.9, 101)
    numbers = usage(signed_in, range="30d")
    assert numbers["totals"][0] is None
    assert numbers["rows"][0]["known_from"] is not None
    page = signed_in.get("/usage/").content.decode()
    assert "what was used before is not known" in page
    assert "By sessions" in page


def test_without_any_reading_nothing_is_claimed(signed_in, account):
    make_project(account)
    numbers = usage(signed_in)
    assert numbers["total"] is None
    assert set(numbers["totals"]) == {None}
    assert "nothing is known" in signed_in.get("/usage/").content.decode()


def test_one_reading_alone_is_no_use_yet(signed_in, account):
    read(make_project(account), 1, 480)
    assert usage(signed_in)["total"] is None


def test_a_gap_is_said_and_its_amount_kept(signed_in, account):
    project = make_project(account, name="checkout")
    read(project, 60, 100)
    read(project, 12, 148)
    numbers = usage(signed_in, range="7d")
    assert numbers["total"] == 48
    (gap,) = numbers["gaps"]
    assert gap["project"] == project.id
    page = signed_in.get("/usage/?range=7d").content.decode()
    assert "Not read from" in page
    assert "partly estimated" in page


def test_by_sessions_a_session_is_cut_at_the_hour(signed_in, account):
    project = make_project(account)
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    make_session(
        account,
        project=project,
        started_at=hour - timedelta(hours=3, minutes=20),
        ended_at=hour - timedelta(hours=2, minutes=50),
        proxy_bytes=900,
    )
    make_session(
        account,
        project=project,
        started_at=hour - timedelta(hours=5),
        ended_at=hour - timedelta(hours=5) + timedelta(seconds=5),
    )
    numbers = usage(signed_in, range="24h", source="sessions")
    values = {
        period[11:16]: value for period, value in zip(numbers["periods"], numbers["rows"][0]["values"], strict=True)
    }
    at = [f"{(hour - timedelta(hours=n)).hour:02d}:00" for n in (5, 4, 3)]
    assert [round(values[one], 6) for one in at] == [1, 20, 10]
    assert round(numbers["total"], 6) == 31
    proxy = usage(signed_in, range="24h", source="sessions", measure="proxy_bytes")
    assert proxy["total"] == 900
    assert proxy["totals"][-4] == 900


def test_by_sessions_counts_what_runs_and_what_no_list_of_projects_shows(signed_in, account):
    project = make_project(account)
    make_session(account, project=project, status="RUNNING", started_at=timezone.now() - timedelta(minutes=10))
    start = timezone.now() - timedelta(minutes=30)
    make_session(account, project_id="gone", started_at=start, ended_at=start + timedelta(minutes=3))
    numbers = usage(signed_in, range="24h", source="sessions")
    totals = {row["key"]: row["total"] for row in numbers["rows"]}
    assert 10 <= totals[project.id] < 12
    assert round(totals["gone"], 6) == 3


def test_days_are_the_readers_days(signed_in, account):
    make_project(account)
    signed_in.cookies["tz"] = "Asia/Kathmandu"
    numbers = usage(signed_in, range="7d")
    assert numbers["tz"] == "Asia/Kathmandu"
    assert all(period.endswith("T00:00:00+05:45") for period in numbers["periods"])
    signed_in.cookies["tz"] = "../etc/passwd"
    assert usage(signed_in, range="7d")["tz"] == "UTC"


@pytest.mark.parametrize("parameter", ["range", "measure", "source"])
def test_a_bad_parameter_is_said(signed_in, account, parameter):
    make_project(account)
    answer = signed_in.get("/usage/", {parameter: "<b>90d", "format": "json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["parameter"] == parameter
    page = signed_in.get("/usage/", {parameter: "<b>90d"})
    assert page.status_code == 200
    assert "is none of them" in page.content.decode()
    assert "<b>90d" not in page.content.decode()


def test_the_number_of_queries_does_not_grow(signed_in, account):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert signed_in.get("/usage/").status_code == 200
        return len(captured)

    make_row(account)
    few = queries()
    for _ in range(20):
        make_row(account)
    assert queries() == few


def make_row(account) -> None:
    project = make_project(account)
    read(project, 2, 1)
    read(project, 1, 3)
    make_session(account, project=project, started_at=datetime.now(UTC) - timedelta(hours=1))


def test_the_chart_and_the_table_tell_the_same(signed_in, account):
    for name in "abcdefgh":
        project = make_project(account, name=f"project {name}")
        read(project, 0.2, 100)
        read(project, 0.1, 100 + ord(name) - 90)
    page = signed_in.get("/usage/?range=24h").content.decode()
    assert "other (2)" in page
    assert "project h" in page
    assert f"{sum(ord(name) - 90 for name in 'abcdefgh')} min" in page


def test_without_an_account_the_page_says_what_to_do(signed_in):
    assert "BROWSERBASE_API_KEY" in signed_in.get("/usage/").content.decode()
