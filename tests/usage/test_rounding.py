"""Minutes are as they are, unless a setting rounds each session's up."""

from datetime import UTC, datetime, timedelta

import pytest

from sessions_app.models import UsageSplit
from sessions_app.query import parse
from sessions_app.usage.breakdown import Review, breakdown
from sessions_app.usage.periods import periods_between
from sessions_app.usage.rollups import fold
from sessions_app.usage.splits import Split
from tests.rows import make_session

DAY = datetime(2026, 11, 20, tzinfo=UTC)
NOW = DAY + timedelta(days=3)
MINUTE_US = 60_000_000


def session(account, hours: float, seconds: float, **fields):
    started_at = DAY + timedelta(hours=hours)
    return make_session(account, started_at=started_at, ended_at=started_at + timedelta(seconds=seconds), **fields)


def minutes(name: str = "used_us", by: str = "day", q: str = "", split: str = "status") -> list[float]:
    periods = periods_between(DAY, DAY + timedelta(days=2), by, UTC)
    totals = breakdown(Review(name, periods, (Split.read(split),), None, NOW, tuple(parse(q)))).totals
    return [totals.get(period, 0) / MINUTE_US for period in range(len(periods))]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", ["hour", "day"])
def test_each_session_is_rounded_up_and_the_parts_add_up(account, settings, by):
    session(account, 1, 130)
    session(account, 2, 15)
    session(account, 3, 120)
    session(account, 24 - 1 / 60, 61)  # its rounding lies on the next day
    session(account, 26, 130, status="TIMED_OUT")
    make_session(account, started_at=NOW - timedelta(days=1, seconds=90), status="RUNNING")
    exact = sum(minutes(by=by))
    fold()
    assert sum(minutes(by=by)) == exact
    settings.ROUND_MINUTES = 1
    for _ in range(2):  # before the sums are rounded, and after
        assert sum(minutes(by=by)) == sum(minutes(by=by, q="id:0")) == 3 + 1 + 2 + 2 + 3 + 1.5
        assert sum(minutes("wasted_us", by)) == 0.75 + 3
        fold()
        assert set(UsageSplit.objects.values_list("round_minutes", flat=True)) == {1}
    if by == "day":
        assert minutes() == [7, 4 + 1.5]
    settings.ROUND_MINUTES = 0
    fold()
    assert sum(minutes(by=by)) == exact


@pytest.mark.django_db
def test_what_is_not_set_anywhere_is_rounded_as_everything_else(account, settings):
    session(account, 1, 130)
    assert minutes(split="metadata.nowhere") == minutes()
    fold()
    settings.ROUND_MINUTES = 5
    assert minutes(split="metadata.nowhere") == minutes() == [5, 0]
