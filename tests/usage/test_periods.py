"""Hours and days as the reader's clock has them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions_app.usage.periods import hours_since, last_days, last_hours, midnight

NOW = datetime(2026, 11, 25, 17, 19, 4, tzinfo=UTC)


def test_days_run_from_the_readers_midnight_to_now() -> None:
    days = last_days(NOW, ZoneInfo("Asia/Kathmandu"), 7)
    assert len(days) == 7
    assert days.borders[-2] == datetime(2026, 11, 24, 18, 15, tzinfo=UTC)
    assert days.end == NOW


@pytest.mark.parametrize(("month", "day", "hours"), [(3, 29, 23), (10, 25, 25)])
def test_a_day_at_the_change_of_clocks_has_its_own_length(month: int, day: int, hours: int) -> None:
    noon_after = datetime(2026, month, day + 1, 12, tzinfo=UTC)
    zone = ZoneInfo("Europe/Berlin")
    start, end = next(iter(last_days(noon_after, zone, 2)))
    assert end - start == timedelta(hours=hours)
    assert len(hours_since(start, end, zone)) == hours


def test_hours_begin_on_the_readers_full_hour() -> None:
    hours = last_hours(NOW, ZoneInfo("Asia/Kathmandu"), 24)
    assert len(hours) == 24
    assert {start.astimezone(hours.zone).minute for start, _ in hours} == {0}
    assert hours.end == NOW
    assert hours.end - hours.start > timedelta(hours=23)


def test_hours_since_a_midnight_reach_to_now_without_a_hole() -> None:
    zone = ZoneInfo("Europe/Berlin")
    hours = hours_since(midnight(NOW, zone, days_ago=1), NOW, zone)
    assert all(a_end == b_start for (_, a_end), (b_start, _) in zip(list(hours)[:-1], list(hours)[1:], strict=True))
    assert len(hours) == 24 + 19
