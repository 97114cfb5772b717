"""`POST /sessions/new/` for scripts."""

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from sessions_app.models import Account, Session, User
from tests.conftest import make_account
from tests.upstream import Simulator

URL = "/sessions/new/"
JSON = "application/json"


@pytest.fixture
def here(account: Account, broker: None) -> Account:
    return account


def post(client: Client, body: Any, **headers: str) -> HttpResponse:
    return client.post(URL, body, content_type=JSON, headers=headers)


def message(response: HttpResponse) -> str:
    return response.json()["error"]["message"]


def test_the_apis_own_body_gives_the_session_and_what_connects_to_it(
    signed_in: Client, here: Account, simulator: Simulator
) -> None:
    body = {"projectId": simulator.projects[1], "timeout": 900, "userMetadata": {"team": "growth", "n": 3}}
    response = post(signed_in, body)
    assert response.status_code == 201
    assert "no-store" in response.headers["Cache-Control"]
    answer = response.json()
    assert answer["connect_url"].endswith(answer["signing_key"])
    assert answer["selenium_remote_url"].startswith("http://")
    assert (answer["project_id"], answer["user_metadata"]) == (simulator.projects[1], {"team": "growth", "n": 3})
    assert (answer["created_by"], answer["status"], answer["ended_at"]) == ("ada", "PENDING", None)
    assert set(signed_in.get(f"/sessions/{answer['id']}/?format=json").json()) == set(answer) - {
        "connect_url",
        "signing_key",
        "selenium_remote_url",
    }


def test_an_empty_body_takes_the_first_accounts_first_project(
    signed_in: Client, here: Account, simulator: Simulator
) -> None:
    assert post(signed_in, {}).json()["project_id"] == simulator.projects[0]


def test_a_project_that_no_pull_has_shown_yet_is_left_to_upstream(
    signed_in: Client, here: Account, simulator: Simulator
) -> None:
    assert post(signed_in, {"projectId": simulator.projects[0]}).status_code == 201
    assert post(signed_in, {"projectId": "of nobody"}).status_code in (400, 403, 404)


def test_options_nobody_here_knows_are_passed_on(signed_in: Client, here: Account) -> None:
    assert post(signed_in, {"newOption": {"a": [1]}, "browserSettings": {"newer": True}}).status_code == 201


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (" ", "not JSON"),
        ("{", "not JSON"),
        ("projectId=1", "not JSON"),
        ('{"a": NaN}', "not JSON"),
        ("[" * 100_000, "not JSON"),
        (b"\xff{}", "not JSON"),
        ("[]", "must be a JSON object"),
        ("null", "must be a JSON object"),
        ('{"timeout": 59}', "timeout must be"),
        ('{"userMetadata": {"k": "' + "x" * 600 + '"}}', "at most 512"),
        ('{"proxies": [{"type": "external"}]}', "proxies[0].server is missing"),
        ('{"region": "mars-1"}', "region"),
    ],
)
def test_what_cannot_be_started_is_a_400_with_the_reason(
    signed_in: Client, here: Account, simulator: Simulator, body: str | bytes, words: str
) -> None:
    response = post(signed_in, body)
    assert response.status_code == 400
    assert words in message(response)
    assert simulator.get("/v1/sessions") == []


def test_a_body_beyond_measure_is_a_413(signed_in: Client, here: Account) -> None:
    assert post(signed_in, json.dumps({"note": "x" * 1_100_000})).status_code == 413


def test_other_types_of_body_are_told_what_to_send(signed_in: Client, here: Account) -> None:
    response = signed_in.post(f"{URL}?format=json", {"project": "x"})
    assert (response.status_code, "application/json" in message(response)) == (415, True)
    assert signed_in.get(f"{URL}?format=json").status_code == 405


def test_a_limit_is_a_429_that_says_when(signed_in: Client, here: Account, simulator: Simulator) -> None:
    simulator.fault("POST /v1/sessions", "status", status=429, count=1, headers={"retry-after": "17"})
    response = post(signed_in, {})
    assert (response.status_code, response.headers["Retry-After"]) == (429, "17")
    assert response.json()["error"]["retry_after"] == 17


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"fault": "status", "status": 500}, 502),
        ({"fault": "html_502"}, 502),
        ({"fault": "bad_json"}, 502),
        ({"fault": "reset"}, 502),
    ],
)
def test_upstreams_failure_is_a_gateways_and_says_that_it_may_have_started(
    signed_in: Client, here: Account, simulator: Simulator, fault: dict, status: int
) -> None:
    simulator.fault("POST /v1/sessions", count=1, **fault)
    response = post(signed_in, {})
    assert response.status_code == status
    assert response.json()["error"]["may_have_started"] is True


def test_a_refused_key_of_ours_is_no_401_for_the_caller(signed_in: Client, simulator: Simulator, broker: None) -> None:
    make_account("stale", simulator.url, "bb_no_such_key")
    response = post(signed_in, {})
    assert response.status_code == 502
    assert "may_have_started" not in response.json()["error"]


def test_without_an_account_nothing_can_be_started(signed_in: Client, broker: None) -> None:
    response = post(signed_in, {})
    assert (response.status_code, "no account" in message(response)) == (502, True)


def test_an_idempotency_key_starts_one_session_only(signed_in: Client, here: Account, simulator: Simulator) -> None:
    first = post(signed_in, {}, **{"Idempotency-Key": "k1"}).json()
    again = post(signed_in, {}, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()["error"]["session"]) == (409, first["id"])
    assert first["signing_key"] not in again.content.decode()
    assert post(signed_in, {}, **{"Idempotency-Key": "k2"}).status_code == 201
    assert len(simulator.get("/v1/sessions")) == 2


def test_a_refused_request_may_be_repeated_with_its_idempotency_key(
    signed_in: Client, here: Account, simulator: Simulator
) -> None:
    simulator.fault("POST /v1/sessions", "status", status=429, count=1)
    assert post(signed_in, {}, **{"Idempotency-Key": "k3"}).status_code == 429
    assert post(signed_in, {}, **{"Idempotency-Key": "k3"}).status_code == 201


def test_who_is_not_signed_in_is_told_so_in_json(client: Client, here: Account) -> None:
    response = post(client, {})
    assert (response.status_code, "Sign in" in message(response)) == (401, True)
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, {}).status_code == 401
    assert Session.objects.count() == 0


def test_a_request_without_its_csrf_token_is_a_403_in_json(here: Account, user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(user)
    response = post(strict, {})
    assert (response.status_code, "X-CSRFToken" in message(response)) == (403, True)
    strict.get(URL)
    token = strict.cookies["csrftoken"].value
    assert post(strict, {}, **{"X-CSRFToken": token}).status_code == 201
