"""What stands out, as JSON and as the card beside the list."""

from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from sessions_app.actions import tokens
from sessions_app.models import Session
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def world(account):
    """Half of what fails is of growth, an eighth of the rest; all that fails started within one hour."""
    groups = (("ERROR", "growth", 10), ("ERROR", "a b", 10), ("COMPLETED", "growth", 10), ("COMPLETED", "labs", 70))
    for status, team, times in groups:
        hours = 0 if status == "ERROR" else -30
        for number in range(times):
            started_at = NOON + timedelta(hours=hours, seconds=number)
            make_session(account, status=status, started_at=started_at, user_metadata={"team": team})


def ask(client, q: str, **more):
    return client.get("/sessions/stand-outs/", {"q": q, "format": "json", **more}).json()


def fragment(client, q: str = "", **more) -> str:
    return client.get("/sessions/stand-outs/", {"q": q, **more}, headers=FRAGMENT).content.decode()


def test_a_query_is_compared_with_the_others_of_its_time(signed_in, world):
    answer = ask(signed_in, "status:ERROR")
    first, second, third = answer["stand_outs"]
    assert (answer["of"], answer["rest_of"], answer["sampled"]) == (20, 80, False)
    assert (first["key"], first["value"], first["term"], first["share"]) == ("hour", "12:00", None, 1.0)
    assert (second["term"], second["count"], second["of"]) == ('team="a b"', 10, 20)
    assert third == {
        "key": "team",
        "value": "growth",
        "term": "team=growth",
        "share": 0.5,
        "share_of_rest": 0.125,
        "count": 10,
        "of": 20,
        "rest_count": 10,
        "rest_of": 80,
    }


def test_only_the_querys_own_time_is_the_rest(signed_in, world):
    answer = ask(signed_in, "status:ERROR started:>2026-11-01")
    assert (answer["of"], answer["rest_of"], answer["stand_outs"]) == (20, 0, [])


def test_a_part_is_compared_with_the_other_times(signed_in, world):
    part = {"from": "2026-11-01T12:00:00Z", "to": "2026-11-01T13:00:00Z"}
    answer = ask(signed_in, "", **part)
    assert (answer["of"], answer["rest_of"]) == (20, 80)
    assert (answer["from"], answer["to"]) == tuple(part.values())
    assert [one["term"] for one in answer["stand_outs"]] == ["status:ERROR", 'team="a b"', "team=growth"]


def test_with_nothing_to_compare_it_says_what_to_do(signed_in, world):
    assert ask(signed_in, "started:<7d") == {
        "stand_outs": [],
        "of": None,
        "rest_of": None,
        "sampled": False,
        "from": None,
        "to": None,
    }
    assert "Add a filter, or drag over the bars" in fragment(signed_in)
    assert "no others to compare with" in fragment(signed_in, 'team=growth,labs,"a b"')
    assert "No session is selected" in fragment(signed_in, "team=mars")


def test_where_nothing_stands_out_it_says_so(signed_in, account):
    for number in range(20):
        make_session(account, user_metadata={"even": number % 2, "team": "growth"})
    assert "Nothing: 10 sessions are much like the 10 others." in fragment(signed_in, "even=0")


def test_the_card_links_each_to_its_term_with_the_numbers(signed_in, world):
    html = fragment(signed_in, "status:ERROR", tz="UTC")
    assert "<b>50 %</b> against 12 %" in html
    assert "10 of 20, 10 of 80" in html
    link = html.partition('data-term="team=growth"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert unquote(link).replace("&amp;", "&") == "/sessions/?q=status:ERROR&tz=UTC&add=team=growth"
    assert "12:00" in html
    assert "Estimated" not in html


def test_the_card_of_a_part_names_it_and_leads_back(signed_in, world):
    html = fragment(signed_in, "team=growth", **{"from": "2026-11-01T12:00:00Z", "to": "", "tz": "Europe/Berlin"})
    assert "From 1 Nov 13:00 on against the other times" in html
    assert "/sessions/?q=team%3Dgrowth&amp;tz=Europe%2FBerlin" in html


def test_a_part_that_is_none_is_an_error_that_names_it(signed_in, world):
    response = signed_in.get("/sessions/stand-outs/", {"from": "noon", "format": "json"})
    assert response.status_code == 400
    assert response.json()["error"]["parameter"] == "from"
    assert "no date" in fragment(signed_in, **{"from": "noon"})


def test_text_of_strangers_stays_text(signed_in, account):
    for number in range(20):
        odd = {"<b>": "<img src=x onerror=alert(1)>"} if number % 2 else {}
        make_session(account, status="ERROR" if number % 2 else "COMPLETED", user_metadata=odd)
    html = fragment(signed_in, "status:ERROR")
    assert "&lt;img" in html
    assert "<img" not in html


def test_a_token_compares_only_what_it_may_see(client, account, user):
    seen, hidden = make_project(account), make_project(account)
    for number in range(40):
        team = "growth" if number % 2 else "labs"
        for project in (seen, hidden):
            status = "ERROR" if number % 2 else "COMPLETED"
            make_session(account, project=project, status=status, user_metadata={"team": team, project.id: "x"})
    _, text = tokens.make(user, "read", account, project_ids=[seen.id])
    answer = client.get("/sessions/stand-outs/?q=status:ERROR", headers={"Authorization": f"Bearer {text}"}).json()
    assert (answer["of"], answer["rest_of"]) == (20, 20)
    assert [one["term"] for one in answer["stand_outs"]] == ["team=growth"]


def test_the_number_of_queries_is_constant(signed_in, world, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        ask(signed_in, "status:ERROR")
    Session.objects.all().delete()
    with django_assert_max_num_queries(14):
        ask(signed_in, "status:ERROR")
