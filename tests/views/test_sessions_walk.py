"""The walk through many sessions: counts, how far it searched, following `next`."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app.models import User
from tests.rows import START, make_project, make_session

pytestmark = pytest.mark.django_db


def ask(client, q: str = "", **more):
    return client.get("/sessions/", {"q": q, "format": "json", **more}).json()


def ids(answer) -> list[str]:
    return [session["id"] for session in answer["results"]]


def follow(client, q: str, **more) -> list[dict]:
    """Every answer, from the first to the one without `next`."""
    answers = [ask(client, q, **more)]
    while answers[-1]["next"]:
        answers.append(client.get(answers[-1]["next"]).json())
    return answers


ROWS = """
    INSERT INTO sessions_app_session (id, account_id, project_id, status, region, started_at, ended_at, keep_alive,
        context_id, proxy_bytes, user_metadata, raw, first_seen, changed_at)
    SELECT lpad(n::text, 6, '0'), %s, 'p', CASE WHEN n < 5 THEN 'ERROR' ELSE 'COMPLETED' END, 'us-west-2',
        %s + n * interval '1 second', %s, false, '', 0,
        jsonb_build_object('n', n, 'rare', CASE WHEN n %% 1000 = 0 THEN 'yes' ELSE 'no' END, 'team', 't' || n %% 3),
        '{}', now(), now()
    FROM generate_series(0, 59999) n
"""


@pytest.fixture
def many(account):
    """60,000 sessions a second apart, the newest last: more than a request walks. Every 1,000th is rare."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [account.pk, START - timedelta(seconds=60_000), START])
        cursor.execute("ANALYZE sessions_app_session")


def test_a_long_search_stops_says_how_far_it_came_and_goes_on(signed_in, many):
    first, second = follow(signed_in, "-rare=no n<3000")
    assert first["results"] == []
    assert first["count"] == {"value": 0, "capped": True}
    assert first["searched_back_to"] == (START - timedelta(seconds=18_000)).isoformat().replace("+00:00", "Z")
    assert ids(second) == ["002000", "001000", "000000"]
    assert second["count"] == {"value": 3, "capped": False}
    assert second["searched_back_to"] is None


def test_the_page_says_how_far_it_searched_and_offers_to_go_on(signed_in, many):
    page = signed_in.get("/sessions/?q=-rare%3Dno+n<3000").content.decode()
    assert "No match so far" in page
    assert "Searched back to" in page
    assert "Go on" in page


@pytest.mark.parametrize("q", ["n=3", "status:error n=3", "000003", "id:000003", "started:<2026-11-19T19:21 n<4 n>2"])
def test_what_an_index_knows_is_found_at_once_however_far_back(signed_in, many, q):
    answer = ask(signed_in, q)
    if q == "000003":  # a word can be anywhere
        assert answer["searched_back_to"] is not None
        return
    assert ids(answer) == ["000003"]
    assert answer["count"] == {"value": 1, "capped": False}
    assert (answer["next"], answer["searched_back_to"]) == (None, None)


def test_following_next_gives_every_match_once_with_the_count_so_far(signed_in, many):
    answers = follow(signed_in, "rare=yes -n=0", limit=20)
    found = [session_id for answer in answers for session_id in ids(answer)]
    assert found == [f"{number:06}" for number in range(59_000, 0, -1_000)]
    assert answers[-1]["count"] == {"value": 59, "capped": False}


def test_a_table_that_is_taken_for_a_much_larger_one_still_gives_every_match_once(signed_in, many):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = 1000000 WHERE oid = 'sessions_app_session'::regclass")
    for q, matches in (("-rare=no", 60), ("n<9", 9), ("zzzz", 0), ("status:error rare=no", 4), ("rare=yes", 60)):
        answers = follow(signed_in, q)
        found = [session_id for answer in answers for session_id in ids(answer)]
        assert len(found) == len(set(found)) == matches, q
        assert answers[-1]["count"] == {"value": matches, "capped": False}


def test_beyond_ten_thousand_the_count_is_capped(signed_in, many):
    for q in ("", "status:completed", "-rare=maybe", "team=t1,t2", "started:<2026-11-20T03:00"):
        assert ask(signed_in, q)["count"] == {"value": 10_000, "capped": True}


def test_where_the_count_would_take_long_it_is_what_was_found_so_far(signed_in, many):
    count = ask(signed_in, "team=t1")["count"]
    assert count["capped"] is True
    assert 1_000 < count["value"] < 20_000
    assert "10,000+ sessions" in signed_in.get("/sessions/").content.decode()


