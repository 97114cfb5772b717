"""The stretches of time that usage is looked at over, and the ones before them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions_app.usage.ranges import NAMED, cycle_start, month_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/Sao_Paulo", "Pacific/Apia"]).map(ZoneInfo)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))


@given(MOMENTS, ZONES, st.integers(1, 31), st.sampled_from(list(NAMED)))
def test_every_range_follows_the_one_before_it(now, zone, cycle_day, name):
    found = NAMED[name](now, zone, cycle_day)
    assert found.before[0] < found.before[1] <= found.start < found.end <= now
    if name in ("cycle", "last_cycle"):
        assert found.start == cycle_start(found.start, zone, cycle_day)
        assert timedelta(days=27) < found.start - cycle_start(found.start - timedelta(hours=1), zone, cycle_day)


@pytest.mark.parametrize(
    ("today", "cycle_day", "expected"),
    [
        ((2026, 11, 25), 5, (2026, 11, 5)),
        ((2026, 11, 4), 5, (2026, 10, 5)),
        ((2026, 3, 30), 31, (2026, 2, 28)),
        ((2026, 3, 31), 31, (2026, 3, 31)),
        ((2028, 2, 29), 30, (2028, 2, 29)),
        ((2026, 1, 1), 2, (2025, 12, 2)),
    ],
)
def test_a_cycle_begins_on_its_day_or_the_months_last(today, cycle_day, expected):
    noon = datetime(*today, 12, tzinfo=BERLIN)
    assert cycle_start(noon, BERLIN, cycle_day) == datetime(*expected, tzinfo=BERLIN)


def test_days_are_compared_up_to_the_same_time_of_day_also_where_clocks_are_changed():
    now = datetime(2026, 10, 27, 9, 30, tzinfo=BERLIN)
    found = NAMED["7d"](now, BERLIN, 1)
    assert found.start == datetime(2026, 10, 21, tzinfo=BERLIN)
    assert found.before == (datetime(2026, 10, 14, tzinfo=BERLIN), datetime(2026, 10, 20, 9, 30, tzinfo=BERLIN))


def test_a_month_is_compared_with_the_one_before_as_far_as_it_is_over():
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    over = month_of(date(2026, 2, 14), UTC, now)
    assert (over.start, over.end) == (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))
    assert over.before == (datetime(2026, 1, 1, tzinfo=UTC), over.start)
    goes_on = month_of(date(2026, 3, 1), UTC, now)
    assert goes_on.end == now
    assert goes_on.before == (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 10, 12, tzinfo=UTC))
