"""Facets count what really occurs: each value's term finds just as many sessions."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.query import Question, parse
from sessions_app.query.facets import Tally, field_facets, metadata_facets, tally
from sessions_app.query.search import search
from sessions_app.query.walk import Stretch
from tests.query.made_up import sessions
from tests.query.test_answers import Rows
from tests.rows import make_session

pytestmark = pytest.mark.django_db


def found(q: str) -> int:
    return search(Question.ask(parse(q), None), Stretch(), most=0).count


def counted(q: str = "") -> Tally:
    return tally(Question.ask(parse(q), None))


@pytest.fixture
def rows(account) -> Rows:
    return Rows(account)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(sessions(), min_size=1, max_size=8))
def test_each_value_is_found_as_often_as_it_is_counted(rows, made):
    with transaction.atomic():
        rows.store(made)
        tallied = counted()
        facets = metadata_facets(tallied) + field_facets(tallied)
        values = {value["term"]: value["count"] for facet in facets for value in facet["values"]}
        assert {term: found(term) for term in values} == values
        assert tallied.over == len(made)
        transaction.set_rollback(True)


def test_the_path_of_each_value_is_that_of_a_query(account):
    metadata = {"a": {"b": 1, "c.d": "x y"}, "n": 1.5, "yes": True, "none": None, "list": ["z"], "long": "l" * 501}
    make_session(account, user_metadata=metadata)
    terms = [value["term"] for facet in metadata_facets(counted()) for value in facet["values"]]
    assert sorted(terms) == ['a."c.d"="x y"', "a.b=1", "n=1.5", "yes=true"]


@pytest.mark.parametrize("metadata", [[], ["a"], "a", 3])
def test_metadata_that_are_no_object_have_no_facets(account, metadata):
    make_session(account, user_metadata=metadata)
    assert counted().paths == {}
    assert counted().over == 1


def test_nothing_found_has_no_facets(account):
    make_session(account)
    assert (counted("team=mars").over, field_facets(counted("team=mars"))) == (0, [])
