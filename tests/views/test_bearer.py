"""`Authorization: Bearer sg_…` at the pages: what a program reads and does there, and what not."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.actions import tokens
from sessions_app.models import Account, AuditEvent, Project, Pull, Session, Token, UsageSnapshot, User, Wish
from tests.conftest import make_account
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db
JSON = "application/json"


def program(text: str, scheme: str = "Bearer") -> Client:
    """A client with a token and nothing else; a missing CSRF token would be refused."""
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"{scheme} {text}"})


def program_of(owner: User, account: Account, right: str = "read", **more: Any) -> Client:
    return program(tokens.make(owner, right, account, **more)[1])


def message(response: Any) -> str:
    assert response.headers["Content-Type"] == JSON
    return response.json()["error"]["message"]


def ids(response: Any) -> set[str]:
    return {one["id"] for one in response.json()["results"]}


@pytest.fixture
def other(account: Account, simulator: Any) -> Account:
    return make_account("other", simulator.url, "bb_nobody")


@pytest.fixture
def world(account: Account, other: Account) -> dict[str, Any]:
    """Two projects of one account, one of another, one of no list, each with a session and its pulls."""
    world: dict[str, Any] = {
        "a": make_project(account, name="a"),
        "b": make_project(account, name="b"),
        "far": make_project(other, name="far"),
    }
    now = timezone.now()
    for name in ("a", "b", "far"):
        project = world[name]
        project.readers.add(project.account)
        world[f"in {name}"] = make_session(project.account, project=project, started_at=now, status="RUNNING")
        Pull.objects.create(account=project.account, project=project, kind="usage", outcome="ok", is_newest=True)
        for minutes in (1, 2):
            read_at = now - timedelta(minutes=3 - minutes)
            UsageSnapshot.objects.create(
                project=project, taken_at=read_at, unchanged_until=read_at, browser_minutes=minutes, proxy_bytes=0
            )
    world["in none"] = make_session(account, started_at=now)
    for one in (account, other):
        Pull.objects.create(account=one, kind="live", outcome="ok", is_newest=True)
    return world


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
@pytest.mark.parametrize("path", ["/sessions/", "/sessions/?format=json", "/projects/", "/usage/", "/status/"])
def test_a_token_reads_pages_as_json(user, account, path, scheme):
    _, text = tokens.make(user, "read", account)
    response = program(text, scheme).get(path)
    assert (response.status_code, response.headers["Content-Type"]) == (200, JSON)


def test_a_token_of_all_projects_sees_its_account_and_nothing_of_others(user, account, world):
    client = program_of(user, account)
    assert ids(client.get("/sessions/")) == {world[name].pk for name in ("in a", "in b", "in none")}
    assert ids(client.get("/projects/")) == {world["a"].pk, world["b"].pk}
    counted = client.get("/usage/?source=counter").json()["rows"]
    assert {row["key"] for row in counted} == {world["a"].pk, world["b"].pk}
    by_sessions = client.get("/usage/?source=sessions").json()["rows"]
    assert {row["key"] for row in by_sessions} == {world["a"].pk, world["b"].pk, world["in none"].project_id}
    pulls = client.get("/status/").json()["pulls"]
    assert {(pull["account"], pull["project"]) for pull in pulls} == {
        ("main", None),
        ("main", world["a"].pk),
        ("main", world["b"].pk),
    }
    assert client.get(f"/projects/{world['far'].pk}/").status_code == 404
    assert client.get(f"/sessions/{world['in far'].pk}/").status_code == 404


def test_a_token_of_one_project_sees_that_one(user, account, world):
    client = program_of(user, account, project_ids=[world["a"].pk])
    assert ids(client.get("/sessions/")) == {world["in a"].pk}
    assert ids(client.get("/sessions/?q=status:RUNNING")) == {world["in a"].pk}
    assert ids(client.get("/sessions/?q=project:b")) == set()
    assert ids(client.get("/projects/")) == {world["a"].pk}
    for source in ("counter", "sessions"):
        assert [row["key"] for row in client.get(f"/usage/?source={source}").json()["rows"]] == [world["a"].pk]
    assert [pull["project"] for pull in client.get("/status/").json()["pulls"]] == [None, world["a"].pk]
    assert client.get(f"/sessions/{world['in a'].pk}/").json()["id"] == world["in a"].pk
    for name in ("in b", "in far", "in none"):
        assert client.get(f"/sessions/{world[name].pk}/").status_code == 404
    assert client.get(f"/projects/{world['b'].pk}/").status_code == 404


def test_a_project_that_two_accounts_show_is_seen_through_both(user, world, other):
    world["a"].readers.add(other)
    client = program_of(user, other)
    assert ids(client.get("/projects/")) == {world["a"].pk, world["far"].pk}
    assert ids(client.get("/sessions/")) == {world["in a"].pk, world["in far"].pk}


def test_a_token_does_not_learn_from_upstream_what_is_not_its_own(user, account, simulator):
    """An id that our tables lack is looked up; what that finds elsewhere is stored and still not shown."""
    mine, theirs = simulator.projects
    make_project(account, id=mine)
    put = [simulator.session(projectId=project) for project in (mine, theirs)]
    simulator.put(*put)
    client = program_of(user, account, "operate", project_ids=[mine])
    assert client.get(f"/sessions/{put[0]['id']}/").status_code == 200
    for _ in range(2):
        assert "not in our tables" in message(client.get(f"/sessions/{put[1]['id']}/"))
        assert client.post(f"/sessions/{put[1]['id']}/end/").status_code == 404
    assert not Wish.objects.exists()


def test_pages_cost_a_token_as_many_queries_for_60_rows_as_for_3(user, account):
    project = make_project(account)
    for limited in (None, [project.pk]):
        client, counts = program_of(user, account, project_ids=limited), {}
        client.get("/status/")  # the first use in a minute is noted
        for rows in (3, 60):
            for _ in range(rows - Session.objects.count()):
                make_session(account, project=project, created_by=user)
            for path in ("/sessions/?limit=100", "/projects/", "/usage/?source=sessions", "/status/"):
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(path).status_code == 200
                counts.setdefault(path, []).append(len(captured))
        assert all(few == many for few, many in counts.values()), counts
        Session.objects.all().delete()


@pytest.mark.parametrize("change", ["wrong", "revoked", "expired", "shut out"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_token_that_is_none_or_none_any_more_is_401(user, account, change, method):
    token, text = tokens.make(user, "operate", account, expires_at=timezone.now() + timedelta(hours=1))
    session = make_session(account, status="RUNNING")
    if change == "wrong":
        text = Token.new_text()
    elif change == "revoked":
        tokens.revoke(token)
    elif change == "expired":
        Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    else:
        User.objects.update(is_active=False)
    path = "/sessions/?format=json" if method == "get" else f"/sessions/{session.pk}/end/"
    response = getattr(program(text), method)(path)
    assert response.status_code == 401
    assert change in message(response) or (change == "wrong" and "no such token" in message(response))
    assert text not in response.content.decode()
    assert not Wish.objects.exists()


@pytest.mark.parametrize("text", ["", "x", "sg_", "eyJhbGciOiJub25lIn0.e30.", "sg_\u00fc\u0000", "sg_" + "x" * 9000])
def test_any_bearer_that_nobody_made_is_401_in_json_for_a_program(db, text):
    for path in ("/sessions/", "/sessions/?format=json", "/", "/tokens/"):
        response = program(text).get(path)
        assert response.status_code == 401
        assert message(response)
    assert program(text).post("/sessions/new/", {}, content_type=JSON).status_code == 401


def test_a_bearer_that_a_proxy_adds_for_a_person_at_a_browser_changes_nothing(user, client):
    theirs = {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30.", "Accept": "text/html"}
    assert client.get("/sessions/", headers=theirs).url.startswith("/accounts/login/")
    assert client.get("/accounts/login/", headers=theirs).status_code == 200
    client.force_login(user)
    response = client.get("/sessions/", headers=theirs)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/html")


def test_probes_do_not_look_at_tokens(db):
    assert program("sg_nobodys").get("/healthz").status_code == 200


def test_operate_ends_a_session_without_a_csrf_token(user, account, broker):
    session = make_session(account, status="RUNNING", created_by=User.objects.create(username="bob"))
    token, text = tokens.make(user, "operate", account)
    response = program(text).post(f"/sessions/{session.pk}/end/")
    assert response.status_code == 202
    assert response.json()["wish"]["state"] == "asked"
    assert Wish.objects.get().asked_by == user
    event = AuditEvent.objects.get(action="session.end_asked")
    assert (event.actor, event.actor_name) == (user, "ada")
    assert token.prefix in event.detail
    assert text not in event.detail


@pytest.mark.parametrize("path", ["/sessions/new/", "/sessions/{}/end/"])
def test_read_may_not_write_and_is_told_which_right_is_missing(user, account, path):
    session = make_session(account, status="RUNNING")
    response = program_of(user, account).post(path.format(session.pk), {}, content_type=JSON)
    assert response.status_code == 403
    assert "operate" in message(response)
    assert not Wish.objects.exists()


def test_the_end_of_what_a_token_does_not_reach_is_404(user, account, world):
    client = program_of(user, account, "operate", project_ids=[world["a"].pk])
    for name in ("in b", "in far", "in none"):
        assert client.post(f"/sessions/{world[name].pk}/end/").status_code == 404
    assert not Wish.objects.exists()


def test_a_session_that_a_robots_token_starts_is_the_robots(account, simulator, broker):
    robot, _ = tokens.owner_called("nightly")
    token, text = tokens.make(robot, "operate", account)
    response = program(text).post("/sessions/new/", {"userMetadata": {"n": 1}}, content_type=JSON)
    assert response.status_code == 201
    answer = response.json()
    assert answer["created_by"] == "nightly"
    assert answer["connect_url"].endswith(answer["signing_key"])
    assert Session.objects.get().created_by == robot
    event = AuditEvent.objects.get(action="session.created")
    assert (event.actor, event.session_id) == (robot, answer["id"])
    assert token.prefix in event.detail
    for path in (f"/sessions/{answer['id']}/", "/sessions/"):
        shown = program_of(robot, account).get(path).content.decode()
        assert answer["signing_key"] not in shown
        assert "connect" not in shown


def new_in(client: Client, **body: Any) -> Any:
    return client.post("/sessions/new/", body, content_type=JSON)


def test_a_new_session_goes_into_the_only_project_of_a_token(user, account, simulator, broker):
    second = make_project(account, id=simulator.projects[1])
    client = program_of(user, account, "operate", project_ids=[second.pk])
    assert new_in(client).json()["project_id"] == second.pk
    assert new_in(client, projectId=second.pk).json()["project_id"] == second.pk


def test_a_token_of_several_projects_has_to_name_one(user, account, simulator, broker):
    both = [make_project(account, id=project).pk for project in simulator.projects]
    client = program_of(user, account, "operate", project_ids=both)
    refused = new_in(client)
    assert refused.status_code == 403
    assert "projectId" in message(refused)
    assert all(project in message(refused) for project in both)
    assert new_in(client, projectId=both[1]).json()["project_id"] == both[1]


@pytest.mark.parametrize("wanted", ["other", "of nobody", "x" * 5000])
def test_a_new_session_in_a_project_beyond_the_token_is_refused_and_named(user, account, simulator, broker, wanted):
    mine, theirs = (make_project(account, id=project) for project in simulator.projects)
    wanted = theirs.pk if wanted == "other" else wanted
    response = new_in(program_of(user, account, "operate", project_ids=[mine.pk]), projectId=wanted)
    assert response.status_code == 403
    assert wanted[:60] in message(response)
    assert simulator.get("/v1/sessions") == []


def test_a_token_starts_sessions_with_the_key_of_its_own_account(user, account, other, simulator, broker):
    """The other account's key is nobody's, so that it starts nothing."""
    for text_of in (account, other):
        response = new_in(program_of(user, text_of, "operate"))
        assert response.status_code == (201 if text_of == account else 502)


@pytest.mark.parametrize(
    "path",
    ["/", "/tokens/", "/accounts/password/change/", "/sessions/new/preview/", "/status/pulse/", "/sessions/x/live/"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_for_people_refuses_a_token(user, account, path, method):
    response = getattr(program_of(user, account, "operate"), method)(path)
    assert response.status_code == 403
    assert "sign in as a person" in message(response)


def test_a_token_counts_for_more_than_a_cookie_in_the_same_request(user, account, client):
    bob = User.objects.create_user("bob", password="a long password")
    client.force_login(user)
    _, text = tokens.make(bob, "read", account)
    session = make_session(account, status="RUNNING")
    response = client.post(f"/sessions/{session.pk}/end/", headers={"Authorization": f"Bearer {text}"})
    assert response.status_code == 403


def test_the_last_use_is_noted_once_a_minute_at_most(user, account):
    token, text = tokens.make(user, "read", account)
    assert token.last_used_at is None
    program(text).get("/status/")
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    program(text).get("/status/")
    token.refresh_from_db()
    assert token.last_used_at == first
    Token.objects.update(last_used_at=first - timedelta(minutes=2))
    program(text).get("/status/")
    token.refresh_from_db()
    assert token.last_used_at >= first


def test_a_row_that_somebody_else_writes_does_not_hold_up_the_note_of_a_use(user, account, transactional_db):
    token, text = tokens.make(user, "read", account)
    client = program(text)
    with psycopg.connect(**connection.get_connection_params()) as elsewhere:
        elsewhere.execute("SELECT 1 FROM sessions_app_token WHERE id = %s FOR UPDATE", [token.pk])
        connection.cursor().execute("SET lock_timeout = '2s'")
        assert client.get("/status/").status_code == 200
    token.refresh_from_db()
    assert token.last_used_at is None


def test_what_is_not_there_is_404_in_json_for_a_program(user, account):
    client = program_of(user, account)
    for path in ("/sessions/nobodys/", "/projects/nobodys/", "/no/such/page/"):
        response = client.get(path)
        assert response.status_code == 404
        assert message(response)
    assert Project.objects.count() == 0


def test_an_idempotency_key_is_the_tokens_own(user, account, simulator, broker):
    """What another token of the same owner started under the same key is none of its business."""
    clients = [program_of(user, account, "operate") for _ in range(2)]
    first, second = (
        client.post("/sessions/new/", {}, content_type=JSON, headers={"Idempotency-Key": "one"}) for client in clients
    )
    assert (first.status_code, second.status_code) == (201, 201)
    again = clients[0].post("/sessions/new/", {}, content_type=JSON, headers={"Idempotency-Key": "one"})
    assert again.status_code == 409
    assert again.json()["error"]["session"] == first.json()["id"]


@pytest.mark.parametrize(
    "address",
    [
        "/sessions/a/har/",
        "/sessions/a/timeline/",
        "/sessions/a/evidence/",
        "/sessions/a/files.zip",
        "/sessions/a/files/0/",
        "/sessions/facets/",
        "/sessions/histogram/",
        "/sessions/?format=csv",
        "/usage/?format=csv",
        "/api/usage?format=csv",
    ],
)
def test_without_sign_in_a_program_is_told_so_and_a_browser_is_led_to_it(client, db, address):
    for headers in ({"Accept": "*/*"}, {}):
        response = client.get(address, headers=headers)
        assert response.status_code == 401
        assert "Sign in first" in response.json()["error"]["message"]
    if not address.startswith("/api/"):
        browser = client.get(address, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert browser.url.startswith(f"/accounts/login/?next=/{address.split('/')[1]}/")
    assert client.get("/sessions/", headers={"Accept": "*/*"}).url == "/accounts/login/?next=/sessions/"


def test_a_session_that_nobody_knows_is_told_a_program_in_json(account, signed_in):
    for part in ("har", "timeline", "evidence"):
        response = signed_in.get(f"/sessions/nobody/{part}/", headers={"Accept": "*/*"})
        assert (response.status_code, "error" in response.json()) == (404, True)
