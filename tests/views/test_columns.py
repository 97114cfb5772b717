"""The list's columns and density, by its address and by its reader's preference."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.rows import START, make_project, make_session

pytestmark = pytest.mark.django_db


def shown(client, path="/sessions/", **parameters) -> str:
    answer = client.get(path, parameters)
    assert answer.status_code == 200
    return answer.content.decode()


def heads(page: str) -> list[str]:
    row = page.partition("<thead>")[2].partition("</thead>")[0]
    return [re.sub("<.*?>", "", head) for head in re.findall(r"<th [^>]*>(.*?)</th>", row)][1:-1]


def cells(page: str) -> list[str]:
    """The text of the first row's cells, between the box to pick it and the action."""
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    return [
        unescape(" ".join(re.sub("<[^>]*>", " ", cell).split())) for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
    ][1:-1]


def terms(page: str) -> list[str]:
    return [unescape(term) for term in re.findall(r'data-term="([^"]*)"', page.partition("<tbody>")[2])]


def test_columns_come_in_the_order_in_which_the_address_names_them(signed_in, account, user):
    make_session(
        account,
        project=make_project(account, name="shop"),
        created_by=user,
        keep_alive=True,
        context_id="context-number-7",
        proxy_bytes=1_200_000,
        user_metadata={"team": "growth", "order": {"status": "open"}, "n": 3},
    )
    page = shown(signed_in, columns="by,order.status,region,keep_alive,context,proxy,team,project,status,metadata")
    expected = "By|order.status|Region|Keep alive|Context|Proxy|team|Project|Status|Metadata|Session"
    assert "|".join(heads(page)) == expected
    assert "|".join(cells(page)) == "you|open|us-west-2|yes|context-|1.2 MB|growth|shop|Completed|n 3|Open"
    assert set(terms(page)) == {
        "by:ada", "order.status=open", "region:us-west-2", "keep_alive:true", "context:context-number-7",
        "team=growth", "project:shop", "status:COMPLETED", "n=3",
    }  # fmt: skip


def test_a_cell_adds_its_term_and_keeps_the_rest_of_the_address(signed_in, account):
    make_session(account, user_metadata={"team": 'a "b" & c'})
    page = shown(signed_in, q="status:COMPLETED", columns="team,id", density="compact", view="9", cursor="")
    (href,) = re.findall(r'<a class="term" href="([^"]*)"', page)
    asked = parse_qs(urlsplit(unescape(href)).query)
    assert asked == {
        "q": ["status:COMPLETED"], "columns": ["team,id"], "density": ["compact"], "view": ["9"],
        "add": [r'team="a \"b\" & c"'],
    }  # fmt: skip
    answer = signed_in.get(f"/sessions/{unescape(href)}")
    assert parse_qs(urlsplit(answer["Location"]).query)["columns"] == ["team,id"]


def test_the_day_of_a_start_is_the_readers(signed_in, account):
    make_session(account, started_at=START.replace(hour=23))
    assert terms(shown(signed_in, columns="started")) == ["started:2026-11-20"]
    assert terms(shown(signed_in, columns="started", tz="Asia/Tokyo")) == ["started:2026-11-21"]


@pytest.mark.parametrize(
    ("value", "text", "term"),
    [
        (None, "null", "v=*"),
        (["x"], '["x"]', "v=*"),
        ({}, "{}", "v=*"),
        ({"a": 1}, '{"a": 1}', "v=*"),
        (False, "false", "v=false"),
        (2.5, "2.5", "v=2.5"),
        ("", "(empty)", 'v=""'),
        ("*", "*", 'v="*"'),
        ("<b>x</b>", "<b>x</b>", "v=<b>x</b>"),
    ],
)
def test_any_value_is_shown_as_it_is_and_leads_to_what_finds_it(signed_in, account, value, text, term):
    make_session(account, user_metadata={"v": value})
    page = shown(signed_in, columns="v")
    assert cells(page)[0] == text
    assert terms(page) in ([term], ['v="<b>x</b>"'])
    assert "<b>x</b>" not in page
    found = signed_in.get("/sessions/", {"q": terms(page)[0], "format": "json"})
    assert len(found.json()["results"]) == 1


def test_what_a_session_lacks_is_an_empty_cell(signed_in, account):
    make_session(account, user_metadata={"team": "x"}, status="RUNNING", expires_at=None, region="")
    page = shown(signed_in, columns="id,other,team.deeper,ended,expires,region,context")
    assert cells(page)[1:] == [""] * 6


