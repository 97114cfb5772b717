"""The few readings that are fetched tell the same as all that are stored."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.models import Account, Project, UsageSnapshot
from sessions_app.usage.counter import LONGEST_STEP, Curve, Gap, Reading
from sessions_app.usage.periods import HOUR, Periods
from sessions_app.usage.readings import Measure, curves
from sessions_app.usage.telling import choose

START = datetime(2026, 11, 20, tzinfo=UTC)
HOURS = Periods(tuple(START + k * HOUR for k in range(25)), "hour", UTC)
DAY = Periods((HOURS.start, HOURS.end), "day", UTC)
MINUTES = timedelta(minutes=1)
# A step to the next reading, how long it then stays so, and by how much it went up; None begins a new cycle.
STEPS = st.tuples(
    st.sampled_from([1, 5, 5, 5, 15, 16, 200]), st.sampled_from([0, 0, 0, 3, 70]), st.none() | st.integers(1, 9)
)

# By how much one of the two counters went up; None begins a new cycle.
RISES = st.sampled_from([0, 0, 0, 1, 2, None])


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
    before = [(None, None), *((row.unchanged_until, row.browser_minutes) for row in rows)]
    stored = [
        Reading(row.taken_at, row.unchanged_until, row.browser_minutes, *link)
        for row, link in zip(rows, before, strict=False)
    ]
    stored = stored[: next((n + 1 for n, reading in enumerate(stored) if reading.taken_at > HOURS.end), None)]
    every = Curve(stored)
    chosen = curves(Project.objects.all(), "browser_minutes", HOURS).get("checkout", Curve([]))
    assert [chosen.used(*hour) for hour in HOURS] == [every.used(*hour) for hour in HOURS]
    assert [chosen.estimates(*hour) for hour in HOURS] == [every.estimates(*hour) for hour in HOURS]
    assert [reset for reset in every.resets if reset > START] == [reset for reset in chosen.resets if reset > START]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    begin=st.integers(-600, 300),
    steps=st.lists(st.tuples(STEPS, RISES, RISES), min_size=2, max_size=40),
    is_chosen=st.booleans(),
)
def test_gaps_are_where_readings_are_missing_while_this_measure_moved(
    project: Project, begin: int, steps: list, is_chosen: bool
) -> None:
    """However the time is cut, and whatever the other measure did."""
    rows = read(project, begin, steps)
    if is_chosen:
        choose()
    for measure in get_args(Measure):
        for periods in (HOURS, DAY):
            found = curves(Project.objects.all(), measure, periods).get("checkout", Curve([])).gaps
            assert within_the_day(found) == within_the_day(missing(rows, measure))


def read(project: Project, begin: int, steps: list) -> list[UsageSnapshot]:
    UsageSnapshot.objects.all().delete()
    moment, counters, rows = START + begin * MINUTES, {"browser_minutes": 9, "proxy_bytes": 9}, []
    for (step, unchanged, _), *rises in steps:
        taken_at, moment = moment + step * MINUTES, moment + (step + unchanged) * MINUTES
        for name, rise in zip(counters, rises, strict=True):
            counters[name] = counters[name] // 2 if rise is None else counters[name] + rise
        rows.append(UsageSnapshot(project=project, taken_at=taken_at, unchanged_until=moment, **counters))
    return UsageSnapshot.objects.bulk_create(rows)


def missing(rows: list[UsageSnapshot], measure: str) -> list[Gap]:
    return [
        Gap(before.unchanged_until, after.taken_at)
        for before, after in pairwise(rows)
        if after.taken_at - before.unchanged_until > LONGEST_STEP
        and getattr(after, measure) != getattr(before, measure)
    ]


def within_the_day(gaps: list[Gap]) -> list[Gap]:
    return [part for gap in gaps if (part := gap.within(DAY.start, DAY.end))]
