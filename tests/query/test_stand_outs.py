"""What stands out, held to a plain count in Python over the same sessions."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sessions_app.models import Session, User
from sessions_app.query import Question, matching, parse, write
from sessions_app.query.filters import Filters
from sessions_app.query.names import Names
from sessions_app.query.ranges import stretch
from sessions_app.query.stand_outs import Comparison, StandOut, stand_outs
from tests.query.oracle import Oracle
from tests.rows import make_project

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)
NAMES = {"p1": "Shop"}
WRITTEN = {True: "true"}
TEAMS = ("growth", "data", "a b", 3, True, None)
made = st.fixed_dictionaries(
    {
        "team": st.sampled_from(TEAMS),
        "env": st.sampled_from(("prod", "dev")),
        "status": st.sampled_from(("COMPLETED", "ERROR")),
        "region": st.sampled_from(("us-west-2", "")),
        "project_id": st.sampled_from(("p1", "ghost", None)),
        "owner": st.sampled_from(("ada", None)),
        "hour": st.sampled_from((0, 5, 23)),
    }
)
# Each some times over: what stands out is of at least five.
worlds = st.lists(st.tuples(made, st.integers(1, 12)), max_size=8).map(
    lambda groups: [fields for fields, times in groups for _ in range(times)]
)
by_chance = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
asked = st.sampled_from(
    (
        "team=growth",
        "-team=growth",
        "status:ERROR",
        "-status:error env=prod",
        "by:ada",
        "-by:ada",
        "-region:*",
        "project:p1",
    )
)


def has(session: Session) -> set[tuple[str, str]]:
    """(key, value) as people read them."""
    found = {("hour", f"{session.started_at:%H:00}"), ("status", session.status), ("region", session.region)}
    if session.project_id is not None:
        found.add(("project", NAMES.get(session.project_id, session.project_id)))
    if session.created_by:
        found.add(("by", session.created_by.username))
    if (team := session.user_metadata["team"]) is not None:
        found.add(("team", WRITTEN.get(team, str(team))))
    return found | {("order.env", session.user_metadata["order"]["env"])}


def expected(selected: list[Session], others: list[Session], named: set[str]) -> dict[tuple[str, str], tuple[int, ...]]:
    """By the book and without rounding: five sessions, a hundredth, three standard deviations."""
    counts, rest = (Counter(one for session in side for one in has(session)) for side in (selected, others))
    found = {}
    for one, count in counts.items():
        numbers = count, len(selected), rest[one], len(others)
        if others and one[0] not in named and count >= 5 and differs(*numbers):
            found[one] = numbers
    return found


def differs(count: int, of: int, rest_count: int, rest_of: int) -> bool:
    difference = Fraction(count, of) - Fraction(rest_count, rest_of)
    share = Fraction(count + rest_count, of + rest_of)
    variance = share * (1 - share) * (Fraction(1, of) + Fraction(1, rest_of))
    assume(abs(difference**2 - 9 * variance) > 1e-12 or not variance)
    return difference >= Fraction(1, 100) and difference**2 >= 9 * variance


@pytest.fixture
def people(account) -> dict[str | None, User | None]:
    make_project(account, id="p1", name=NAMES["p1"])
    return {"ada": User.objects.create_user("ada"), None: None}


def store(account, people, world) -> list[Session]:
    return Session.objects.bulk_create(
        Session(
            id=f"s-{number}",
            account=account,
            status=one["status"],
            region=one["region"],
            project_id=one["project_id"],
            created_by=people[one["owner"]],
            started_at=MIDNIGHT + timedelta(hours=one["hour"], seconds=number),
            user_metadata={"team": one["team"], "order": {"env": one["env"]}},
        )
        for number, one in enumerate(world)
    )


def numbers_of(found: list[StandOut]) -> dict[tuple[str, str], tuple[int, ...]]:
    shown = {(one.key, one.value): (one.count, one.of, one.rest_count, one.rest_of) for one in found}
    assert len(shown) == len(found)
    shares = [one.share - one.share_of_rest for one in found]
    assert shares == sorted(shares, reverse=True)
    return shown


@by_chance
@given(worlds, asked)
def test_a_selection_is_compared_with_all_others(account, people, world, q):
    with transaction.atomic():
        kept = store(account, people, world)
        question = Question.ask(parse(q), None)
        answer = stand_outs(Comparison.of_query(question))
        transaction.set_rollback(True)
    oracle = Oracle(question.now, UTC, NAMES, {session.id: session.user_metadata for session in kept})
    selected = [session for session in kept if oracle.matches(session, parse(q))]
    others = [session for session in kept if session not in selected]
    named = {term.kind if term.kind != "metadata" else ".".join(term.path) for term in parse(q)}
    assert not answer.sampled
    assert (answer.of, answer.rest_of) == (len(selected), len(others))
    assert numbers_of(answer.found) == expected(selected, others, named)


@by_chance
@given(worlds, st.sampled_from(("", "order.env=prod")), st.sampled_from((0, 5)), st.sampled_from((6, 23)))
def test_a_part_is_compared_with_the_other_times(account, people, world, q, start, end):
    start, end = (MIDNIGHT + timedelta(hours=hour) for hour in (start, end))
    with transaction.atomic():
        kept = store(account, people, world)
        question = Question.ask(parse(q), None)
        answer = stand_outs(Comparison.of_part(question, start, end))
        transaction.set_rollback(True)
    meant = [session for session in kept if not q or session.user_metadata["order"]["env"] == "prod"]
    selected = [session for session in meant if start <= session.started_at < end]
    others = [session for session in meant if session not in selected]
    assert (answer.of, answer.rest_of) == (len(selected), len(others))
    assert numbers_of(answer.found) == expected(selected, others, {"hour"})


def test_each_is_a_term_that_finds_as_many(account, people):
    one = {"team": "a b", "env": "prod", "status": "ERROR", "region": "", "project_id": "p1", "owner": "ada", "hour": 5}
    other = dict.fromkeys(one) | {"team": "data", "status": "COMPLETED", "region": "us-west-2", "hour": 23}
    store(account, people, [one] * 20 + [other] * 30)
    found = stand_outs(Comparison.of_query(Question.ask(parse("order.env=prod"), None))).found
    assert {one.term for one in found} == {'team="a b"', "status:ERROR", 'region:""', "project:p1", "by:ada", ""}
    for stand_out in found:
        if stand_out.term:
            terms = parse(f"order.env=prod {stand_out.term}")
            assert matching(Session.objects.all(), terms).count() == stand_out.count == 20


@pytest.mark.parametrize("q", ["", "started:<7d", "-started:<2026-11-01 started:<2026-12-01"])
def test_time_alone_is_no_selection(db, q):
    assert Comparison.of_query(Question.ask(parse(q), None)) is None


def test_a_range_is_written_with_its_first_moment_and_without_its_last():
    zone = ZoneInfo("Europe/Berlin")
    start, end = datetime(2026, 11, 1, 17, tzinfo=UTC), datetime(2026, 11, 1, 23, tzinfo=UTC)
    assert write(stretch(start, end, zone)) == "-started:<2026-11-01T18:00+01:00 started:<2026-11-02+01:00"
    assert write(stretch(end, None, zone)) == "started:>2026-11-02+01:00"
    assert write(stretch(start, None, UTC)) == "-started:<2026-11-01T17:00Z"


moments = st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC))


@given(moments, moments, st.sampled_from(sorted(available_timezones())).map(ZoneInfo))
def test_a_written_range_means_those_moments(start, end, zone):
    filters = Filters(Names([]), MIDNIGHT)
    conditions = [filters.condition(term) for term in parse(write(stretch(start, end, zone)))]
    assert conditions[0] in (Q(started_at__gte=start), ~Q(started_at__lt=start))
    assert conditions[1] == Q(started_at__lt=end)
