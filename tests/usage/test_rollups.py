"""What the sums take and what they leave to the sessions, and that nobody ever sees a part of a change."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection

from sessions_app.models import Session, UsageChange, UsageDay, UsageKey, UsageQuarter, UsageSplit
from sessions_app.pulls.bell import ring
from sessions_app.query import parse
from sessions_app.usage.breakdown import Review, breakdown
from sessions_app.usage.periods import By, periods_between
from sessions_app.usage.rollups import fold, rebuild
from sessions_app.usage.splits import (
    LONGEST_VALUE,
    MANY_BY_DAY,
    MOST_BY_DAY,
    MOST_PATHS_BY_DAY,
    MOST_SPLITS,
    MOST_VALUES,
    Split,
)
from tests.conftest import eventually
from tests.rows import make_session, sum_by_day

DAY = datetime(2026, 11, 20, tzinfo=UTC)
NOW = DAY + timedelta(days=3)
DAYS = periods_between(DAY, DAY + timedelta(days=2), "day", UTC)
MINUTE_US = 60_000_000


def session(account, hours: float = 1, minutes: float = 10, **fields) -> Session:
    started_at = DAY + timedelta(hours=hours)
    return make_session(account, started_at=started_at, ended_at=started_at + timedelta(minutes=minutes), **fields)


def minutes(split: str, q: str = "", zone: str = "UTC", by: By = "day") -> dict[str | None, float]:
    periods = periods_between(DAY, DAY + timedelta(days=2), by, ZoneInfo(zone))
    found = breakdown(Review("used_us", periods, (Split.read(split),), None, NOW, tuple(parse(q))))
    return {key: sum(cells.values()) / MINUTE_US for (key,), cells in found.rows.items()}


def both_ways(split: str, zone: str = "UTC") -> dict[str | None, float]:
    """From the sums as far as they have it, and from the sessions."""
    found = minutes(split, zone=zone)
    assert found == minutes(split, q="duration:>0s", zone=zone)
    return found


def is_summed(*path: str) -> bool:
    return UsageSplit.objects.get(name="metadata", path=list(path)).is_summed


@pytest.mark.django_db
def test_a_path_with_many_values_a_day_is_summed_by_day(account):
    for number in range(MOST_VALUES + 1):
        session(account, number / 10, user_metadata={"customer": number, "team": "growth"})
        if number == MOST_VALUES - 1:
            fold()
            assert UsageQuarter.objects.filter(split__path=["customer"]).exists()
    fold()
    assert is_summed("customer")
    assert not UsageQuarter.objects.filter(split__path=["customer"]).exists()
    every = {str(number): 10 for number in range(MOST_VALUES + 1)}
    for zone in ("UTC", "Asia/Kathmandu", "America/St_Johns"):
        assert both_ways("metadata.customer", zone) == every
    assert minutes("metadata.customer", by="hour") == every
    Session.objects.exclude(user_metadata__customer=3).delete()
    assert both_ways("metadata.customer") == {"3": 10}
    fold()
    assert both_ways("metadata.customer") == {"3": 10}
    assert not UsageQuarter.objects.filter(split__path=["customer"]).exists()


@pytest.mark.parametrize(("values", "each"), [(MOST_BY_DAY + 1, 2), (MANY_BY_DAY + 1, 1)], ids=["many", "single"])
@pytest.mark.django_db
def test_a_path_with_too_many_values_a_day_is_left_to_the_sessions(account, values, each):
    many_sessions(account, values * each, values)
    fold()
    assert is_summed("team")
    assert not is_summed("page")
    assert not UsageDay.objects.filter(split__path=["page"]).exists()
    assert not UsageKey.objects.filter(split__path=["page"]).exists()
    assert len(both_ways("metadata.page")) == values


@pytest.mark.django_db
def test_a_path_whose_many_values_come_again_is_summed_by_day(account):
    many_sessions(account, MANY_BY_DAY * 3 // 2, MANY_BY_DAY + 1)
    fold()
    assert is_summed("page")
    assert UsageDay.objects.filter(split__path=["page"]).count() == MANY_BY_DAY + 1
    assert len(both_ways("metadata.page")) == MANY_BY_DAY + 1


def many_sessions(account, count: int, values: int) -> None:
    """Of one minute each."""
    fields = {"account": account, "status": "COMPLETED", "started_at": DAY, "ended_at": DAY + timedelta(minutes=1)}
    Session.objects.bulk_create(
        Session(pk=f"s{number}", user_metadata={"page": number % values, "team": "growth"}, **fields)
        for number in range(count)
    )


@pytest.mark.django_db
def test_of_many_paths_with_many_values_those_with_the_fewest_are_summed_by_day(account):
    for path in range(MOST_PATHS_BY_DAY):
        sum_by_day(f"few {path}")
    for number in range(MOST_VALUES + 1):
        few = {f"few {path}": number % 3 for path in range(MOST_PATHS_BY_DAY)}
        session(account, user_metadata=few | {"page": number})
    fold()
    assert not is_summed("page")
    assert all(is_summed(f"few {path}") for path in range(MOST_PATHS_BY_DAY))
    assert len(both_ways("metadata.page")) == MOST_VALUES + 1
    assert set(both_ways('metadata."few 3"')) == {"0", "1", "2"}


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_sums_a_path_by_quarters_again_that_has_few_values(account):
    for number in range(MOST_VALUES + 1):
        session(account, user_metadata={"customer": number})
    fold()
    Session.objects.exclude(user_metadata__customer=3).delete()
    call_command("rebuild_usage", verbosity=0)
    assert UsageQuarter.objects.filter(split__path=["customer"]).exists()
    assert both_ways("metadata.customer") == {"3": 10}


@pytest.mark.django_db
def test_more_paths_than_the_sums_take_are_answered_all_the_same(account):
    many = {f"key {number}": number % 3 for number in range(MOST_SPLITS + 20)}
    session(account, user_metadata=many)
    fold()
    session(account, user_metadata={"late": "x"})
    fold()
    assert UsageSplit.objects.count() == MOST_SPLITS
    for path in (*many, "late", "nowhere"):
        found = both_ways(f'metadata."{path}"')
        assert sum(found.values()) == pytest.approx(20)
        assert set(found) == ({None} if path == "nowhere" else {None, '"x"' if path == "late" else str(many[path])})


@pytest.mark.django_db
def test_what_is_too_long_or_too_deep_for_the_sums(account):
    deep: dict = {"end": 1}
    for _ in range(30):
        deep = {"a": deep}
    session(account, user_metadata={"note": "n" * (LONGEST_VALUE + 1), "k" * 5_000: "x", "deep": deep, "é\n": "ü"})
    session(account, user_metadata={"note": "short", "": "", "number": 10**400})
    fold()
    assert not is_summed("note")
    assert set(both_ways("metadata.note")) == {'"short"', f'"{"n" * (LONGEST_VALUE + 1)}"'}
    assert both_ways(f"metadata.{'k' * 1_900}") == {None: 20}
    assert both_ways("metadata." + ".".join(["deep", *"a" * 30, "end"])) == {"1": 10, None: 10}
    assert both_ways('metadata.""') == {'""': 10, None: 10}
    assert both_ways("metadata.number") == {str(10**400): 10, None: 10}


@pytest.mark.django_db
def test_absurd_rows_break_nothing(account):
    session(account, proxy_bytes=2**63 - 1)
    session(account, proxy_bytes=2**63 - 1)
    make_session(account, started_at=datetime(1, 1, 2, tzinfo=UTC), ended_at=DAY + timedelta(hours=1))
    make_session(account, started_at=datetime(9999, 12, 30, tzinfo=UTC), ended_at=None, status="COMPLETED")
    fold()
    asked = Review("proxy_bytes", DAYS, (Split("status"),), None, NOW)
    assert breakdown(asked).totals[0] == 2**64 - 2
    assert both_ways("status") == {'"COMPLETED"': 80}


@pytest.mark.django_db
def test_only_what_changes_a_figure_is_in_the_journal(account):
    running = make_session(account, started_at=DAY, status="RUNNING")
    ended = session(account)
    assert UsageChange.objects.count() == 1
    Session.objects.update(checked_at=NOW, raw={"a": 1})
    Session.objects.filter(pk=running.pk).update(region="eu-central-1", proxy_bytes=5)
    assert UsageChange.objects.count() == 1
    Session.objects.filter(pk=ended.pk).update(status="ERROR")
    assert list(UsageChange.objects.order_by("pk").values_list("sign", "status")) == [
        (1, "COMPLETED"),
        (-1, "COMPLETED"),
        (1, "ERROR"),
    ]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_kept_of_a_quarter_to_which_a_session_adds_nothing(account):
    session(account, minutes=15, proxy_bytes=0)
    for sum_up in (fold, rebuild):
        sum_up()
        assert UsageQuarter.objects.filter(split__name="all").count() == 1
    Session.objects.update(proxy_bytes=7)  # which belong to the moment of its end
    fold()
    assert UsageQuarter.objects.filter(split__name="all").count() == 2


@pytest.mark.django_db(transaction=True)
def test_no_reader_sees_half_a_change_while_all_goes_on(account):
    """Sessions move from key to key, sums are folded and rebuilt: the whole is the same at every moment."""
    for number in range(40):
        session(account, number / 4, user_metadata={"team": number % 3})
    over = threading.Event()
    done = threading.Thread(target=go_on, args=(over,))
    done.start()
    try:
        for round_ in range(16):
            assert sum(minutes("status").values()) == pytest.approx(400)
            assert sum(minutes("metadata.team").values()) == pytest.approx(400)
            assert sum(minutes("project").values()) == pytest.approx(400)
            if round_ % 5 == 4:
                rebuild()
            else:
                fold()
    finally:
        over.set()
        done.join()
    fold()
    assert sum(both_ways("status").values()) == pytest.approx(400)
    assert both_ways("metadata.team").keys() <= {"0", "1", "2"}


def go_on(over: threading.Event) -> None:
    number = 0
    while not over.is_set():
        number += 1
        some = Session.objects.filter(started_at__lt=DAY + timedelta(hours=number % 10))
        some.update(status=("ERROR", "COMPLETED")[number % 2], user_metadata={"team": number % 3})
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_the_journal_into_the_sums(account, worker):
    worker(beat=False)
    session(account)
    ring("roll_up_usage", expires_s=60)
    eventually(lambda: not UsageChange.objects.exists() and UsageQuarter.objects.exists(), within_s=60)


@pytest.mark.django_db
def test_split_by_two_each_pair_is_a_key(account, user):
    session(account, user_metadata={"team": "growth", "env": "prod"}, created_by=user)
    session(account, minutes=20, user_metadata={"team": "growth"})
    for second, keys in (("metadata.env", ('"prod"', None)), ("by", (f'"{user.username}"', None))):
        splits = tuple(map(Split.read, ("metadata.team", second)))
        found = breakdown(Review("used_us", DAYS, splits, None, NOW)).rows
        assert {pair: sum(cells.values()) / MINUTE_US for pair, cells in found.items()} == {
            ('"growth"', keys[0]): 10,
            ('"growth"', keys[1]): 20,
        }
