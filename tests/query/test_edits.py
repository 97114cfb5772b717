from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import assume, given

from sessions_app.models import Session, User
from sessions_app.query import QueryError, Term, parse, write
from sessions_app.query.edits import add, drop, exclude, read_one
from tests.query.made_up import queries, sessions, terms
from tests.query.oracle import Oracle


@pytest.mark.parametrize(
    ("q", "term", "canonical"),
    [
        ("", "team=growth", "team=growth"),
        ("status:ERROR", "team=growth", "status:ERROR team=growth"),
        ("team=growth", "team=growth", "team=growth"),
        ("team=growth", "team=labs", "team=growth,labs"),
        ("team=growth,labs", "team=growth", "team=growth"),
        ("team=growth", "order.team=labs", "team=growth order.team=labs"),
        ("status:error", "status:ERROR", "status:ERROR"),
        ("status:error", "status:TIMED_OUT", "status:error,TIMED_OUT"),
        ("-team=growth", "team=growth", "team=growth"),
        ("-team=growth,labs", "team=growth", "-team=labs team=growth"),
        ("-team=growth", "-team=labs", "-team=growth,labs"),
        ("duration:>5m", "duration:<1h", "duration:>5m duration:<1h"),
        ("attempt>2", "attempt=3", "attempt>2 attempt=3"),
        ("team=*", "team=growth", "team=* team=growth"),
        ("price", "check", "price check"),
        ("", 'note="x y"', 'note="x y"'),
        ("", "team=a,a", "team=a"),
    ],
)
def test_adding_includes(q, term, canonical):
    assert write(add(parse(q), read_one(term))) == canonical


@pytest.mark.parametrize(
    ("q", "term", "canonical"),
    [
        ("", "team=growth", "-team=growth"),
        ("team=growth", "team=growth", "-team=growth"),
        ("team=growth,labs", "team=growth", "team=labs"),
        ("-team=growth", "team=labs", "-team=growth,labs"),
        ("-team=growth", "team=growth", "-team=growth"),
        ("-attempt>2", "attempt=3", "-attempt>2 -attempt=3"),
        ("team=*,growth", "team=growth", "team=* -team=growth"),
        ("id:aa,aab", "id:aa", "id:aab -id:aa"),
        ("price,check", "price", "check -price"),
        ("status:running", "status:RUNNING", "-status:RUNNING"),
        ("", "-team=growth", "team=growth"),
    ],
)
def test_not_excludes(q, term, canonical):
    assert write(exclude(parse(q), read_one(term))) == canonical


@pytest.mark.parametrize(
    ("q", "term", "canonical"),
    [
        ("team=growth", "team=growth", ""),
        ("team=growth,labs status:ERROR", "team=labs", "team=growth status:ERROR"),
        ("team=growth", "-team=growth", "team=growth"),
        ("-team=growth,labs", "-team=labs", "-team=growth"),
        ("attempt>2", "attempt=2", "attempt>2"),
        ("started:<7d", "started:<7d", ""),
    ],
)
def test_dropping_takes_a_term_or_a_value_away(q, term, canonical):
    assert write(drop(parse(q), read_one(term))) == canonical


@pytest.mark.parametrize(("text", "position"), [("", 0), ("team=", 5), ("a=1 b=2", 4), (" a=1  b=2", 6)])
def test_an_edit_takes_one_term(text, position):
    with pytest.raises(QueryError) as caught:
        read_one(text)
    assert caught.value.position == position


def is_of(one: Term, term: Term) -> bool:
    return (one.kind, one.path) == (term.kind, term.path)


@given(queries(), terms())
def test_what_was_added_stays_and_what_has_other_keys_is_left_alone(found, term):
    changed = add(found, term)
    once_more = add(changed, term)  # what was one of several allowed values remains alone
    assert add(once_more, term) == once_more
    assert parse(write(changed)) == changed
    assert [one for one in changed if not is_of(one, term)] == [one for one in found if not is_of(one, term)]


@given(queries(), terms())
def test_dropping_undoes_adding(found, term):
    assume(not any(is_of(one, term) for one in found))
    assert drop(add(found, term), term) == found


NOW = datetime(2026, 11, 2, tzinfo=UTC)
NAMES = {"p1": "Shop", "p2": "growth"}


def meets(made: dict[str, Any], terms: list[Term]) -> bool:
    """Whether a session with these fields, which is in no table, is found."""
    fields = {name: value for name, value in made.items() if name not in ("lasts", "updated", "missing", "created_by")}
    owner = User(username=made["created_by"]) if made["created_by"] else None
    started_at = NOW + timedelta(seconds=fields.pop("started_at"))
    session = Session(id="s-1", started_at=started_at, created_by=owner, **fields)
    return Oracle(NOW, UTC, NAMES, {"s-1": made["user_metadata"]}).matches(session, terms)


@given(sessions(), queries(), terms())
def test_adding_what_the_query_did_not_name_narrows_it_down_to_that(made, found, term):
    assume(not any(is_of(one, term) for one in found))
    assert meets(made, add(found, term)) == (meets(made, found) and meets(made, [term]))


@given(sessions(), queries(), terms())
def test_what_was_excluded_is_not_found(made, found, term):
    assume(not term.negated)
    assert not (meets(made, exclude(found, term)) and meets(made, [term]))
