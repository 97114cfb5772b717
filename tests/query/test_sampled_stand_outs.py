"""What stands out among more sessions than are read: a sample of them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from sessions_app.query import Question, parse
from sessions_app.query.stand_outs import READ, Comparison, stand_outs
from tests.conftest import make_account

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)

SEEDED = """
    INSERT INTO sessions_app_session (id, account_id, status, region, started_at, keep_alive, context_id, proxy_bytes,
        user_metadata, raw, first_seen, changed_at)
    SELECT lpad(n::text, 6, '0'), %s, CASE WHEN n %% 5 = 0 THEN 'ERROR' ELSE 'COMPLETED' END, 'us-west-2',
        %s + n * interval '1 second', false, '', 0,
        jsonb_build_object('team', CASE WHEN n %% 5 = 0 AND n %% 2 = 0 THEN 'growth' ELSE 't' || n %% 3 END,
            'rare', CASE WHEN n < 100 THEN 'yes' ELSE 'no' END, 'odd', n %% 2,
            'run', CASE WHEN n >= 10000 THEN n / 8 END), '{}', now(), now()
    FROM generate_series(0, 29999) n
"""


@pytest.fixture(scope="module", autouse=True)
def many(module_db):
    """More than are read: of what fails half is of growth, of the first hundred all is rare, a run lies together."""
    account = make_account("many", "http://upstream.invalid", "bb_test_many")
    with connection.cursor() as cursor:
        cursor.execute(SEEDED, [account.pk, MIDNIGHT])
        cursor.execute("ANALYZE sessions_app_session")


def test_many_are_sampled_and_the_shares_are_near():
    answer = stand_outs(Comparison.of_query(Question.ask(parse("status:ERROR"), None)))
    assert answer.sampled
    assert answer.of + answer.rest_of < READ * 1.5
    first = answer.found[0]
    assert (first.term, first.rest_count) == ("team=growth", 0)
    assert first.share == pytest.approx(0.5, abs=0.1)


def test_what_a_sample_has_too_few_of_is_looked_for():
    answer = stand_outs(Comparison.of_query(Question.ask(parse("rare=yes"), None)))
    assert answer.of == 100
    assert {one.key for one in answer.found} <= {"status", "team", "hour"}


def test_a_part_far_back_is_compared_too():
    start, end = MIDNIGHT, MIDNIGHT + timedelta(seconds=100)
    answer = stand_outs(Comparison.of_part(Question.ask([], None), start, end))
    assert answer.of == 100
    assert [one.term for one in answer.found][:1] == ["rare=yes"]


def test_what_lies_on_one_page_of_a_sample_is_no_news():
    start, end = MIDNIGHT + timedelta(seconds=12_000), MIDNIGHT + timedelta(seconds=19_000)
    answer = stand_outs(Comparison.of_part(Question.ask([], None), start, end))
    assert answer.sampled
    assert [one.term for one in answer.found if one.key == "run"] == []
