"""Whose request it is, and what a token may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.actions import tokens
from sessions_app.models import Session, Token, User
from tests.conftest import eventually
from tests.proxy.conftest import Gateway
from tests.proxy.scripted import Says, Upstream
from tests.upstream import Simulator


@pytest.mark.parametrize(
    "header", ["X-BB-API-Key: {}", "x-bb-api-key: {}", "Authorization: Bearer {}", "authorization: bearer {}"]
)
def test_a_token_comes_in_either_header_in_any_case(gateway: Gateway, header: str) -> None:
    request = f"GET //v1/projects HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{header.format(gateway.token())}\r\n\r\n"
    with gateway.raw(request.encode()) as wire:
        assert wire.recv(65_536).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("token", ["", "sg_unknown", "bb_demo", "sg_" + "é" * 20])
def test_without_a_valid_token_it_is_401_in_the_vendors_shape(
    scripted: Gateway, upstream: Upstream, token: str
) -> None:
    answer = scripted.http("x").get("/v1/sessions", headers={"X-BB-API-Key": token.encode()})
    assert answer.status_code == 401
    assert answer.json()["statusCode"] == 401
    assert answer.json()["error"] == "Unauthorized"
    assert upstream.asked == []


def test_a_revoked_and_an_expired_token_are_refused_at_once(gateway: Gateway) -> None:
    http = gateway.http()
    assert http.get("/v1/projects").status_code == 200
    tokens.revoke(Token.objects.get())
    assert http.get("/v1/projects").status_code == 401
    expired = gateway.token()
    Token.objects.filter(revoked_at=None).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert gateway.http(expired).get("/v1/projects").status_code == 401


def test_the_token_of_somebody_shut_out_is_refused(gateway: Gateway) -> None:
    http = gateway.http()
    User.objects.update(is_active=False)
    assert http.get("/v1/projects").status_code == 401


def test_its_last_use_is_noted(gateway: Gateway) -> None:
    gateway.http().get("/v1/projects")
    eventually(lambda: Token.objects.get().last_used_at)


@pytest.mark.parametrize(
    "line",
    [
        "POST /v1/sessions",
        "POST /v1/sessions/a",
        "GET /v1/sessions/a/debug",
        "POST /v1/sessions/a/uploads",
        "POST /v1/sessions/a/recording/downloads",
        "POST /v1/contexts",
        "DELETE /v1/contexts/a",
        "PUT /v1/contexts/a",
        "POST /v1/extensions",
        "DELETE /v1/extensions/a",
    ],
)
def test_a_token_that_reads_may_not(scripted: Gateway, upstream: Upstream, line: str) -> None:
    method, path = line.split()
    answer = scripted.http(scripted.token("read")).request(method, path, json={})
    assert answer.status_code == 403
    assert "operate" in answer.json()["message"]
    assert upstream.asked == []


def test_a_token_that_reads_gets_no_connect_fields(scripted: Gateway, upstream: Upstream) -> None:
    session = (
        b'{"id":"a","connectUrl":"wss://x","signingKey":"y","seleniumRemoteUrl":"z","more":{"n":12345678901234567890}}'
    )
    upstream.says = Says(session)
    read = scripted.http(scripted.token("read")).get("/v1/sessions/a")
    assert read.json() == {"id": "a", "more": {"n": 12345678901234567890}}
    upstream.says = Says(b"[" + session + b"]")
    assert scripted.http(scripted.token("read")).get("/v1/sessions").json() == [read.json()]
    assert scripted.http().get("/v1/sessions").content == upstream.says.body


def test_lists_are_cut_to_the_tokens_projects(gateway: Gateway, simulator: Simulator) -> None:
    first, second = simulator.projects
    mine, other = simulator.create(projectId=first), simulator.create(projectId=second)
    http = gateway.http(gateway.token(projects=[first]))
    assert [project["id"] for project in http.get("/v1/projects").json()] == [first]
    assert [session["id"] for session in http.get("/v1/sessions").json()] == [mine["id"]]
    everything = [session["id"] for session in gateway.http().get("/v1/sessions").json()]
    assert set(everything) == {mine["id"], other["id"]}


@pytest.mark.parametrize("is_known", [True, False])
def test_what_is_of_another_project_is_403(gateway: Gateway, simulator: Simulator, is_known: bool) -> None:
    first, second = simulator.projects
    other = simulator.create(projectId=second)["id"]
    if is_known:
        Session.objects.create(id=other, account=gateway.account, project_id=second, started_at=timezone.now())
    http = gateway.http(gateway.token(projects=[first]))
    for path in (f"projects/{second}", f"projects/{second}/usage", f"sessions/{other}", f"sessions/{other}/logs",
                 f"sessions/{other}/debug"):  # fmt: skip
        answer = http.get(f"/v1/{path}")
        assert answer.status_code == 403, path
        assert "project" in answer.json()["message"]
    assert http.post(f"/v1/sessions/{other}", json={"status": "REQUEST_RELEASE"}).status_code == 403
    assert http.post("/v1/contexts", json={}).status_code == 403
    assert http.get("/v1/extensions/x").status_code == 403
    assert http.get(f"/v1/projects/{first}/usage").status_code == 200
    assert http.get("/v1/sessions/nobody").status_code == 404
    assert http.get("/v1/sessions/nobody/logs").status_code == 404


def test_its_own_sessions_parts_are_passed_on(gateway: Gateway, simulator: Simulator) -> None:
    mine = simulator.create(projectId=simulator.projects[1])["id"]
    http = gateway.http(gateway.token(projects=[simulator.projects[1]]))
    assert http.get(f"/v1/sessions/{mine}").status_code == 200
    assert http.get(f"/v1/sessions/{mine}/logs").json() == []
    assert http.post(f"/v1/sessions/{mine}", json={"status": "REQUEST_RELEASE"}).status_code == 200


def test_a_create_goes_to_the_only_project(gateway: Gateway, simulator: Simulator) -> None:
    http = gateway.http(gateway.token(projects=[simulator.projects[1]]))
    assert http.post("/v1/sessions", json={}).json()["projectId"] == simulator.projects[1]
    assert http.post("/v1/sessions").json()["projectId"] == simulator.projects[1]
    refused = http.post("/v1/sessions", json={"projectId": simulator.projects[0]})
    assert refused.status_code == 403
    assert simulator.projects[0] in refused.json()["message"]


def test_a_create_of_a_token_of_several_projects_has_to_name_one(gateway: Gateway, simulator: Simulator) -> None:
    http = gateway.http(gateway.token(projects=simulator.projects))
    refused = http.post("/v1/sessions", json={})
    assert refused.status_code == 403
    assert "projectId" in refused.json()["message"]
    named = http.post("/v1/sessions", json={"projectId": simulator.projects[1]})
    assert named.json()["projectId"] == simulator.projects[1]


def test_a_project_named_twice_is_the_one_that_was_checked(scripted: Gateway, upstream: Upstream) -> None:
    http = scripted.http(scripted.token(projects=["mine"]))
    twice = b'{"projectId":"theirs","projectId":"mine"}'
    http.post("/v1/sessions", content=twice)
    assert [asked.body for asked in upstream.asked if asked.method == "POST"] == [b'{"projectId":"mine"}']
    for bad in (b"[]", b"{", b'"x"', b'{"projectId":7}', b'{"projectId":["mine"]}'):
        assert http.post("/v1/sessions", content=bad).status_code in (400, 403), bad


def test_an_address_that_is_none_does_no_harm(gateway: Gateway) -> None:
    created = gateway.http().post("/v1/sessions", json={}, headers={"X-Forwarded-For": "somewhere"})
    assert created.status_code == 201
    assert Session.objects.get().created_by == gateway.user
