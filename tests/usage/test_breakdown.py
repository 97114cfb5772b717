"""The sums, whatever happens to the sessions, are what the sessions add up to."""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.models import Account, Project, Session, UsageChange, UsageDay, UsageQuarter, User
from sessions_app.query import parse
from sessions_app.usage.amounts import AMOUNTS
from sessions_app.usage.breakdown import Breakdown, Review, breakdown
from sessions_app.usage.periods import Periods, periods_between
from sessions_app.usage.rollups import fold, rebuild
from sessions_app.usage.splits import Split
from sessions_app.usage.summary import look_at
from tests.rows import make_session, sum_by_day
from tests.usage import oracle

MIDNIGHT = datetime(2026, 10, 25, tzinfo=UTC)  # clocks are put back in Europe
NOW = MIDNIGHT + timedelta(days=2, hours=7, minutes=3, seconds=9)
NOW_S = int((NOW - MIDNIGHT).total_seconds())
ZONES = ("UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Chatham", "America/St_Johns")
MEASURES = {
    "browser_minutes": ("used_us", 60_000_000),
    "wasted_minutes": ("wasted_us", 60_000_000),
    "sessions": ("sessions", 1),
    "proxy_bytes": ("proxy_bytes", 1),
    "COMPLETED": ("completed", 1),
    "TIMED_OUT": ("timed_out", 1),
    "ERROR": ("failed", 1),
}
SPLITS = ("project", "account", "status", "region", "keep_alive", "by", "metadata.team", "metadata.a.b", "metadata.nix")

values = st.sampled_from(
    ("growth", "1", "", "=1", 1, 1.0, 1.5, -2, 10**20, True, False, None, [1], {"b": "x"}, {"b": 7})
)
metadata = st.dictionaries(st.sampled_from(("team", "a", "a.b")), values, max_size=3) | st.sampled_from(([], "text", 3))
seconds = st.integers(-3_600, 190_000) | st.sampled_from((0, 900, 899, 85_500, 86_400, 79_200, 100_800))
lengths = (
    st.none()
    | st.integers(-90, 5_000)
    | st.sampled_from((0, 59, 60, 61, 900, 40_000, 43_200, 43_201, 200_000, -99_999))
)
rows = st.fixed_dictionaries(
    {
        "started_at": seconds | st.integers(NOW_S - 90, NOW_S + 3_600),
        "lasts": lengths,
        "status": st.sampled_from(("COMPLETED", "RUNNING", "PENDING", "TIMED_OUT", "ERROR", "HIBERNATING", "")),
        "updated": st.none() | st.integers(0, 3_000),
        "missing": st.none() | st.none() | st.integers(0, 3_000),
        "project_id": st.sampled_from(("p1", "p2", "ghost", "", None)),
        "region": st.sampled_from(("us-west-2", "moon", "")),
        "keep_alive": st.booleans(),
        "proxy_bytes": st.sampled_from((0, 1, 5_000_000, 2**60)),
        "account": st.sampled_from(("main", "other")),
        "owner": st.sampled_from(("ada", "grace", None)),
        "user_metadata": metadata,
    }
)
numbers = st.integers(0, 5)
steps = st.one_of(
    st.tuples(st.just("store"), numbers, rows),
    st.tuples(st.just("store"), numbers, rows),
    st.tuples(st.just("delete"), numbers, st.none()),
    st.tuples(st.just("hand over"), st.integers(0, 1), st.none()),
    st.tuples(st.just("fold"), st.none(), st.none()),
    st.tuples(st.just("rebuild"), st.none(), st.none()),
)
spans = st.integers(1, 200_000) | st.integers(1, 1_800)  # also within one quarter of an hour
ranges = st.tuples(
    seconds | st.just(NOW_S - 60),
    spans | st.just(60),
    st.sampled_from(("hour", "day", "week", "month")),
    st.sampled_from(ZONES),
)
questions = st.tuples(st.sampled_from(SPLITS), st.sampled_from(tuple(MEASURES)))


