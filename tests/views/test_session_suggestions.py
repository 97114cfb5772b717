from datetime import date
from html import unescape

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sessions_app.actions import tokens
from sessions_app.models import User
from tests.rows import make_project, make_session


def suggested(client, q: str, at: int | None = None, **more) -> list[str]:
    return [one["text"] for one in answer(client, q, at, **more)["suggestions"]]


def answer(client, q: str, at: int | None = None, **more) -> dict:
    place = {} if at is None else {"at": at}
    response = client.get("/sessions/suggestions/", {"format": "json", "q": q, **place, **more})
    assert response.status_code == 200
    return response.json()


@pytest.fixture
def few(account, user):
    checkout = make_project(account, id="p1", name="checkout")
    for number in range(3):
        make_session(
            account,
            project=checkout,
            created_by=user,
            user_metadata={"team": "growth", "attempt": number, "run": "4711"},
        )
    make_session(account, status="ERROR", region="eu", user_metadata={"team": "labs, new", "a.b": {"c d": True}})
    make_session(account, status="TIMED_OUT", project_id="ghost", user_metadata={"team": "growth", "env": None})


def test_an_empty_query_offers_fields_and_the_keys_that_occur(signed_in, few):
    found = answer(signed_in, "")
    texts = [one["text"] for one in found["suggestions"]]
    assert {"status:", "project:", "started:", "proxy_mb:"} <= set(texts)
    team = next(one for one in found["suggestions"] if one["text"] == "team=")
    assert team == {"text": "team=", "detail": "growth, labs, new", "count": 5}
    assert '"a.b"."c d"=' in texts
    assert found["replace"] == [0, 0]
    assert found["over"] == 5


def test_what_begins_so_comes_first_and_values_are_found_without_their_key(signed_in, few):
    assert suggested(signed_in, "sta")[:2] == ["status:", "started:"]
    assert "team=growth" in suggested(signed_in, "grow")
    assert "status:ERROR" in suggested(signed_in, "err")


@pytest.mark.parametrize(
    ("q", "first", "replace"),
    [
        ("team=", {"text": "growth", "detail": "", "count": 4}, [5, 5]),
        ("-team=gr", {"text": "growth", "detail": "", "count": 4}, [6, 8]),
        ("team=growth,", {"text": '"labs, new"', "detail": "", "count": 1}, [12, 12]),
        ('team="la', {"text": '"labs, new"', "detail": "", "count": 1}, [5, 8]),
        ('"a.b"."c d"=', {"text": "true", "detail": "", "count": 1}, [12, 12]),
        ("status:", {"text": "COMPLETED", "detail": "", "count": 3}, [7, 7]),
        ("status:err", {"text": "ERROR", "detail": "", "count": 1}, [7, 10]),
        ("team=growth status:", {"text": "COMPLETED", "detail": "", "count": 3}, [19, 19]),
        ("-status:COMPLETED team=l", {"text": '"labs, new"', "detail": "", "count": 1}, [23, 24]),
        ("project:", {"text": "checkout", "detail": "", "count": 3}, [8, 8]),
        ("by:", {"text": "ada", "detail": "", "count": 3}, [3, 3]),
        ("region:e", {"text": "eu", "detail": "", "count": 1}, [7, 8]),
        ("attempt>", {"text": "2", "detail": "", "count": None}, [8, 8]),
        ("keep_alive:t", {"text": "true", "detail": "was to stay open", "count": None}, [11, 12]),
        ("duration:", {"text": ">5m", "detail": "longer than 5 minutes", "count": None}, [9, 9]),
        ("duration:>90", {"text": ">90s", "detail": "longer than 90 seconds", "count": None}, [9, 12]),
        ("started:<1", {"text": "<1s", "detail": "less than 1 second ago", "count": None}, [8, 10]),
    ],
)
def test_values_that_occur_are_offered_with_their_counts(signed_in, few, q, first, replace):
    found = answer(signed_in, q)
    assert found["suggestions"][0] == first
    assert found["replace"] == replace


