"""Who holds a project's slots: the groups, their sessions, and what cannot be asked."""

import html
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.actions import tokens
from sessions_app.models import User
from sessions_app.views.slots import SHOWN
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def project(account):
    return make_project(account, concurrency=5)


@pytest.fixture
def hold(account, project):
    def start(**fields):
        return make_session(account, **{"project": project, "status": "RUNNING"} | fields)

    return start


def groups(client, project, by="", **more):
    answer = client.get(f"/projects/{project.id}/slots/", {"by": by, "format": "json"} | more)
    assert answer.status_code == 200, answer.content
    return answer.json()


def keys(answer):
    return [(group["key"], group["count"], group["term"]) for group in answer["groups"]]


def test_slots_are_grouped_by_owner_the_most_first_and_each_group_the_oldest_first(
    signed_in, account, project, hold, user
):
    mine = hold(created_by=user)
    nobodys = [hold(status="PENDING"), hold(status="HIBERNATED", ended_at=None)]
    hold(status="COMPLETED")
    hold(missing_since=timezone.now())
    make_session(account, project=make_project(account), status="RUNNING")
    said = groups(signed_in, project)
    assert (said["project"], said["limit"], said["running"], said["by"]) == (project.id, 5, 3, "owner")
    assert keys(said) == [(None, 2, "-by:*"), ("ada", 1, "by:ada")]
    assert [one["id"] for one in said["groups"][0]["sessions"]] == [one.id for one in nobodys]
    assert said["groups"][1]["sessions"][0]["id"] == mine.id


def test_any_metadata_path_makes_groups_by_the_value_as_it_is(signed_in, project, hold):
    for value in (1, "1", True, "a b", [1], None):
        hold(user_metadata={"order": {"n": value}})
    hold(user_metadata={"order.n": 1})
    said = groups(signed_in, project, "order.n")
    assert keys(said) == [
        (None, 2, "-order.n=*"),
        (1, 1, "order.n=1"),
        ("1", 1, "order.n=1"),
        (True, 1, "order.n=true"),
        ("a b", 1, 'order.n="a b"'),
        ([1], 1, None),
    ]
    assert keys(groups(signed_in, project, '"order.n"'))[1] == (1, 1, '"order.n"=1')


def test_a_key_that_is_called_owner_is_quoted(signed_in, project, hold, user):
    hold(user_metadata={"owner": "crawler"}, created_by=user)
    assert keys(groups(signed_in, project, '"owner"'))[0][0] == "crawler"
    assert keys(groups(signed_in, project, "owner"))[0][0] == "ada"
    page = signed_in.get(f"/projects/{project.id}/slots/").content.decode()
    assert "?by=%22owner%22" in page


@pytest.mark.parametrize("by", ["a b", "status:x", "-team", "team=a", '"', "team=*,b", ".", "a>1", "x" * 3000])
def test_what_is_no_path_is_a_400(signed_in, project, by):
    answer = signed_in.get(f"/projects/{project.id}/slots/", {"by": by, "format": "json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["parameter"] == "by"
    assert signed_in.get(f"/projects/{project.id}/slots/", {"by": by}).status_code == 400


@pytest.mark.parametrize("by", ["\x00", "🦊", '"<b>"', "'--", "a" * 500])
def test_any_path_is_answered(signed_in, project, hold, by):
    key = by.replace("\x00", "").strip('"')
    hold(user_metadata={key: key})
    page = signed_in.get(f"/projects/{project.id}/slots/", {"by": by})
    assert page.status_code == 200
    assert "<b>" not in page.content.decode()


def test_the_page_ends_a_group_through_the_preview(signed_in, project, hold, user):
    sessions = [hold(created_by=user), hold(created_by=user)]
    page = signed_in.get(f"/projects/{project.id}/slots/").content.decode()
    assert "2 of 5 slots held" in page
    assert "End these 2 …" in page
    ids = html.unescape(page.partition('name="sessions" value="')[2].partition('"')[0])
    assert json.loads(ids) == [one.id for one in sessions]
    preview = signed_in.post("/ends/", {"sessions": ids}, follow=True).content.decode()
    assert "End 2 sessions?" in preview


def test_the_fragment_costs_nothing_while_nothing_changes(signed_in, project, hold):
    hold()
    address = f"/projects/{project.id}/slots/?by=run"
    first = signed_in.get(address, headers=HTMX)
    assert first.content.decode().strip().startswith('<div id="slots"')
    assert signed_in.get(address, headers=HTMX | {"HX-PTag": first["HX-PTag"]}).status_code == 304


def test_many_holders_take_as_many_queries_as_few_and_are_cut(signed_in, project, hold, user):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert signed_in.get(f"/projects/{project.id}/slots/?by=n").status_code == 200
        return len(queries)

    hold(created_by=user)
    few = cost()
    for number in range(SHOWN + 5):
        hold(user_metadata={"n": number})
    assert cost() == few
    page = signed_in.get(f"/projects/{project.id}/slots/?by=n").content.decode()
    assert page.count('id="slot-') == SHOWN
    assert "6 sessions more" in page
    assert groups(signed_in, project)["running"] == SHOWN + 6


def test_a_program_sees_the_slots_of_its_own_projects_alone(client, account, project, hold):
    hold()
    other = make_project(account)
    owner = User.objects.create_user("ci")
    _, text = tokens.make(owner, "read", account, project_ids=[other.id], by=owner)
    bearer = {"Authorization": f"Bearer {text}"}
    assert client.get(f"/projects/{project.id}/slots/", headers=bearer).status_code == 404
    assert client.get(f"/projects/{other.id}/slots/", headers=bearer).json()["groups"] == []


@pytest.mark.parametrize("project_id", ["nobody", "%00", "🦊"])
def test_an_unknown_project_is_a_404(signed_in, project_id):
    assert signed_in.get(f"/projects/{project_id}/slots/").status_code == 404


def test_without_sign_in_nothing_is_shown(client, project):
    assert client.get(f"/projects/{project.id}/slots/?format=json").status_code == 401