def test_a_key_far_too_long_for_a_query_is_shown_without_a_link(signed_in, account):
    make_session(account, user_metadata={"note": "x" * 600})
    page = shown(signed_in, columns="note,id")
    assert terms(page) == []
    assert cells(page)[0].startswith("xxx")


@pytest.mark.parametrize("columns", [",", '"', "a=b", "a..b", "a\x00b", "," * 5000, "ß,%,<script>", "status,status,"])
def test_columns_that_are_none_are_said_and_the_list_is_shown(signed_in, account, columns):
    session = make_session(account)
    page = shown(signed_in, columns=columns)
    assert "Those columns cannot be shown" in page
    assert session.short_id in page
    assert "<script>," not in page
    assert signed_in.get("/sessions/", {"columns": columns, "format": "json"}).status_code == 200


def test_a_form_without_script_comes_to_the_address_that_names_them_all(signed_in, account):
    answer = signed_in.get(
        "/sessions/?q=team%3Dx&columns=status&columns=id&columns=order.status&columns=&density=compact"
    )
    assert answer["Location"] == "/sessions/?q=team%3Dx&columns=status,id,order.status&density=compact"


def test_the_look_survives_paging_and_refreshing(signed_in, account):
    for _ in range(3):
        make_session(account)
    page = shown(signed_in, columns="id,team", density="compact", limit="2", view="7")
    addresses = re.findall(r'hx-get="(/sessions/\?[^"]*)"', page) + re.findall(
        r'href="(/sessions/\?[^"]*cursor[^"]*)"', page
    )
    assert len(addresses) == 2
    for address in addresses:
        asked = parse_qs(urlsplit(unescape(address)).query)
        assert (asked["columns"], asked["density"], asked["view"]) == (["id,team"], ["compact"], ["7"])
    older = signed_in.get(unescape(addresses[1]))
    assert heads(older.content.decode()) == ["Session", "team"]
    assert "3 to 3 of 3" in older.content.decode()


def test_a_readers_default_is_kept_with_them_and_the_address_goes_before_it(signed_in, client, account, user):
    make_session(account)
    answer = signed_in.post(
        "/views/preferences/", {"columns": ["status", "id", "team"], "density": "compact", "q": "team=x", "view": "3"}
    )
    assert answer["Location"] == "/sessions/?q=team%3Dx"
    page = shown(signed_in)
    assert heads(page) == ["Status", "Session", "team"]
    assert "sessions-compact" in page
    assert heads(shown(signed_in, columns="by,id")) == ["By", "Session"]
    assert "sessions-compact" not in shown(signed_in, density="normal")
    assert "Forget my default" in page
    signed_in.post("/views/preferences/", {"columns": "", "density": ""})
    assert len(heads(shown(signed_in))) == 7
    user.refresh_from_db()
    assert (user.list_columns, user.list_density) == ("", "")


def test_a_default_that_is_none_changes_nothing(signed_in, account, user):
    answer = signed_in.post("/views/preferences/", {"columns": 'x"', "density": "tiny"}, follow=True)
    assert "Your columns are as they were" in answer.content.decode()
    user.refresh_from_db()
    assert user.list_columns == ""


def test_the_head_says_how_many_match_and_how_many_of_them_run(signed_in, account):
    now = timezone.now()
    for _ in range(2):
        make_session(account, status="RUNNING", started_at=now, user_metadata={"team": "x"})
    make_session(account, user_metadata={"team": "x"})
    make_session(account)
    assert "4 sessions, 2 running" in shown(signed_in)
    assert "3 match, 2 running" in shown(signed_in, q="team=x")
    assert "1 matches<" in shown(signed_in, q="team=x status:COMPLETED")
    refreshed = signed_in.get("/sessions/?q=team%3Dx", headers={"HX-Request": "true"}).content.decode()
    assert 'id="list-count" hx-swap-oob="true">3 match, 2 running<' in refreshed


def test_the_number_of_queries_depends_on_neither_rows_nor_columns(signed_in, account, user):
    def queries(**parameters) -> int:
        with CaptureQueriesContext(connection) as captured:
            shown(signed_in, **parameters)
        return len(captured)

    make_session(account, project=make_project(account), created_by=user, user_metadata={"team": "x"})
    few = queries()
    for _ in range(20):
        make_session(account, project=make_project(account), created_by=user, user_metadata={"team": "x"})
    every = (
        "status,id,project,region,metadata,started,ended,duration,expires,keep_alive,context,proxy,by,team,order.status"
    )
    assert queries(columns=every) == few
