"""Differences of a running counter: nothing is lost, nothing is negative, and what is not known is said."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sessions_app.usage.counter import Curve, Gap, Reading

START = datetime(2026, 11, 25, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def curve_of(*readings: tuple[float, int]) -> Curve:
    return Curve(linked([Reading(at(minute), at(minute), value, None) for minute, value in readings]))


def linked(readings: list[Reading]) -> list[Reading]:
    """Each one knows how far the one before it reached, and where it stood."""
    return readings[:1] + [
        replace(reading, read_before=before.unchanged_until, value_before=before.value)
        for before, reading in itertools.pairwise(readings)
    ]


@st.composite
def any_readings(draw: st.DrawFn) -> list[Reading]:
    steps = draw(
        st.lists(st.tuples(st.integers(1, 10**11), st.integers(0, 10**11), st.integers(0, 2**62)), max_size=12)
    )
    moment, readings = START, []
    for step, unchanged, value in steps:
        taken_at = moment + timedelta(microseconds=step)
        moment = taken_at + timedelta(microseconds=unchanged)
        readings.append(Reading(taken_at, moment, value, None))
    return linked(readings)


@given(any_readings(), st.lists(st.integers(0, 10**13), max_size=20))
def test_parts_add_up_to_the_whole_and_are_never_negative(readings: list[Reading], cuts: list[int]) -> None:
    curve = Curve(readings)
    start, end = START, START + timedelta(days=400)
    borders = [start, *sorted(START + timedelta(microseconds=cut) for cut in cuts), end]
    parts = [curve.used(a, b) for a, b in itertools.pairwise(borders)]
    values = [reading.value for reading in readings]
    whole = sum(b - a if b >= a else b for a, b in itertools.pairwise(values))
    assert all(part is None or part >= 0 for part in parts)
    assert sum(part or 0 for part in parts) == whole
    assert (curve.used(start, end) or 0) == whole


@given(any_readings(), st.data())
def test_late_readings_that_overlap_others_take_nothing_away(readings: list[Reading], data: st.DataObject) -> None:
    """A corrected one may lie within a stretch in which the one before was said to stand."""
    longer = [
        replace(
            reading, unchanged_until=reading.unchanged_until + timedelta(microseconds=data.draw(st.integers(0, 10**12)))
        )
        for reading in readings
    ]
    curve = Curve(linked(longer))
    moments = sorted({moment for reading in longer for moment in (reading.taken_at, reading.unchanged_until)})
    parts = [curve.used(a, b) for a, b in itertools.pairwise(moments)]
    assert all(part is None or part >= 0 for part in parts)
    whole = sum(b.value - a.value if b.value >= a.value else b.value for a, b in itertools.pairwise(longer))
    assert sum(part or 0 for part in parts) == whole


def test_the_first_reading_counts_as_nothing() -> None:
    curve = curve_of((0, 480), (5, 482))
    assert curve.used(at(-60), at(60)) == 2


def test_a_fall_begins_a_new_cycle_with_the_new_value() -> None:
    curve = curve_of((0, 480), (5, 482), (10, 3), (15, 4))
    assert curve.used(at(0), at(15)) == 2 + 3 + 1
    assert curve.resets == [at(10)]


def test_what_lies_outside_the_readings_is_not_known() -> None:
    curve = curve_of((10, 1), (15, 1), (20, 4))
    assert curve.used(at(0), at(10)) is None
    assert curve.used(at(20), at(30)) is None
    assert curve.used(at(0), at(60)) == 3
    assert Curve([]).used(at(0), at(60)) is None


def test_an_idle_stretch_between_readings_is_nought_and_known() -> None:
    curve = Curve(linked([Reading(at(0), at(600), 7, None), Reading(at(605), at(605), 9, None)]))
    assert curve.used(at(60), at(120)) == 0
    assert curve.gaps == []


def test_a_short_step_over_a_border_is_shared_by_time() -> None:
    curve = curve_of((-4, 100), (1, 110))
    assert curve.used(at(-60), at(0)) == 8
    assert curve.used(at(0), at(60)) == 2
    assert not curve.estimates(at(-60), at(0))


def test_a_long_step_is_a_gap_and_what_is_cut_from_it_an_estimate() -> None:
    curve = curve_of((-60, 100), (60, 220))
    assert curve.gaps == [Gap(at(-60), at(60))]
    assert curve.used(at(-60), at(0)) == 60
    assert curve.estimates(at(-60), at(0))
    assert not curve.estimates(at(-120), at(120))
