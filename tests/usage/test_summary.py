"""A table of usage says the same whether the sums tell it or a look at each session."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.usage.breakdown import Review
from sessions_app.usage.periods import Periods
from sessions_app.usage.removed import remove_some
from sessions_app.usage.rollups import fold
from sessions_app.usage.splits import Split
from sessions_app.usage.summary import LONGEST, Summary, at_once, look_at, summaries
from tests.rows import make_session
from tests.usage.test_breakdown import NOW, SPLITS, asked_periods, ranges, steps, world

__all__ = ["world"]


def review(periods: Periods, split: str) -> Review:
    return Review("used_us", periods, (Split.read(split),), None, NOW)


def of_days(days: float) -> Periods:
    return Periods((NOW - timedelta(days=days), NOW), "month", ZoneInfo("UTC"))


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, min_size=1, max_size=12), ranges, st.sampled_from(SPLITS), st.booleans())
def test_sums_and_a_look_at_each_session_agree(world, taken, asked, split, by_day):
    world.live(taken, by_day)
    periods = asked_periods(*asked)
    of_range = review(Periods((periods.start, periods.end), "month", periods.zone), split)
    found, whole = summaries(of_range)
    looked, whole_looked = look_at(of_range)
    assert told(found) == told(looked)
    assert whole == whole_looked


def told(found: dict) -> dict:
    return {keys: one for keys, one in found.items() if not one.is_nothing}


@pytest.fixture
def ended(account) -> None:
    for status, seconds in {"COMPLETED": 90, "ERROR": 30, "TIMED_OUT": 600, "RUNNING": None, "HIBERNATED": 60}.items():
        started_at = NOW - timedelta(hours=3)
        ended_at = None if seconds is None else started_at + timedelta(seconds=seconds)
        make_session(account, status=status, started_at=started_at, ended_at=ended_at, user_metadata={"team": "growth"})
    fold()


@pytest.mark.django_db
def test_how_sessions_ended_is_known_at_once_and_how_long_they_lasted_is_awaited(ended):
    found, whole = at_once(review(of_days(1), "metadata.team"))
    growth = found[('"growth"',)]
    assert growth == whole
    assert (growth.completed, growth.failed, growth.timed_out, growth.over, growth.running) == (1, 1, 1, 4, 1)
    assert growth.succeeded == 0.25
    assert (growth.p95_s, growth.is_p95_awaited) == (None, True)
    found, whole = summaries(review(of_days(1), "metadata.team"))
    assert found[('"growth"',)] == whole
    assert whole.p95_s == pytest.approx(600 + 0.8 * (3 * 3_600 - 600))  # the fifth of five still runs
    assert not whole.is_p95_awaited


@pytest.mark.django_db
def test_nothing_is_known_at_once_of_what_is_not_summed(ended):
    assert at_once(Review("used_us", of_days(1), (Split("status"), Split("region")), None, NOW)) is None


@pytest.mark.django_db
def test_p95_is_not_awaited_where_it_is_never_told(ended):
    days = LONGEST.days
    assert at_once(review(of_days(days), "status"))[1].is_p95_awaited
    _, of_long = summaries(review(of_days(days + 1), "status"))
    assert (of_long.sessions, of_long.p95_s, of_long.is_p95_awaited) == (5, None, False)
    remove_some(NOW, most=1_000)
    _, left = summaries(review(of_days(1), "status"))
    assert (left.sessions, left.completed, left.failed, left.p95_s) == (5, 1, 1, None)
    assert not left.is_p95_awaited


@pytest.mark.django_db
def test_of_no_sessions_there_is_nothing(account):
    assert summaries(review(of_days(1), "status")) == ({}, Summary())
