"""Concurrency, durations, what changed, and the two truths side by side."""

from datetime import UTC, datetime, timedelta

import pytest

from sessions_app.models import Session, UsageSnapshot
from sessions_app.usage.breakdown import Review, breakdown
from sessions_app.usage.changes import before, changes
from sessions_app.usage.concurrency import Peak, busiest_minutes, peaks, running_at
from sessions_app.usage.durations import durations
from sessions_app.usage.periods import periods_between
from sessions_app.usage.splits import Split
from sessions_app.usage.truths import Cause, truths
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 11, 20, tzinfo=UTC)
NOW = DAY + timedelta(days=2)
HOURS = periods_between(DAY, DAY + timedelta(hours=3), "hour", UTC)


def at(minutes: float) -> datetime:
    return DAY + timedelta(minutes=minutes)


def session(account, start: float, end: float | None, **fields) -> Session:
    ended_at = None if end is None else at(end)
    return make_session(account, started_at=at(start), ended_at=ended_at, updated_at=ended_at, **fields)


def review(*splits: str, amount: str = "used_us", periods=HOURS) -> Review:
    return Review(amount, periods, tuple(map(Split.read, splits)), None, NOW)


def test_peaks_and_the_minutes_at_the_limit(account):
    session(account, -30, 30)
    session(account, 10, 20)
    session(account, 20, 80)  # begins as another ends: not three at once
    session(account, 50, None, status="RUNNING")
    assert peaks(Session.objects.all(), HOURS, NOW, limit=2) == [
        Peak(2, pytest.approx(10 + 10 + 10)),
        Peak(2, pytest.approx(20)),
        Peak(1, 0.0),
    ]
    assert peaks(Session.objects.all(), HOURS, NOW)[0] == Peak(2, None)
    assert peaks(Session.objects.none(), HOURS, NOW, limit=1) == [Peak(0, 0.0)] * 3


def test_who_held_the_slots_at_a_minute(account):
    first, second = session(account, 0, 30), session(account, 10, None, status="RUNNING")
    session(account, 30, 40)
    assert list(running_at(Session.objects.all(), at(29.5), NOW)) == [first, second]
    assert first not in running_at(Session.objects.all(), at(30), NOW)


def test_the_busiest_minutes(account):
    for start in (1.1, 1.2, 1.9, 2, 5, 5.5):
        session(account, start, start + 1)
    found = busiest_minutes(Session.objects.all(), DAY, NOW, most=2)
    assert found == [(at(1), 3), (at(5), 2)]


def test_average_and_p95_by_key_period_and_in_all(account):
    for number in range(20):
        session(account, number, number + number / 10, user_metadata={"team": "growth"})
    session(account, 70, 80, user_metadata={"team": "data"})
    session(account, 71, None, status="RUNNING")
    found = durations(review("metadata.team"))
    growth = found.rows[('"growth"',), 0]
    assert (growth.sessions, growth.average_s) == (20, pytest.approx(57))
    assert 100 < growth.p95_s < 114
    assert found.rows[('"data"',), None].average_s == 600
    assert found.all[1].sessions == 1
    assert found.all[None].sessions == 21
    assert not found.is_sampled


def test_two_splits_at_once(account):
    session(account, 0, 10, user_metadata={"team": "growth", "env": "prod"})
    session(account, 0, 20, user_metadata={"team": "growth"})
    found = breakdown(review("metadata.team", "metadata.env")).rows
    assert {keys: sum(cells.values()) // 60_000_000 for keys, cells in found.items()} == {
        ('"growth"', '"prod"'): 10,
        ('"growth"', None): 20,
    }


def test_what_changed_most_against_the_time_before(account):
    session(account, -100, -90, user_metadata={"team": "growth"})
    session(account, 10, 50, user_metadata={"team": "growth"})
    session(account, -100, -95, user_metadata={"team": "gone"})
    session(account, -10, 10, user_metadata={"team": "steady"})
    asked = review("metadata.team")
    found = changes(breakdown(asked), breakdown(before(asked)))
    assert [(change.keys, change.difference // 60_000_000, change.ratio) for change in found] == [
        (('"growth"',), 30, 4),
        (('"gone"',), -5, 0),
    ]


def read(project, minutes: float, value: int) -> None:
    UsageSnapshot.objects.create(
        project=project, taken_at=at(minutes), unchanged_until=at(minutes), browser_minutes=value, proxy_bytes=0
    )


def read_each_five_minutes(project, values: dict[int, int]) -> None:
    """`values`: what the counter adds within the five minutes before this one."""
    value = 100
    for minute in range(-5, 185, 5):
        value += values.get(minute, 0)
        read(project, minute, value)


def the_truth():
    (truth,) = truths(None, HOURS, "browser_minutes", NOW)
    return truth


@pytest.fixture
def project(account):
    session(account, -600, -599, project_id="elsewhere")
    return make_project(account)


def test_what_rounding_explains(account, project):
    session(account, 10, 12.5, project=project)
    read_each_five_minutes(project, {15: 4})
    truth = the_truth()
    assert (truth.counter, truth.sessions, truth.difference) == (4, 2.5, 1.5)
    assert truth.cause == Cause.UNSEEN
    session(account, 11, 12.5, project=project)
    assert the_truth().cause == Cause.NONE


def test_they_agree_or_one_has_more(account, project):
    session(account, 10, 13, project=project)
    read_each_five_minutes(project, {15: 3})
    assert the_truth().cause == Cause.NONE
    session(account, 20, 80, project=project)
    assert the_truth().cause == Cause.MORE_SESSIONS


def test_a_counter_that_began_anew_or_was_not_read(account, project):
    session(account, 10, 70, project=project)
    read_each_five_minutes(project, {60: -90})
    assert the_truth().cause == Cause.RESET
    UsageSnapshot.objects.all().delete()
    read(project, -60, 5)
    read(project, 240, 500)
    assert the_truth().cause == Cause.GAP
    UsageSnapshot.objects.all().delete()
    read(project, 70, 5)
    truth = the_truth()
    assert (truth.cause, truth.counter, truth.difference) == (Cause.NOT_KNOWN, None, None)
