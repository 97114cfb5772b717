"""The walk through more sessions than a request looks at: how far it searched, following `next`, capped counts."""

from datetime import timedelta

import pytest
from django.db import connection

from tests.conftest import make_account
from tests.rows import START
from tests.views.listing import ask, follow, ids

pytestmark = pytest.mark.django_db

ROWS = """
    INSERT INTO sessions_app_session (id, account_id, project_id, status, region, started_at, ended_at, keep_alive,
        context_id, proxy_bytes, user_metadata, raw, first_seen, changed_at)
    SELECT lpad(n::text, 6, '0'), %s, 'p', CASE WHEN n < 5 THEN 'ERROR' ELSE 'COMPLETED' END, 'us-west-2',
        %s + n * interval '1 second', %s, false, '', 0,
        jsonb_build_object('n', n, 'rare', CASE WHEN n %% 1000 = 0 THEN 'yes' ELSE 'no' END, 'team', 't' || n %% 3),
        '{}', now(), now()
    FROM generate_series(0, 59999) n
"""


@pytest.fixture(scope="module", autouse=True)
def many(module_db):
    """60,000 sessions a second apart, the newest last: more than a request walks. Every 1,000th is rare."""
    account = make_account("far", "http://upstream.invalid", "bb_test_far")
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [account.pk, START - timedelta(seconds=60_000), START])
        cursor.execute("ANALYZE sessions_app_session")


def test_a_long_search_stops_says_how_far_it_came_and_goes_on(signed_in):
    first, second = follow(signed_in, "-rare=no n<3000")
    assert first["results"] == []
    assert first["count"] == {"value": 0, "capped": True}
    assert first["searched_back_to"] == (START - timedelta(seconds=18_000)).isoformat().replace("+00:00", "Z")
    assert ids(second) == ["002000", "001000", "000000"]
    assert second["count"] == {"value": 3, "capped": False}
    assert second["searched_back_to"] is None


def test_the_page_says_how_far_it_searched_and_offers_to_go_on(signed_in):
    page = signed_in.get("/sessions/?q=-rare%3Dno+n<3000").content.decode()
    assert "No match so far" in page
    assert "Searched back to" in page
    assert "Go on" in page


@pytest.mark.parametrize("q", ["n=3", "status:error n=3", "000003", "id:000003", "started:<2026-11-19T19:21 n<4 n>2"])
def test_what_an_index_knows_is_found_at_once_however_far_back(signed_in, q):
    answer = ask(signed_in, q)
    if q == "000003":  # a word can be anywhere
        assert answer["searched_back_to"] is not None
        return
    assert ids(answer) == ["000003"]
    assert answer["count"] == {"value": 1, "capped": False}
    assert (answer["next"], answer["searched_back_to"]) == (None, None)


def test_following_next_gives_every_match_once_with_the_count_so_far(signed_in):
    answers = follow(signed_in, "rare=yes -n=0", limit=20)
    found = [session_id for answer in answers for session_id in ids(answer)]
    assert found == [f"{number:06}" for number in range(59_000, 0, -1_000)]
    assert answers[-1]["count"] == {"value": 59, "capped": False}


def test_a_table_that_is_taken_for_a_much_larger_one_still_gives_every_match_once(signed_in):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = 1000000 WHERE oid = 'sessions_app_session'::regclass")
    for q, matches in (("-rare=no", 60), ("n<9", 9), ("zzzz", 0), ("status:error rare=no", 4), ("rare=yes", 60)):
        answers = follow(signed_in, q)
        found = [session_id for answer in answers for session_id in ids(answer)]
        assert len(found) == len(set(found)) == matches, q
        assert answers[-1]["count"] == {"value": matches, "capped": False}


def test_beyond_ten_thousand_the_count_is_capped(signed_in):
    for q in ("", "status:completed", "-rare=maybe", "team=t1,t2", "started:<2026-11-20T03:00"):
        assert ask(signed_in, q)["count"] == {"value": 10_000, "capped": True}


def test_where_the_count_would_take_long_it_is_what_was_found_so_far(signed_in):
    count = ask(signed_in, "team=t1")["count"]
    assert count["capped"] is True
    assert 1_000 < count["value"] < 20_000
    assert "10,000+ sessions" in signed_in.get("/sessions/").content.decode()
