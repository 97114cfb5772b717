"""/v1 on the wire: what HTTP allows and programs do, that no SDK here does."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.contract.conftest import Door
from tests.contract.wire import Connection, chunked
from tests.upstream import Simulator


@pytest.fixture
def connection(door: Door) -> Iterator[Connection]:
    with Connection(door.url) as connection:
        yield connection


def test_many_requests_share_a_connection(connection: Connection, door: Door, simulator: Simulator) -> None:
    key = f"X-BB-API-Key: {door.key}"
    for _ in range(30):
        assert len(json.loads(connection.ask("GET", "/v1/projects", key).body)) == 2
        assert connection.ask("GET", "/v1/sessions/nobody", key).status == 404
        assert connection.ask("GET", "/v1/nothing", key).status == 404
        assert connection.ask("DELETE", "/v1/projects", key).status == 404
        body = b'{"timeout": 1}'
        assert connection.ask("POST", "/v1/sessions", key, f"Content-Length: {len(body)}", body=body).status == 400
    assert simulator.get("/v1/sessions") == []


def test_a_refusal_leaves_the_connection_as_good_as_it_was(connection: Connection, door: Door) -> None:
    """A body nobody asked for is not taken for the next request."""
    body = b"GET /v1/smuggled HTTP/1.1\r\nHost: a\r\n\r\n"
    for target, *headers in (
        ("/v1/sessions",),
        ("/v1/nothing", f"X-BB-API-Key: {door.key}"),
        ("/v1/contexts", "X-BB-API-Key: sg_nobody"),
    ):
        refused = connection.ask("POST", target, *headers, f"Content-Length: {len(body)}", body=body)
        assert refused.status in (401, 404)
    assert connection.ask("GET", "/v1/projects", f"X-BB-API-Key: {door.key}").status == 200


@pytest.mark.parametrize("name", ["X-BB-API-Key", "x-bb-api-key", "X-Bb-Api-Key", "X-BB-API-KEY"])
def test_the_key_may_come_in_any_case(connection: Connection, door: Door, name: str) -> None:
    assert connection.ask("GET", "/v1/projects", f"{name}: {door.key}").status == 200


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_the_token_may_come_as_a_bearer(connection: Connection, door: Door, scheme: str) -> None:
    assert connection.ask("GET", "/v1/projects", f"Authorization: {scheme} {door.key}").status == 200


@pytest.mark.parametrize(
    "headers", [(), ("X-BB-API-Key:",), ("Authorization: Bearer",), ("Authorization: Basic YTpi",)]
)
def test_without_a_token_it_is_401_in_the_vendors_shape(connection: Connection, headers: tuple[str, ...]) -> None:
    answer = connection.ask("GET", "/v1/projects", *headers)
    body = json.loads(answer.body)
    assert (answer.status, body["statusCode"], body["error"]) == (401, 401, "Unauthorized")
    assert body["message"]


@pytest.mark.parametrize("target", ["//v1/projects", "///v1/projects", "/v1/projects?", "/v1/projects?new=1&new=2"])
def test_slashes_before_and_queries_behind_change_nothing(connection: Connection, door: Door, target: str) -> None:
    answer = connection.ask("GET", target, f"X-BB-API-Key: {door.key}")
    assert (answer.status, len(json.loads(answer.body))) == (200, 2)


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Type: application/json",),
        ("Content-Type: application/json", "Content-Length: 0"),
        ("Content-Type: a b; c",),
        ("Content-Type: text/plain", "Accept: */*"),
    ],
)
def test_a_get_with_a_content_type_and_no_body_is_a_get(
    connection: Connection, door: Door, headers: tuple[str, ...]
) -> None:
    assert connection.ask("GET", "/v1/projects", f"X-BB-API-Key: {door.key}", *headers).status == 200
    assert connection.ask("GET", "/v1/sessions", f"X-BB-API-Key: {door.key}", *headers).status == 200


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "text/plain", "application/octet-stream", "", "application/json; charset=UTF-8"],
)
def test_a_create_is_read_whatever_it_calls_itself(
    connection: Connection, door: Door, simulator: Simulator, content_type: str
) -> None:
    body = json.dumps({"userMetadata": {"note": "é 雪"}}, ensure_ascii=False, indent=2).encode()
    headers = (f"X-BB-API-Key: {door.key}", f"Content-Type: {content_type}", f"Content-Length: {len(body)}")
    answer = connection.ask("POST", "/v1/sessions", *headers, body=body)
    assert answer.status == 201
    assert simulator.get(f"/v1/sessions/{json.loads(answer.body)['id']}")["userMetadata"] == {"note": "é 雪"}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (("Content-Length: 2",), b"{}"),
        (("Content-Length: 0",), b""),
        ((), b""),
        (("Transfer-Encoding: chunked",), chunked(b"{", b"}")),
        (("Transfer-Encoding: chunked",), chunked()),
        (("transfer-encoding: Chunked", "Content-Type: application/json"), chunked(b"{}")),
    ],
)
def test_a_create_with_nothing_in_it_in_every_framing(
    connection: Connection, door: Door, simulator: Simulator, headers: tuple[str, ...], body: bytes
) -> None:
    answer = connection.ask("POST", "/v1/sessions", f"X-BB-API-Key: {door.key}", *headers, body=body)
    assert answer.status == 201
    assert [session["id"] for session in simulator.get("/v1/sessions")] == [json.loads(answer.body)["id"]]
    assert connection.ask("GET", "/v1/projects", f"X-BB-API-Key: {door.key}").status == 200


def test_a_client_that_waits_to_be_told_to_continue_is_told(connection: Connection, door: Door) -> None:
    lines = (
        "POST /v1/sessions HTTP/1.1",
        "Host: a",
        f"X-BB-API-Key: {door.key}",
        "Expect: 100-continue",
        "Content-Length: 2",
        "",
        "",
    )
    connection.send("\r\n".join(lines).encode())
    assert connection.socket.recv(25).startswith(b"HTTP/1.1 100 Continue\r\n")
    connection.send(b"{}")
    assert connection.answer("POST").status == 201


def test_a_client_that_waits_and_is_not_let_in_is_refused_at_once(connection: Connection) -> None:
    headers = ("X-BB-API-Key: sg_nobody", "Expect: 100-continue", "Content-Length: 1000000")
    assert connection.ask("POST", "/v1/extensions", *headers).status == 401


def test_two_host_headers_are_a_400(connection: Connection, door: Door) -> None:
    assert connection.ask("GET", "/v1/projects", "Host: another", f"X-BB-API-Key: {door.key}").status == 400


def test_two_keys_never_mean_the_second(connection: Connection, door: Door) -> None:
    answer = connection.ask("GET", "/v1/projects", "X-BB-API-Key: sg_nobody", f"X-BB-API-Key: {door.key}")
    assert answer.status in (400, 401)


@pytest.mark.parametrize("target", ["/v1/projects", "/v1/nothing"])
def test_head_has_no_body(connection: Connection, door: Door, target: str) -> None:
    answer = connection.ask("HEAD", target, f"X-BB-API-Key: {door.key}")
    assert answer.status < 500
    assert answer.body == b""
    assert connection.ask("GET", "/v1/projects", f"X-BB-API-Key: {door.key}").status == 200


def test_cookies_pass_neither_way(connection: Connection, door: Door, simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "status", status=200, headers={"Set-Cookie": "a=1", "x-request-id": "r1"})
    answer = connection.ask("GET", "/v1/projects", f"X-BB-API-Key: {door.key}", "Cookie: sessionid=x")
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-request-id"] == "r1"


def test_a_half_sent_request_reaches_nobody(door: Door, simulator: Simulator) -> None:
    headers = f"X-BB-API-Key: {door.key}\r\nContent-Length: 100"
    for _ in range(5):
        with Connection(door.url) as connection:
            connection.send(f"POST /v1/sessions HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n{{".encode())
    time.sleep(0.3)
    assert simulator.get("/v1/sessions") == []
    assert httpx.get(f"{door.url}/v1/projects", headers={"x-bb-api-key": door.key}).status_code == 200


@pytest.mark.parametrize(
    "segment", ["%2e%2e", "..", ".", "%2E", "..%2fprojects", "%2e%2e%2f%2e%2e", "..%2F..%2F_sim", "%2e%2e%5cprojects"]
)
def test_an_id_that_climbs_reaches_nothing_else(
    connection: Connection, door: Door, simulator: Simulator, segment: str
) -> None:
    key = f"X-BB-API-Key: {door.key}"
    for target in (f"/v1/sessions/{segment}", f"/v1/sessions/{segment}/debug", f"/v1/projects/{segment}/usage"):
        answer = connection.ask("GET", target, key)
        assert (answer.status, json.loads(answer.body)["statusCode"]) == (404, 404)


def test_an_encoded_slash_stays_in_its_id(connection: Connection, door: Door, simulator: Simulator) -> None:
    key = f"X-BB-API-Key: {door.key}"
    names = {
        "a/b": "a%2Fb",
        "a/../b": "a%2f..%2Fb",
        "ü %": "%C3%BC%20%25",
        "a?b#c": "a%3Fb%23c",
        "%2e%2e": "%252e%252e",
    }
    simulator.put(*(simulator.session(id=name) for name in names))
    for name, segment in names.items():
        assert json.loads(connection.ask("GET", f"/v1/sessions/{segment}", key).body)["id"] == name
