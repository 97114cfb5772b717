"""Facets: what scripts read, and the rail's HTML."""

from urllib.parse import unquote

import pytest

from sessions_app.models import Session
from sessions_app.query import matching, parse
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def world(account, user):
    shop = make_project(account, id="p-1", name="my shop")
    for metadata in ({"team": "growth"}, {"team": "growth", "order": {"n": 1}}, {"team": "a b"}, {"team": None}, {}):
        make_session(account, project=shop, user_metadata=metadata)
    make_session(account, status="ERROR", region="", created_by=user, user_metadata={"team": ["x"], "a.b": True})


def ask(client, q: str = "", **more):
    return client.get("/sessions/facets/", {"q": q, "format": "json", **more}).json()


def fragment(client, q: str = "", **more) -> str:
    return client.get("/sessions/facets/", {"q": q, **more}, headers=FRAGMENT).content.decode()


def test_scripts_get_paths_and_values_as_a_query_writes_them(signed_in, world):
    answer = ask(signed_in)
    assert answer["over"] == 6
    assert [facet["path"] for facet in answer["facets"]] == ["team", '"a.b"', "order.n"]
    values = [(value["value"], value["count"]) for value in answer["facets"][0]["values"]]
    assert values == [("growth", 2), ('"a b"', 1)]


def test_without_htmx_it_is_json_whatever_is_accepted(signed_in, world):
    assert "facets" in signed_in.get("/sessions/facets/", headers={"Accept": "text/html"}).json()


def test_each_value_is_a_link_with_its_count_and_keeps_the_rest_of_the_address(signed_in, world):
    html = fragment(signed_in, "status:COMPLETED", tz="Europe/Berlin", cursor="")
    assert "Counts of 5 sessions" in html
    link = html.split('data-term="team=growth"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert unquote(link) == "/sessions/?q=status:COMPLETED&amp;tz=Europe/Berlin&amp;add=team=growth"
    assert 'data-term="project:p-1"' in html
    assert "my shop" in html
    assert 'data-term="team=&quot;a b&quot;"' in html


def test_what_is_not_set_is_counted_as_its_term_finds_it(signed_in, world):
    html = fragment(signed_in)
    for term, count in (("-team=*", 1), ("-region:*", 1), ("-by:*", 5), ("-project:*", 0)):
        assert matching(Session.objects.all(), parse(term)).count() == count
        row = html.partition(f'data-term="{term}"')[2].partition("</li>")[0]
        assert (f"<span>{count}</span>" in row) is (count > 0)


@pytest.mark.parametrize(
    ("q", "term", "dropped"),
    [
        ("team=growth,x", "team=growth", "team=growth"),
        ("status:completed", "status:COMPLETED", "status:completed"),
        ('project:"my shop"', "project:p-1", 'project:"my shop"'),
    ],
)
def test_what_the_query_names_is_marked_and_a_click_drops_it(signed_in, world, q, term, dropped):
    html = fragment(signed_in, q)
    assert html.count('aria-current="true"') == 1
    before, _, after = html.partition(f'data-term="{term}"')
    assert 'aria-current="true"' in after.partition(">")[0]
    link = before.rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert unquote(link).endswith(f"&drop={dropped}")
    assert signed_in.get(link).headers["Location"] in ("/sessions/", "/sessions/?q=team%3Dx")


def test_keys_that_tell_single_sessions_apart_come_last(signed_in, account):
    for number in range(40):
        make_session(account, user_metadata={"run": number, "team": "growth"} | ({"env": "prod"} if number < 9 else {}))
    html = fragment(signed_in)
    assert html.index('data-key="team"') < html.index('data-key="env"') < html.index('data-key="run"')


def test_many_keys_are_folded_and_can_be_found(signed_in, account):
    make_session(account, user_metadata={f"key-{number}": "x" for number in range(30)})
    html = fragment(signed_in)
    assert "24 more keys" in html
    assert "data-finds-key" in html


def test_text_of_strangers_stays_text(signed_in, account):
    make_session(
        account, status="<b>odd", user_metadata={"<script>": "<img src=x onerror=alert(1)>", "long": "x" * 400}
    )
    html = fragment(signed_in)
    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>" not in html


def test_an_unchanged_rail_costs_a_304_and_the_rows_cost_no_query(signed_in, world, django_assert_max_num_queries):
    first = signed_in.get("/sessions/facets/", headers=FRAGMENT)
    headers = FRAGMENT | {"HX-PTag": first.headers["HX-PTag"]}
    with django_assert_max_num_queries(13):
        assert signed_in.get("/sessions/facets/", headers=headers).status_code == 304


def test_nothing_found_is_said(signed_in, world):
    assert "nothing to filter by" in fragment(signed_in, "team=mars")
