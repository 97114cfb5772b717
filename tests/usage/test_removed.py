"""Sessions that are removed by age leave what they added up to, and nothing else of them is made up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from sessions_app.models import Session, Wish
from sessions_app.query import parse
from sessions_app.usage.amounts import AMOUNTS
from sessions_app.usage.breakdown import Review, breakdown
from sessions_app.usage.periods import periods_between
from sessions_app.usage.removed import remove_some
from sessions_app.usage.rollups import fold, rebuild
from sessions_app.usage.splits import NAMES, Split
from sessions_app.usage.summary import Summary, summaries
from tests.rows import make_project, make_session, sum_by_day

DAY = datetime(2026, 10, 20, tzinfo=UTC)
NOW = DAY + timedelta(days=9)
BORDER = DAY + timedelta(days=1, hours=12, minutes=7)
PERIODS = periods_between(DAY - timedelta(hours=2), DAY + timedelta(days=4), "day", UTC)
SPLITS = (*NAMES, "metadata.team", "metadata.order.status")


def session(account, hours: float, minutes: float = 50, **fields) -> Session:
    started_at = DAY + timedelta(hours=hours)
    return make_session(account, started_at=started_at, ended_at=started_at + timedelta(minutes=minutes), **fields)


def figures(q: str = "", splits=SPLITS, periods=PERIODS, user=None):
    return {
        (split, name): breakdown(
            Review(name, periods, tuple(map(Split.read, split.split(" "))), user, NOW, tuple(parse(q)))
        ).rows
        for split in splits
        for name in AMOUNTS
    }


@pytest.fixture
def sessions(account, user) -> None:
    """Of four days; the first of them long over, one runs, one ended before it began."""
    project = make_project(account)
    for hour in range(0, 96, 3):
        metadata = {"team": hour % 4, "order": {"status": "paid"}} if hour % 2 else {"team": "growth"}
        owner = user if hour % 5 else None
        status = ("COMPLETED", "ERROR", "TIMED_OUT")[hour % 3]
        session(
            account, hour, project=project, user_metadata=metadata, created_by=owner, proxy_bytes=hour, status=status
        )
    session(account, 5, minutes=20 * 60)  # longer than what is settled
    session(account, 6, minutes=-30)
    make_session(account, started_at=DAY + timedelta(hours=1), status="RUNNING")


@pytest.mark.parametrize("by_day", [False, True], ids=["", "by day"])
@pytest.mark.django_db(transaction=True)
def test_figures_stay_the_same_when_sessions_are_removed_and_when_sums_are_built_anew(sessions, by_day):
    zone = "Asia/Kathmandu" if by_day else "UTC"
    periods = periods_between(DAY - timedelta(hours=2), DAY + timedelta(days=4), "day", ZoneInfo(zone))
    if by_day:
        sum_by_day("team")
    before = figures(periods=periods)
    kept = Session.objects.count()
    while remove_some(BORDER, most=5):
        assert figures(periods=periods) == before
    assert 0 < Session.objects.count() < kept
    fold()
    assert figures(periods=periods) == before
    rebuild()
    assert figures(periods=periods) == before
    call_command("rebuild_usage", verbosity=0)
    assert figures(periods=periods) == before


@pytest.mark.django_db
def test_where_each_session_is_looked_at_the_whole_is_the_same_and_what_is_gone_not_set(sessions):
    remove_some(BORDER, most=1_000)
    wholes = {name: breakdown(Review(name, PERIODS, (Split("status"),), None, NOW)).totals for name in AMOUNTS}
    for (split, name), rows in figures(splits=["metadata.team region", "metadata.team"]).items():
        totals = {period: sum(cells.get(period, 0) for cells in rows.values()) for period in range(len(PERIODS))}
        assert totals == {period: wholes[name].get(period, 0) for period in range(len(PERIODS))}, (split, name)
    pairs = figures(splits=["metadata.team region"])["metadata.team region", "sessions"]
    assert sum(pairs[None, None].values()) > 0


@pytest.mark.django_db
def test_one_value_too_long_for_the_sums_takes_no_other_value_with_it(sessions, account):
    session(account, 2, user_metadata={"team": "x" * 201})
    before = figures(splits=["metadata.team"])
    while remove_some(BORDER, most=3):
        pass
    for (_, name), rows in figures(splits=["metadata.team"]).items():
        then = before["metadata.team", name]
        assert rows.get(('"growth"',)) == then.get(('"growth"',))
        assert sum(sum(cells.values()) for cells in rows.values()) == sum(
            sum(cells.values()) for cells in then.values()
        )


@pytest.mark.django_db
def test_removed_ones_keep_their_values_where_a_long_value_leaves_the_path_to_the_sessions(sessions, account):
    session(account, 80, user_metadata={"team": "x" * 201})
    fold()
    assert_the_removed_keep_their_teams(PERIODS)


@pytest.mark.django_db
def test_removed_ones_keep_their_values_hour_by_hour_too_of_a_path_that_is_stored_by_day(sessions):
    sum_by_day("team")
    fold()
    assert_the_removed_keep_their_teams(periods_between(DAY - timedelta(hours=2), DAY + timedelta(days=4), "hour", UTC))


@pytest.mark.parametrize("is_looked_at", [False, True], ids=["summed", "looked at"])
@pytest.mark.django_db
def test_a_table_of_usage_stays_the_same_but_for_how_long_the_longest_lasted(sessions, account, is_looked_at):
    session(account, 80, user_metadata={"team": "x" * 201 if is_looked_at else "growth"})
    fold()
    team, pairs = table("metadata.team"), table("metadata.team region")
    while remove_some(BORDER, most=5):
        assert table("metadata.team") == team
    assert table("metadata.team region")[1] == pairs[1] == team[1]
    assert summaries(asked("metadata.team"))[1].p95_s is None


def table(split: str) -> tuple[dict, Summary]:
    found, whole = summaries(asked(split))
    return {keys: replace(one, p95_s=None) for keys, one in found.items() if not one.is_nothing}, replace(
        whole, p95_s=None
    )


def asked(split: str) -> Review:
    return Review("used_us", PERIODS, tuple(map(Split.read, split.split(" "))), None, NOW)


def assert_the_removed_keep_their_teams(periods):
    before = figures(splits=["metadata.team"], periods=periods)
    while remove_some(BORDER, most=5):
        assert figures(splits=["metadata.team"], periods=periods) == before


@pytest.mark.django_db
def test_removed_ones_keep_their_fields_until_the_sums_are_rounded_otherwise(sessions, settings):
    fold()
    remove_some(BORDER, most=1_000)
    before = figures()
    settings.ROUND_MINUTES = 30
    after = figures()
    for split in SPLITS:
        assert after[split, "sessions"] == before[split, "sessions"]


@pytest.mark.django_db
def test_a_filter_finds_only_what_is_left(sessions):
    everything = figures(q="duration:>0s", splits=["status"])["status", "sessions"]
    remove_some(BORDER, most=1_000)
    left = figures(q="duration:>0s", splits=["status"])["status", "sessions"]
    assert (
        0
        < sum(sum(cells.values()) for cells in left.values())
        < sum(sum(cells.values()) for cells in everything.values())
    )


@pytest.mark.django_db
def test_what_runs_what_is_strange_and_what_is_younger_stays(account):
    old = session(account, 1)
    Wish.objects.create(session=old)
    stays = [
        make_session(account, started_at=DAY, status="RUNNING"),
        session(account, 1, minutes=-30),
        session(account, 1, proxy_bytes=2**60),
        session(account, 1, minutes=31 * 24 * 60),
        session(account, 36, minutes=30),
    ]
    assert remove_some(BORDER, most=1_000) == 1
    assert set(Session.objects.all()) == set(stays)
    assert not Wish.objects.exists()