class World:
    """Sessions as they are stored, and their metadata as it was before."""

    def __init__(self) -> None:
        accounts = (Account(name=name, base_url="http://127.0.0.1:1") for name in ("main", "other"))
        self.accounts = {account.name: account for account in Account.objects.bulk_create(accounts)}
        self.people = {name: User.objects.create_user(name) for name in ("ada", "grace")}
        self.metadata: dict[str, Any] = {}
        Project.objects.create(id="p1", account=self.accounts["main"], name="shop")

    def live(self, taken: list[tuple], by_day: bool = False) -> None:
        """From nothing, one step after the other. `by_day`: as if there had been many teams."""
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE sessions_app_session CASCADE")
        self.metadata.clear()
        if by_day:
            sum_by_day("team")
        for step in taken:
            self.take(*step)

    def take(self, step: str, number: int | None, fields: dict[str, Any] | None) -> None:
        match step:
            case "fold":
                fold()
            case "rebuild":
                rebuild()
            case "hand over":
                Project.objects.update(account=self.accounts["main" if number else "other"])
            case "delete":
                Session.objects.filter(pk=f"s{number}").delete()
            case "store":
                assert fields is not None
                self.store(f"s{number}", dict(fields))

    def store(self, session_id: str, fields: dict[str, Any]) -> None:
        """A new row, or another answer about one."""
        started = MIDNIGHT + timedelta(seconds=fields.pop("started_at"))
        moments = {
            name: None if (lasts := fields.pop(key)) is None else started + timedelta(seconds=lasts)
            for name, key in (("ended_at", "lasts"), ("updated_at", "updated"), ("missing_since", "missing"))
        }
        account, owner = fields.pop("account"), fields.pop("owner")
        self.metadata[session_id] = fields["user_metadata"]
        Session.objects.update_or_create(
            pk=session_id,
            defaults=fields
            | moments
            | {
                "started_at": started,
                "changed_at": started + timedelta(seconds=30),
                "account": self.accounts[account],
                "created_by": self.people[owner] if owner else None,
            },
        )

    def expected(self, periods, split: str, measure: str) -> oracle.Figures:
        kept = list(Session.objects.select_related("account", "created_by"))
        return oracle.figures(kept, list(periods.borders), split, measure, NOW, self.metadata)


@pytest.fixture
def world(transactional_db: None) -> Iterator[World]:
    return World()


def asked_periods(start: int, lasts: int, by: str, zone: str) -> Periods:
    since = MIDNIGHT + timedelta(seconds=start)
    return periods_between(since, since + timedelta(seconds=lasts), by, ZoneInfo(zone))


def review(periods, split: str, measure: str, q: str = "", user: object = None) -> Review:
    amount, _ = MEASURES[measure]
    return Review(amount, periods, (Split.read(split),), user, NOW, tuple(parse(q)))


def by_two(periods, split: str, measure: str) -> Review:
    """No sums have that."""
    of_one = review(periods, split, measure)
    return replace(of_one, splits=(*of_one.splits, Split("region")))


def answered(found: Breakdown, measure: str) -> oracle.Figures:
    """By the first key of several."""
    _, unit = MEASURES[measure]
    is_text = found.review.splits[0].name in ("project", "account", "status", "region", "by")
    figures: oracle.Figures = defaultdict(lambda: [Fraction(0)] * len(found.review.periods))
    for (key, *_), cells in found.rows.items():
        values = figures[key_of(key, is_text)]
        for period, amount in cells.items():
            values[period] += Fraction(amount, unit)
    return dict(figures)


def key_of(key: str | None, is_text: bool) -> Any:
    value = None if key is None else json.loads(key)
    return value if is_text else oracle.comparable(value)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(steps, min_size=1, max_size=12),
    ranges,
    st.lists(questions, min_size=1, max_size=3, unique=True),
    st.booleans(),
)
def test_sums_sessions_and_a_plain_sum_agree(world, taken, asked, questions, by_day):
    world.live(taken, by_day)
    periods = asked_periods(*asked)
    for split, measure in questions:
        expected = world.expected(periods, split, measure)
        assert answered(breakdown(review(periods, split, measure)), measure) == expected
        assert answered(breakdown(review(periods, split, measure, q="id:s")), measure) == expected
        assert answered(breakdown(by_two(periods, split, measure)), measure) == expected
    fold()
    assert not UsageChange.objects.exists()
    kept = (UsageDay,) if by_day else (UsageDay, UsageQuarter)
    folded = stored(kept)
    rebuild()
    assert stored(kept) == folded


@pytest.mark.parametrize("splits", ["status", "status region"])
@pytest.mark.django_db
def test_bytes_of_what_runs_belong_to_now_also_where_its_start_lies_ahead(account, splits):
    make_session(account, started_at=NOW + timedelta(minutes=5), status="RUNNING", proxy_bytes=7)
    asked = tuple(map(Split.read, splits.split(" ")))
    for since, until, expected in ((-10, 0, 7), (-10, 3, 7), (-10, 10, 7), (-10, -1, 0), (0, 10, 0)):
        periods = Periods((NOW + timedelta(minutes=since), NOW + timedelta(minutes=until)), "day", UTC)
        of_range = Review("proxy_bytes", periods, asked, None, NOW)
        assert breakdown(of_range).totals.get(0, 0) == look_at(of_range)[1].proxy_bytes == expected


def stored(models: tuple[Any, ...]) -> list[dict[Any, tuple[int, ...]]]:
    """All that is kept, by what it is of."""
    return [
        {
            (row.split.name, *row.split.path, json.dumps(row.key.value), row.start): tuple(
                getattr(row, name) for name in AMOUNTS
            )
            for row in model.objects.select_related("split", "key")
        }
        for model in models
    ]
