from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.rows import make_session


def query_after(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).path == "/sessions/"
    return parse_qsl(urlsplit(answer["Location"]).query)


@pytest.mark.parametrize(
    ("query", "q"),
    [
        ("q=status:ERROR&add=team%3Dgrowth", "status:ERROR team=growth"),
        ("q=team%3Dgrowth&not=team%3Dgrowth", "-team=growth"),
        ("q=team%3Dgrowth+status:ERROR&drop=team%3Dgrowth", "status:ERROR"),
        ("add=a%3D1&add=b%3D2&not=c%3D3", "a=1 b=2 -c=3"),
        ("q=started:<7d&add=started:<1d&drop=started:<7d", "started:<1d"),
    ],
)
def test_links_edit_the_query(signed_in, query, q):
    assert dict(query_after(signed_in.get(f"/sessions/?{query}"))) == {"q": q}


def test_an_edit_leaves_nothing_behind_where_nothing_is_asked_any_more(signed_in):
    assert signed_in.get("/sessions/?q=team%3Dx&drop=team%3Dx")["Location"] == "/sessions/"


def test_the_rest_of_the_address_is_kept_but_the_place_in_the_list(signed_in, account):
    make_session(account)
    make_session(account)
    older = urlsplit(signed_in.get("/sessions/?format=json&limit=1").json()["next"]).query.partition("cursor=")[2]
    answer = signed_in.get(f"/sessions/?q=a%3D1&limit=5&other=1&other=2&tz=UTC&cursor={older}&add=b%3D%26")
    assert query_after(answer) == [
        ("q", "a=1 b=&"),
        ("limit", "5"),
        ("other", "1"),
        ("other", "2"),
        ("tz", "UTC"),
    ]


def test_a_term_that_is_none_is_said_on_the_page_with_its_place(signed_in):
    page = signed_in.get("/sessions/?q=a%3D1&add=status:").content.decode()
    assert "Something is missing" in page
    assert "<code>add=status:<mark>" in page


def test_scripts_get_what_the_edited_query_finds(signed_in, account):
    growth = make_session(account, user_metadata={"team": "growth"})
    make_session(account, user_metadata={"team": "labs"})
    answer = signed_in.get("/sessions/?format=json&q=team%3D*&not=team%3Dlabs&limit=1").json()
    assert [one["id"] for one in answer["results"]] == [growth.id]
    assert signed_in.get("/sessions/latest/?format=json&add=team%3Dgrowth").json()["id"] == growth.id


@pytest.mark.parametrize(("name", "term", "position"), [("add", "a=1 b=2", 4), ("not", "x:1", 0), ("drop", "", 0)])
def test_scripts_read_where_the_term_is_bad(signed_in, name, term, position):
    answer = signed_in.get("/sessions/", {"format": "json", name: term})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert (error["parameter"], error["position"]) == (name, position)
