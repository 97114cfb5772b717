"""The walk through sessions: counts, how far it searched, following `next`."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app.models import User
from tests.rows import START, make_project, make_session
from tests.views.listing import ask, follow, ids

pytestmark = pytest.mark.django_db


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
