"""Every query answers the same as a plain Python filter over the same sessions."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.models import Project, Session, User
from sessions_app.query import Question, Term, matching, parse, write
from sessions_app.query.search import bounded, look_up, search
from sessions_app.query.walk import Stretch
from tests.query.made_up import queries, sessions
from tests.query.oracle import Oracle
from tests.rows import make_session

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)
NAMES = {"p1": "Shop", "p2": "growth", "p3": "shop"}
zones = st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York"])


class Rows:
    """Made-up rows in the table, and the metadata as it was before."""

    def __init__(self, account) -> None:
        self.account = account
        self.people = {name: User.objects.create_user(name) for name in ("ada", "grace")}
        for project_id, name in NAMES.items():
            Project.objects.create(id=project_id, account=account, name=name)

    def store(self, made: list[dict[str, Any]]) -> tuple[list[Session], dict[str, Any]]:
        kept = [self.row(number, fields) for number, fields in enumerate(made)]
        Session.objects.bulk_create(kept)
        return kept, {session.id: fields["user_metadata"] for session, fields in zip(kept, made, strict=True)}

    def row(self, number: int, fields: dict[str, Any]) -> Session:
        fields = dict(fields)
        started = MIDNIGHT + timedelta(seconds=fields.pop("started_at"))
        lasts, updated, missing = (fields.pop(name) for name in ("lasts", "updated", "missing"))
        owner = fields.pop("created_by")
        return Session(
            id=f"{'s' if number % 2 else 'growth'}-{number}",
            account=self.account,
            started_at=started,
            ended_at=None if lasts is None else started + timedelta(seconds=lasts),
            updated_at=None if updated is None else started + timedelta(seconds=updated),
            missing_since=None if missing is None else started + timedelta(seconds=missing),
            created_by=self.people[owner] if owner else None,
            **fields,
        )


@pytest.fixture
def rows(account) -> Rows:
    return Rows(account)


def answer(terms: list[Term], zone) -> tuple[list[str], datetime]:
    question = Question.ask(parse(write(terms)), None, zone)
    found = search(question, Stretch(), most=100)
    assert found.edge is None
    assert found.count == len(found.ids)
    with bounded():
        known = look_up(question, Stretch(), most=100)
    assert known is None or known.ids == found.ids, "the index knows others"
    unbounded = matching(Session.objects.all(), terms, zone).newest_first()
    assert list(unbounded.values_list("id", flat=True)) == found.ids
    return found.ids, question.now


@settings(
    max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    st.lists(sessions(), min_size=1, max_size=8),
    queries(),
    zones,
)
def test_sql_and_a_plain_filter_agree(rows, made, terms, zone):
    zone = ZoneInfo(zone)
    with transaction.atomic():
        stored, metadata = rows.store(made)
        found, now = answer(terms, zone)
        oracle = Oracle(now, zone, NAMES, metadata)
        expected = [session for session in stored if oracle.matches(session, terms)]
        newest_first = sorted(expected, key=lambda session: (session.started_at, session.id), reverse=True)
        transaction.set_rollback(True)
    assert found == [session.id for session in newest_first]


def found(q: str, tz: str = "UTC") -> list[str]:
    return search(Question.ask(parse(q), None, ZoneInfo(tz)), Stretch(), most=100).ids


def test_a_date_means_its_whole_day_in_the_readers_zone(account):
    before, first, last, after = (
        make_session(account, started_at=datetime.fromisoformat(text)).id
        for text in (
            "2026-10-31T22:59:59Z",
            "2026-10-31T23:00:00Z",
            "2026-11-01T22:59:59.999999Z",
            "2026-11-01T23:00:00Z",
        )
    )
    assert found("started:2026-11-01", "Europe/Berlin") == [last, first]
    assert found("started:>2026-11-01", "Europe/Berlin") == [after, last, first]
    assert found("started:<2026-11-01", "Europe/Berlin") == [before]
    assert found("-started:2026-11-01", "Europe/Berlin") == [after, before]
    assert found("started:2026-10-31") == [first, before]
    assert found("started:>2026-10-31T23:00") == [after, last]
    assert found("started:2026-11-01T00:00+01:00") == [first]


def test_a_day_of_25_hours_is_25_hours_long(account):
    late = make_session(account, started_at=datetime(2026, 10, 25, 22, 30, tzinfo=UTC)).id
    assert found("started:2026-10-25", "Europe/Berlin") == [late]
    assert found("started:2026-10-25", "Africa/Lagos") == [late]
    assert found("started:2026-10-25", "Asia/Tokyo") == []


def test_ago_counts_back_from_now(account):
    now = timezone.now()
    young, old = (make_session(account, started_at=now - timedelta(hours=hours)).id for hours in (1, 3))
    assert found("started:<2h") == [young]
    assert found("started:>2h") == [old]
    assert found("-started:<2h") == [old]


def test_a_running_session_lasts_until_now(account):
    now = timezone.now()
    running = make_session(account, status="RUNNING", started_at=now - timedelta(minutes=10)).id
    make_session(account, started_at=now - timedelta(minutes=20))
    assert found("duration:>5m") == [running]
    assert found("duration:<9m") != [running]


@pytest.mark.parametrize(
    ("value", "written", "not_written"),
    [
        (3, "3", "3.0"),
        (3.0, "3.0", "3"),
        (1.5, "1.5", "1.50"),
        (100, "100", "1e2"),
        (1e-7, "1e-07", "1e-7"),
        (12345678901234567890123, "12345678901234567890123", "12345678901234567890124"),
        (-2, "-2", "2"),
        (True, "true", "1"),
        ("3", "3", "3.0"),
        ("1e2", "1e2", "100"),
    ],
)
def test_numbers_and_booleans_match_by_their_json_text(account, value, written, not_written):
    session = make_session(account, user_metadata={"v": value}).id
    assert found(f"v={written}") == [session]
    assert found(f"v={not_written}") == []


def test_only_numbers_compare(account):
    many = make_session(account, user_metadata={"attempt": 3}).id
    for value in ("3", True, None, [3], {"attempt": 3}, 2, 2.0):
        make_session(account, user_metadata={"attempt": value})
    assert found("attempt>2") == [many]
    assert found("attempt<100 attempt>2.5") == [many]
    assert len(found("-attempt>2")) == 7


def test_presence_finds_null_lists_and_objects(account):
    present = [make_session(account, user_metadata={"k": value}).id for value in (None, [], {}, "", 0)]
    absent = [make_session(account, user_metadata=value).id for value in ({}, [], ["k"], "k", [{"k": 1}])]
    assert set(found("k=*")) == set(present)
    assert set(found("-k=*")) == set(absent)


def test_a_list_is_never_looked_into_by_its_numbers(account):
    make_session(account, user_metadata={"a": ["x"]})
    inside = make_session(account, user_metadata={"a": {"0": "x"}}).id
    assert found("a.0=x") == [inside]


def test_words_are_whole_runs_of_one_value_in_their_order(account):
    session = make_session(
        account, user_metadata={"note": "Nightly SWEEP, then_retry", "deep": [{"er": "größe 2.5"}]}
    ).id
    make_session(account, user_metadata={"sweep": "key", "a": "nightly", "b": "sweeping"})
    for q in ("sweep", "SWEEP", '"nightly sweep"', '"nightly, sweep"', "then_retry", "GRÖSSE,größe", "2.5"):
        assert found(q) == [session], q
    for q in ("swee", '"sweep nightly"', "retry", "then", '"sweep größe"', "grösse"):
        assert session not in found(q), q


@pytest.mark.parametrize("q", ["a" + ".a" * 900 + "=1", "a" + ".a" * 900 + ">1", "a" + ".a" * 900 + "=*"])
def test_a_path_of_any_depth_is_answered(account, q):
    make_session(account)
    assert found(q) == []