def test_the_count_is_exact_where_the_walk_reached_the_end(signed_in, account):
    for number in range(7):
        make_session(account, user_metadata={"odd": number % 2 == 1})
    for answer in follow(signed_in, "-odd=true", limit=2):
        assert answer["count"] == {"value": 4, "capped": False}
        assert answer["searched_back_to"] is None


def test_sessions_that_arrive_while_paging_are_no_part_of_it(signed_in, account):
    old = [make_session(account, user_metadata={"team": "a"}).id for _ in range(5)]
    answer = ask(signed_in, "team=a", limit=2)
    found = ids(answer)
    while answer["next"]:
        make_session(account, user_metadata={"team": "a"})
        answer = signed_in.get(answer["next"]).json()
        found += ids(answer)
    assert found == old[::-1]


def test_many_that_started_at_the_same_moment_are_each_given_once(signed_in, account):
    made = {make_session(account, started_at=START, status=("ERROR", "COMPLETED")[n % 2]).id for n in range(11)}
    answers = follow(signed_in, "status:COMPLETED,ERROR", limit=3)
    found = [session_id for answer in answers for session_id in ids(answer)]
    assert len(found) == 11
    assert set(found) == made


def test_next_keeps_the_zone_and_the_query(signed_in, account):
    for _ in range(2):
        make_session(account, started_at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC))
    answer = ask(signed_in, "started:2026-11-01", tz="Europe/Berlin", limit=1)
    assert parse_qs(urlsplit(answer["next"]).query)["tz"] == ["Europe/Berlin"]
    assert len(ids(signed_in.get(answer["next"]).json())) == 1
    assert ask(signed_in, "started:2026-11-01")["results"] == []


def test_dates_are_the_readers_where_the_browser_said_its_zone(signed_in, account):
    late = make_session(account, started_at=datetime(2026, 10, 31, 23, 30, tzinfo=UTC)).id
    signed_in.cookies["tz"] = "Europe/Berlin"
    assert ids(ask(signed_in, "started:2026-11-01")) == [late]
    assert ids(ask(signed_in, "started:2026-11-01", tz="UTC")) == []


def test_a_zone_that_does_not_exist_is_said(signed_in):
    answer = signed_in.get("/sessions/", {"tz": "Mars/Olympus", "format": "json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["parameter"] == "tz"


@pytest.mark.parametrize("q", ["", "team=a", "project:shop status:ERROR,COMPLETED -by:ada word region:us-west-2"])
def test_the_number_of_queries_depends_on_neither_rows_nor_matches(signed_in, account, q):
    project = make_project(account, name="shop")

    def queries_with(rows: int) -> int:
        for _ in range(rows):
            metadata = {"team": "a", "note": "word"}
            make_session(account, project=project, user_metadata=metadata, status="ERROR")
        with CaptureQueriesContext(connection) as captured:
            assert len(ask(signed_in, q)["results"]) > 0
        return len(captured)

    assert queries_with(2) == queries_with(60)


def test_a_robots_and_a_persons_sessions_are_found_by_their_user_name(signed_in, account, user):
    robot = User.objects.create_user("nightly", is_robot=True)
    mine, robots = (make_session(account, created_by=owner).id for owner in (user, robot))
    nobodys = make_session(account).id
    assert ids(ask(signed_in, "by:ada")) == [mine]
    assert ids(ask(signed_in, "by:nightly,ada")) == [robots, mine]
    assert ids(ask(signed_in, "-by:*")) == [nobodys]
    assert ids(ask(signed_in, "by:nobody")) == []


@pytest.fixture
def locked_table(account):
    """Nobody can read sessions while this lasts: the database makes whoever asks wait."""
    known = connection.get_connection_params()
    login = {name: known[name] for name in ("dbname", "user", "password", "host", "port") if name in known}
    with psycopg.connect(**login) as other:
        other.execute("LOCK TABLE sessions_app_session IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_is_said_and_leaves_an_open_list_alone(signed_in, locked_table):
    answer = signed_in.get("/sessions/?format=json")
    assert answer.status_code == 503
    assert "takes too long" in answer.json()["error"]["message"]
    assert signed_in.get("/sessions/?format=csv").status_code == 503
    assert signed_in.get("/sessions/", headers={"HX-Request": "true"}).status_code == 204
