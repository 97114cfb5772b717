"""The palette: where typed and pasted text leads."""

import re
from html import unescape
from urllib.parse import quote

import pytest

from sessions_app.models import SavedView
from sessions_app.views.session_ids import session_id_in
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

ID = "5d0c9a12-4c2e-4b1f-9d0e-5a7712c0e9f3"
OTHER = "11111111-2222-4333-8444-555555555555"
WSS = f"connect.browserbase.com/debug/{ID}/devtools/page/ABCDEF0123456789?debug=true"


def ways(client, text: str) -> list[str]:
    """The addresses of the options, in their order."""
    answer = client.get("/jump/", {"text": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<script" not in answer.content.decode()
    return [unescape(way) for way in re.findall(r'role="option"[^>]* href="([^"]*)"', answer.content.decode())]


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        ID.upper(),
        f"session {ID} failed after 3 s",
        f"https://www.browserbase.com/sessions/{ID}",
        f"https://www.browserbase.com/sessions/{ID}/",
        f"https://www.browserbase.com/sessions/{ID}?tab=logs#x",
        f"http://browserbase.com/orgs/{OTHER}/projects/{OTHER}/sessions/{ID}/replay",
        f"browserbase.com/sessions/{ID}",
        f"https://api.browserbase.com/v1/sessions/{ID}/debug",
        f"/sessions/{ID}/",
        f"https://www.browserbase.com/devtools-fullscreen/inspector.html?wss={WSS}",
        f"https://www.browserbase.com/devtools-fullscreen/inspector.html?wss={quote(WSS, safe='')}&navbar=false",
        f"https://debug.browserbase.com/devtools/inspector.html?wss={quote(quote(WSS, safe=''), safe='')}",
        f"wss://{WSS}",
        f"wss://connect.browserbase.com?apiKey=bb_live_x&sessionId={ID}",
        f"wss://connect.usw2.browserbase.com/?sessionId={ID}&signingKey=x",
        f'curl "https://api.browserbase.com/v1/sessions/{ID}/logs"',
        f"https://www.browserbase.com/sessions/{quote(ID[:8], safe='')}%2D{ID[9:]}",
    ],
)
def test_an_id_is_found_in_whatever_was_pasted(text):
    assert session_id_in(text).lower() == ID


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://www.browserbase.com/sessions/my-own-id_7", "my-own-id_7"),
        ("https://sight.example/sessions/a%2Fb/", "a/b"),
        ("https://sight.example/sessions/new/", ""),
        ("https://sight.example/sessions/?q=team%3Dx", ""),
        ("https://www.browserbase.com/sessions/..", ""),
        ("https://www.browserbase.com/sessions/", ""),
        ("team=growth", ""),
        ("sessions/", ""),
        ("", ""),
        ("5d0c9a12", ""),
        ("javascript:alert(1)", ""),
        ("https://evil.example/sessions/%00", ""),
        ("https://evil.example/sessions/" + "x" * 5000, ""),
    ],
)
def test_only_an_id_is_taken_from_an_address(text, found):
    assert session_id_in(text) == found


def test_a_pasted_id_leads_to_its_session_known_or_not(signed_in, account):
    session = make_session(account)
    assert ways(signed_in, f"https://www.browserbase.com/sessions/{session.id}?x=y") == [f"/sessions/{session.id}/"]
    assert ways(signed_in, f"https://evil.example/sessions/{ID}") == [f"/sessions/{ID}/"]


def test_without_script_a_pasted_id_leads_there_at_once(signed_in, account):
    project = make_project(account, id=OTHER)
    assert signed_in.get("/jump/", {"text": f"x {ID}"})["Location"] == f"/sessions/{ID}/"
    assert signed_in.get("/jump/", {"text": project.id})["Location"] == f"/projects/{OTHER}/"
    page = signed_in.get("/jump/", {"text": "usage"})
    assert 'href="/usage/"' in page.content.decode()
    assert signed_in.get("/jump/").status_code == 200


def test_names_lead_to_pages_views_projects_and_sessions(signed_in, account, user):
    project = make_project(account, name="Growth shop")
    session = make_session(account, id="growth-run-1")
    view = SavedView.objects.create(owner=user, name="My growth", q="team=growth", columns="id", density="normal")
    assert ways(signed_in, "grow") == [
        f"/sessions/{session.id}/",
        f"/sessions/?q=team%3Dgrowth&columns=id&density=normal&view={view.pk}",
        f"/projects/{project.id}/",
        "/sessions/?q=grow",
    ]
    assert ways(signed_in, "new s")[0] == "/sessions/new/"
    assert ways(signed_in, "USAGE")[0] == "/usage/"


def test_nothing_typed_offers_the_newest_sessions_and_every_page(signed_in, account):
    made = [make_session(account).id for _ in range(5)]
    found = ways(signed_in, "")
    assert found[:3] == [f"/sessions/{session_id}/" for session_id in reversed(made[2:])]
    assert {"/", "/sessions/", "/usage/", "/views/", "/tokens/"} <= set(found)


@pytest.mark.parametrize(
    ("text", "query"),
    [("status:ERROR team=x", "status:ERROR team=x"), ("color:red", '"color:red"'), ('say "hi', r'"say \"hi"')],
)
def test_any_text_can_be_looked_for(signed_in, text, query):
    (*_, last) = ways(signed_in, text)
    assert last == f"/sessions/?q={quote(query, safe='').replace('%20', '+')}"
    assert signed_in.get(last).status_code == 200


@pytest.mark.parametrize(
    "text", ["\x00", "<script>alert(1)</script>", "%", "_", "\\", "'", "x" * 5000, "\ud800", "a\x00b", "🦊", "*", "-"]
)
def test_no_text_is_an_error(signed_in, account, text):
    make_session(account)
    text = text.encode("utf-8", "replace").decode()
    assert all(way.startswith("/") and not way.startswith("//") for way in ways(signed_in, text))
    assert signed_in.get("/jump/", {"text": text}).status_code in (200, 302)


def test_a_stranger_has_no_palette(client, db):
    assert client.get("/jump/?text=x").status_code == 302
