"""The few readings that are fetched tell the same as all that are stored."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.models import Account, Project, UsageSnapshot
from sessions_app.usage.counter import Curve, Reading
from sessions_app.usage.periods import HOUR, Periods
from sessions_app.usage.readings import curves
from sessions_app.usage.telling import choose

START = datetime(2026, 11, 20, tzinfo=UTC)
HOURS = Periods(tuple(START + k * HOUR for k in range(25)), "hour", UTC)
MINUTES = timedelta(minutes=1)
# A step to the next reading, how long it then stays so, and by how much it went up; None begins a new cycle.
STEPS = st.tuples(
    st.sampled_from([1, 5, 5, 5, 15, 16, 200]), st.sampled_from([0, 0, 0, 3, 70]), st.none() | st.integers(1, 9)
)


@pytest.fixture
def project(db: None) -> Project:
    account = Account.objects.create(name="main", base_url="http://127.0.0.1")
    return Project.objects.create(id="checkout", account=account)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    begin=st.integers(-600, 300),
    steps=st.lists(STEPS, min_size=1, max_size=60),
    is_chosen=st.booleans(),
    is_late=st.booleans(),
)
def test_the_chosen_readings_give_the_same_figures_as_all(
    project: Project, begin: int, steps: list, is_chosen: bool, is_late: bool
) -> None:
    """Where they are late, one may lie within the time in which the one before was said to stand."""
    UsageSnapshot.objects.all().delete()
    rows, moment, value = [], START + begin * MINUTES, 40
    for step, unchanged, more in steps:
        moment += step * MINUTES
        value = value // 2 if more is None else value + more
        rows.append(
            UsageSnapshot(
                project=project,
                taken_at=moment,
                unchanged_until=moment + unchanged * MINUTES,
                browser_minutes=value,
                proxy_bytes=0,
            )
        )
        moment += unchanged * MINUTES if not is_late else 0 * MINUTES
    UsageSnapshot.objects.bulk_create(rows)
    if is_chosen:
        choose()
    ends = [None, *(row.unchanged_until for row in rows)]
    stored = [
        Reading(row.taken_at, row.unchanged_until, row.browser_minutes, end)
        for row, end in zip(rows, ends, strict=False)
    ]
    stored = stored[: next((n + 1 for n, reading in enumerate(stored) if reading.taken_at > HOURS.end), None)]
    every = Curve(stored)
    chosen = curves(Project.objects.all(), "browser_minutes", HOURS).get("checkout", Curve([]))
    assert [chosen.used(*hour) for hour in HOURS] == [every.used(*hour) for hour in HOURS]
    assert [chosen.estimates(*hour) for hour in HOURS] == [every.estimates(*hour) for hour in HOURS]
    assert [reset for reset in every.resets if reset > START] == [reset for reset in chosen.resets if reset > START]