def test_a_status_that_occurs_only_far_from_the_selection_is_offered_without_a_count(signed_in, few):
    found = answer(signed_in, "region:eu status:timed")["suggestions"]
    assert found == [{"text": "TIMED_OUT", "detail": "", "count": None}]


def test_the_caret_says_which_piece_is_replaced(signed_in, few):
    assert answer(signed_in, "team=gr status:ERROR", at=7)["replace"] == [5, 7]
    assert answer(signed_in, "team=growth,labs", at=6)["replace"] == [5, 11]
    assert answer(signed_in, "te=growth", at=2)["replace"] == [0, 3]
    assert answer(signed_in, "team=growth ", at=12)["replace"] == [12, 12]


def test_moments_know_what_day_it_is_for_the_reader(signed_in, few):
    east, west = ("Pacific/Kiritimati", "Pacific/Pago_Pago")  # never on the same day
    days = [suggested(signed_in, "started:2", tz=tz)[0] for tz in (east, west)]
    assert date.fromisoformat(days[0]) > date.fromisoformat(days[1])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=40) | st.text('ateam=:<>"\\,.-* ', max_size=20),
    st.sampled_from(["", "0", "3", "99999", "-1", "x"]),
)
@example("status:\x00", "")
@example("team=" + "é" * 3_000, "")
@example(" ".join("abcdefgh" * 60), "7")
def test_no_text_whatever_breaks_it(signed_in, few, q, at):
    for form in ("json", "html"):
        assert signed_in.get("/sessions/suggestions/", {"format": form, "q": q, "at": at}).status_code == 200


def test_a_zone_that_is_none_is_said(signed_in):
    answer = signed_in.get("/sessions/suggestions/?format=json&q=&tz=Mars")
    assert answer.status_code == 400
    assert answer.json()["error"]["parameter"] == "tz"


def test_a_program_is_offered_only_what_it_may_see(client, account, few):
    make_session(
        account, project=make_project(account, id="p2", name="secret"), region="mars", user_metadata={"own": 1}
    )
    robot, _ = tokens.owner_called("nightly")
    User.objects.create_user("grace")
    _, secret = tokens.make(robot, "read", account, project_ids=["p1"], by=None)

    def offered(q):
        headers = {"Authorization": f"Bearer {secret}"}
        response = client.get("/sessions/suggestions/", {"q": q}, headers=headers)
        return [one["text"] for one in response.json()["suggestions"]]

    assert "own=" not in offered("")
    assert "mars" not in offered("region:")
    assert "secret" not in offered("project:")
    assert offered("by:") == ["ada", "*"]
    assert offered("project:") == ["checkout", "*"]


def bar_of(client, q: str, **more) -> str:
    return unescape(client.get("/sessions/suggestions/", {"q": q, **more}).content.decode())


def test_the_bar_shows_what_was_written_as_chips_and_what_is_wrong(signed_in, few):
    page = bar_of(signed_in, "team=growth -status:ERROR", columns="id")
    assert 'data-term="team=growth"' in page
    assert "<b>not</b>" in page
    assert "columns=id&drop=-status%3AERROR" in page
    wrong = bar_of(signed_in, "team=growth color:red")
    assert "<mark>color:red</mark>" in wrong
    assert "?q=team%3Dgrowth+color%3Dred" in wrong


def test_what_is_half_written_is_not_called_wrong(signed_in):
    assert "missing" not in bar_of(signed_in, "team=", at=5)
    assert "no duration" not in bar_of(signed_in, "duration:>5", at=11)
    assert "no duration" in bar_of(signed_in, "duration:>5 x", at=13)
    assert "missing" in bar_of(signed_in, "team=")
    assert 'no field "color"' in bar_of(signed_in, "color:r", at=7)


def test_the_number_of_database_queries_is_small(signed_in, few, django_assert_max_num_queries):
    for q in ("", "te", "team=", "status:", "project:", "by:a", "team=growth status:ERROR region:"):
        with django_assert_max_num_queries(16):
            answer(signed_in, q)
