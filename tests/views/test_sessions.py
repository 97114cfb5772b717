import json
import re
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.models import Pull, Wish
from tests.rows import START, make_project, make_session

pytestmark = pytest.mark.django_db


def ids(answer) -> list[str]:
    return [session["id"] for session in answer.json()["results"]]


def found(client, q: str) -> list[str]:
    answer = client.get("/sessions/", {"q": q, "format": "json"})
    assert answer.status_code == 200, answer.content
    return ids(answer)


def test_sign_in_is_needed(client):
    page = client.get("/sessions/?q=team=growth")
    assert page.status_code == 302
    assert page["Location"].startswith("/accounts/login/?next=/sessions/")


def test_a_script_without_sign_in_gets_401_as_json(client):
    answer = client.get("/sessions/?format=json")
    assert answer.status_code == 401
    assert "Sign in" in answer.json()["error"]["message"]


def test_an_open_page_whose_sign_in_ended_goes_to_the_sign_in_page_as_a_whole(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/sessions/?q=team%3Dgrowth"}
    answer = client.get("/sessions/?top=x", headers=headers)
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fsessions%2F%3Fq%3Dteam%253Dgrowth"


def test_json_has_the_api_field_names_and_the_creator(signed_in, account, user):
    project = make_project(account)
    session = make_session(
        account, project=project, created_by=user, user_metadata={"team": "growth"}, context_id="ctx", proxy_bytes=12
    )
    (shown,) = signed_in.get("/sessions/?format=json").json()["results"]
    assert shown == {
        "id": session.id,
        "project_id": project.id,
        "status": "COMPLETED",
        "region": "us-west-2",
        "created_at": session.created_at.isoformat().replace("+00:00", "Z"),
        "updated_at": session.updated_at.isoformat().replace("+00:00", "Z"),
        "started_at": session.started_at.isoformat().replace("+00:00", "Z"),
        "ended_at": session.ended_at.isoformat().replace("+00:00", "Z"),
        "expires_at": session.expires_at.isoformat().replace("+00:00", "Z"),
        "keep_alive": False,
        "proxy_bytes": 12,
        "context_id": "ctx",
        "user_metadata": {"team": "growth"},
        "created_by": user.username,
    }


def test_following_next_gives_every_session_once_newest_first(signed_in, account):
    made = [make_session(account, started_at=START + timedelta(seconds=n // 3)).id for n in range(23)]
    url, seen = "/sessions/?format=json&limit=5&q=status:COMPLETED", []
    while url:
        answer = signed_in.get(url).json()
        seen += [session["id"] for session in answer["results"]]
        url = answer["next"]
        assert url is None or parse_qs(urlsplit(url).query)["q"] == ["status:COMPLETED"]
    assert len(seen) == len(set(seen)) == 23
    assert set(seen) == set(made)
    assert seen[0] == max(made[21:])


def test_rows_that_arrive_while_paging_do_not_shift_the_next_page(signed_in, account):
    old = [make_session(account).id for _ in range(4)]
    first = signed_in.get("/sessions/?format=json&limit=2").json()
    make_session(account)
    assert ids(signed_in.get(first["next"])) == [old[1], old[0]]


def test_filters_by_status_project_metadata_and_id(signed_in, account):
    project = make_project(account, name="My shop")
    running = make_session(account, status="RUNNING", project=project, user_metadata={"team": "growth", "run": 4711})
    failed = make_session(account, status="ERROR", user_metadata={"order": {"status": "shipped"}, "a.b": "x"})
    assert found(signed_in, "status:running") == [running.id]
    assert found(signed_in, "status:ERROR") == [failed.id]
    assert found(signed_in, f"project:{project.id}") == [running.id]
    assert found(signed_in, 'project:"my shop"') == [running.id]
    assert found(signed_in, "project:elsewhere") == []
    assert found(signed_in, "team=growth") == [running.id]
    assert found(signed_in, "run=4711") == [running.id]
    assert found(signed_in, "run=47") == []
    assert found(signed_in, "order.status=shipped") == [failed.id]
    assert found(signed_in, '"a.b"=x') == [failed.id]
    assert found(signed_in, "a.b=x") == []
    assert found(signed_in, running.id[:8]) == [running.id]
    assert found(signed_in, running.id) == [running.id]
    assert found(signed_in, "status:RUNNING team=growth") == [running.id]
    assert found(signed_in, "status:ERROR team=growth") == []


@pytest.mark.parametrize(
    ("value", "q"),
    [("3", "v=3"), (3, "v=3"), (True, "v=true"), ("true", "v=true"), (2.5, "v=2.5"), ("a b", 'v="a b"'), ("", 'v=""')],
)
def test_numbers_and_booleans_match_by_their_json_text(signed_in, account, value, q):
    session = make_session(account, user_metadata={"v": value})
    make_session(account, user_metadata={"v": "another"})
    assert found(signed_in, q) == [session.id]


@pytest.mark.parametrize("value", [None, ["x"], {"x": 1}, "null"])
def test_lists_objects_and_null_equal_no_value(signed_in, account, value):
    make_session(account, user_metadata={"v": value})
    assert found(signed_in, "v=null") == ([] if value != "null" else found(signed_in, ""))
    assert found(signed_in, "v=x") == []


def test_a_session_whose_project_no_list_shows_is_found_by_its_project(signed_in, account):
    session = make_session(account, project_id="ghost")
    assert found(signed_in, "project:ghost") == [session.id]
    assert session.short_id in signed_in.get("/sessions/?q=project:ghost").content.decode()


def test_a_bad_query_is_a_400_that_names_the_place(signed_in):
    answer = signed_in.get("/sessions/", {"q": "team=growth color:red", "format": "json"})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["parameter"] == "q"
    assert error["position"] == 12
    assert 'no field "color"' in error["message"]


def test_a_bad_query_is_marked_on_the_page_and_kept_in_the_box(signed_in):
    page = signed_in.get("/sessions/", {"q": '"<b>x</b>" color:red'}).content.decode()
    assert "<mark>color:red</mark>" in page
    assert "<b>x</b>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;&quot; color:red" in page


@pytest.mark.parametrize("cursor", ["x", "%00", "bnVsbA==", "WzEsIDJd", "ß", "W" * 5000])
def test_a_cursor_that_is_none_is_said(signed_in, cursor):
    assert signed_in.get("/sessions/", {"cursor": cursor}).status_code == 400
    answer = signed_in.get("/sessions/", {"cursor": cursor, "format": "json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["parameter"] == "cursor"


@pytest.mark.parametrize("q", ["\x00", "a=\x00", "project:\x00", "'; drop table", "%s", "\ud800", "🦊=🦊", "\\", '"\\'])
def test_no_query_breaks_the_list(signed_in, account, q):
    make_session(account)
    assert signed_in.get("/sessions/", {"q": q.encode("utf-8", "replace")}).status_code == 200


def test_metadata_is_shown_as_text_and_each_value_links_to_its_query(signed_in, account):
    make_session(account, user_metadata={"note": "<script>alert(1)</script>", "deep": {"er": "x y"}})
    page = signed_in.get("/sessions/").content.decode()
    assert "<script>alert" not in page
    assert "?add=deep.er%3D%22x%20y%22" in page


@pytest.mark.parametrize("metadata", [[], "text", 5, ["a", {"b": 1}], {"a": {}}, {"": "empty key"}])
def test_metadata_of_an_unexpected_shape_is_no_error(signed_in, account, metadata):
    make_session(account, user_metadata=metadata)
    assert signed_in.get("/sessions/").status_code == 200
    assert signed_in.get("/sessions/?format=json").json()["results"][0]["user_metadata"] == metadata


def test_an_unknown_status_is_shown_as_it_came_and_can_be_ended(signed_in, account):
    session = make_session(account, status="HIBERNATED", ended_at=None)
    page = signed_in.get("/sessions/").content.decode()
    assert "HIBERNATED" in page
    assert f"/sessions/{session.id}/end/" in page


def test_an_id_with_a_slash_has_its_own_page_address(signed_in, account):
    session = make_session(account, id="../a/b?c#d")
    address = re.search(r'href="(/sessions/[^/"]+b%3Fc%23d/)"', signed_in.get("/sessions/").content.decode())[1]
    assert signed_in.get(f"{address}?format=json").json()["id"] == session.id


def test_the_number_of_queries_does_not_depend_on_the_rows(signed_in, account, user):
    def queries_with(rows: int) -> int:
        for _ in range(rows):
            session = make_session(account, project=make_project(account), created_by=user, status="RUNNING")
            Wish.objects.create(session=session, asked_by=user)
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get("/sessions/").status_code == 200
        return len(captured)

    assert queries_with(3) == queries_with(47)


def refresh(client, url="/sessions/", **headers):
    return client.get(url, headers={"HX-Request": "true", **headers})


def test_an_unchanged_list_costs_a_304_and_a_changed_one_comes_anew(signed_in, account):
    session = make_session(account, status="RUNNING", expires_at=None)
    first = refresh(signed_in)
    assert first.status_code == 200
    assert "<html" not in first.content.decode()
    again = refresh(signed_in, **{"HX-PTag": first["HX-PTag"]})
    assert (again.status_code, again.content) == (304, b"")
    session.status = "COMPLETED"
    session.save()
    assert "Completed" in refresh(signed_in, **{"HX-PTag": first["HX-PTag"]}).content.decode()


def test_the_back_button_gets_the_whole_page(signed_in):
    page = refresh(signed_in, **{"HX-History-Restore-Request": "true"})
    assert "<html" in page.content.decode()


def test_a_held_list_keeps_its_top_and_counts_what_is_new(signed_in, account):
    held = make_session(account)
    page = refresh(signed_in).content.decode()
    top = page.partition('data-top="')[2].partition('"')[0]
    new = [make_session(account) for _ in range(3)]
    kept = refresh(signed_in, f"/sessions/?top={top}").content.decode()
    assert "3 new" in kept
    assert held.id in kept
    assert all(session.id not in kept for session in new)
    assert "top=" not in kept.partition('hx-get="')[2].partition('"')[0]


def test_the_heads_numbers_are_of_one_moment_also_while_new_ones_wait(signed_in, account):
    make_session(account, status="RUNNING")
    page = refresh(signed_in).content.decode()
    assert "1 session, 1 running" in page
    top = page.partition('data-top="')[2].partition('"')[0]
    make_session(account, status="RUNNING")
    kept = refresh(signed_in, f"/sessions/?top={top}").content.decode()
    assert "1 new" in kept
    assert "2 sessions, 2 running" in kept
    assert "1 of 2<" in kept
    with_query = refresh(signed_in, f"/sessions/?q=status:running&top={top}").content.decode()
    assert "2 match, 2 running" in with_query


def test_rows_hold_what_a_status_does_not_say(signed_in, account, user):
    now = timezone.now()
    begun = now - timedelta(hours=1)
    soon = make_session(account, status="RUNNING", started_at=begun, expires_at=now + timedelta(minutes=3))
    short = make_session(account, status="RUNNING", started_at=now, expires_at=now + timedelta(minutes=3))
    past = make_session(account, status="RUNNING", started_at=now, expires_at=now - timedelta(minutes=3))
    stuck = make_session(account, status="RUNNING", started_at=now, expires_at=now + timedelta(hours=3))
    Wish.objects.create(session=stuck, asked_by=user, asked_at=now - timedelta(minutes=6))
    rows = refresh(signed_in).content.decode().split("<tr ")
    row = {session: next(r for r in rows if session.id in r) for session in (soon, short, past, stuck)}
    assert "expires" in row[soon]
    assert "expires" not in row[short]
    assert "expired" in row[past]
    assert "still running" in row[stuck]
    assert "/end/" not in row[stuck]


def test_the_empty_list_says_what_to_do(signed_in, account):
    assert "Nothing was read yet" in signed_in.get("/sessions/").content.decode()
    Pull.objects.create(account=account, kind="live", outcome="ok", is_newest=True, last_ok_at=timezone.now())
    assert "No sessions yet" in signed_in.get("/sessions/").content.decode()
    assert "No session matches" in signed_in.get("/sessions/?q=team=x").content.decode()


def test_next_is_valid_json_with_a_query_of_odd_characters(signed_in, account):
    for _ in range(3):
        make_session(account, user_metadata={"note": 'a&b="c" ü'})
    q = 'note="a&b=\\"c\\" ü"'
    first = json.loads(signed_in.get("/sessions/", {"q": q, "format": "json", "limit": 2}).content)
    assert len(first["results"]) == 2
    assert len(ids(signed_in.get(first["next"]))) == 1


def test_a_limit_is_held_between_one_and_two_hundred(signed_in, account):
    for _ in range(51):
        make_session(account)
    counts = {limit: len(ids(signed_in.get(f"/sessions/?format=json&limit={limit}"))) for limit in (0, 7, "x", 10**9)}
    assert counts == {0: 1, 7: 7, "x": 50, 10**9: 51}


def test_a_list_in_which_something_only_runs_on_is_not_sent_again(signed_in, account):
    now = timezone.now()
    make_session(
        account,
        status="RUNNING",
        ended_at=None,
        started_at=now - timedelta(seconds=50),
        expires_at=now + timedelta(seconds=50),
        project=make_project(account),
    )
    first = signed_in.get("/sessions/", headers={"HX-Request": "true"})
    assert b"data-until" in first.content
    time.sleep(5)  # a twentieth of its time
    again = signed_in.get("/sessions/", headers={"HX-Request": "true", "HX-PTag": first["HX-PTag"]})
    assert again.status_code == 304
