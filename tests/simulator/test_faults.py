"""POST /_sim/faults: each kind on the wire, and which request it meets."""

import json
import socket
import threading
import time

import httpx
import pytest

from tests.conftest import eventually
from tests.upstream import Simulator


def test_a_status_is_answered_in_the_apis_error_shape(simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "status", status=503, headers={"x-told": "yes"})
    answer = simulator.http.get("/v1/projects")
    assert (answer.status_code, answer.headers["x-told"]) == (503, "yes")
    assert answer.json()["statusCode"] == 503


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_body_has_none(simulator: Simulator, status: int) -> None:
    simulator.fault("GET /v1/projects", "status", status=status, count=1)
    answer = simulator.http.get("/v1/projects")
    assert (answer.status_code, answer.content) == (status, b"")
    assert simulator.http.get("/v1/projects").status_code == 200


def test_a_429_says_retry_after_one_unless_told_otherwise(simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "status", status=429)
    assert simulator.http.get("/v1/projects").headers["retry-after"] == "1"
    simulator.fault("GET /v1/projects", "status", status=429, headers={"Retry-After": "7"})
    assert simulator.http.get("/v1/projects").headers.get_list("retry-after") == ["7"]
    simulator.fault("GET /v1/projects", "status", status=429, headers={"retry-after": None})
    assert "retry-after" not in simulator.http.get("/v1/projects").headers


def test_latency_delays_the_real_answer(simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "latency", seconds=0.3)
    began = time.monotonic()
    assert len(simulator.get("/v1/projects")) == 2
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("after", 1)])
def test_a_reset_cuts_the_connection_before_or_after_the_real_thing(simulator: Simulator, when: str, made: int) -> None:
    simulator.fault("POST /v1/sessions", "reset", when=when, count=1)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        simulator.http.post("/v1/sessions", json={})
    assert len(simulator.get("/v1/sessions")) == made


def test_a_reset_is_a_reset_on_the_wire(simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "reset")
    host, _, port = simulator.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /v1/projects HTTP/1.1\r\nHost: sim\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            connection.recv(100)


def test_half_a_body_comes_and_then_the_end(simulator: Simulator) -> None:
    whole = simulator.http.get("/v1/projects").content
    simulator.fault("GET /v1/projects", "half_body")
    host, _, port = simulator.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET /v1/projects HTTP/1.1\r\nHost: sim\r\nX-BB-API-Key: {simulator.key}\r\n\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    assert f"content-length: {len(whole)}".encode() in head
    assert body == whole[: len(whole) // 2]


def test_html_502_is_a_proxys_page(simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "html_502")
    answer = simulator.http.get("/v1/projects")
    assert (answer.status_code, answer.headers["content-type"]) == (502, "text/html")
    assert "<html>" in answer.text


def test_bad_json_is_a_200_that_cannot_be_read(simulator: Simulator) -> None:
    simulator.fault("GET /v1", "bad_json")
    for path in ("/v1/projects", "/v1/sessions"):
        answer = simulator.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
        with pytest.raises(json.JSONDecodeError):
            answer.json()


def test_unknown_values_are_words_and_fields_nobody_knows(simulator: Simulator) -> None:
    simulator.put(simulator.session(), simulator.session("COMPLETED"))
    plain = simulator.get("/v1/sessions")
    simulator.fault("GET /v1/sessions", "unknown_values")
    strange = simulator.get("/v1/sessions")
    assert [session["id"] for session in strange] == [session["id"] for session in plain]
    assert not {session["status"] for session in strange} & {"RUNNING", "COMPLETED"}
    assert not {session["region"] for session in strange} & {"us-west-2"}
    assert all(strange[0].keys() > session.keys() for session in plain)


def test_what_hangs_is_freed_when_faults_are_cleared(simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "hang")
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(simulator.http.get("/v1/projects").status_code))
    asking.start()
    eventually(lambda: simulator.get("/_sim/faults")[0]["hits"])
    assert not answers
    assert simulator.http.delete("/_sim/faults").status_code == 204
    asking.join(timeout=10)
    assert answers == [200]
    assert simulator.get("/_sim/faults") == []


def test_a_client_that_leaves_a_hanging_create_makes_nothing(simulator: Simulator) -> None:
    simulator.fault("POST /v1/sessions", "hang", count=1)
    with pytest.raises(httpx.ReadTimeout):
        simulator.http.post("/v1/sessions", json={}, timeout=0.2)
    simulator.clear_faults()
    assert simulator.get("/v1/sessions") == []


def test_a_count_is_used_up(simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "status", count=2)
    assert [simulator.http.get("/v1/projects").status_code for _ in range(3)] == [500, 500, 200]
    assert simulator.get("/_sim/faults") == []


def test_the_newest_match_wins_and_only_what_matches_is_met(simulator: Simulator) -> None:
    simulator.fault("GET /v1/sessions", "status", status=500)
    simulator.fault("GET /v1/sessions?status=RUNNING", "status", status=502)
    simulator.fault("* /v1/sessions/abc", "status", status=503)
    met = {path: simulator.http.get(path).status_code for path in ("/v1/projects", "/v1/sessions")}
    assert met == {"/v1/projects": 200, "/v1/sessions": 500}
    assert simulator.http.get("/v1/sessions?status=RUNNING").status_code == 502
    assert simulator.http.post("/v1/sessions/abcdef", json={}).status_code == 503
    assert simulator.http.post("/v1/sessions", json={}).status_code == 201


def test_a_probability_meets_some(simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", "status", probability=0.5)
    assert {simulator.http.get("/v1/projects").status_code for _ in range(60)} == {200, 500}
    simulator.fault("GET /v1/projects", "status", probability=0)
    assert {simulator.http.get("/v1/projects").status_code for _ in range(5)} == {200}


def test_control_itself_is_never_met(simulator: Simulator) -> None:
    simulator.fault("* /", "reset")
    assert simulator.http.get("/_sim/faults").status_code == 200
    assert simulator.http.delete("/_sim/faults").status_code == 204


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"match": "GET /v1/projects"},
        {"match": "/v1/projects", "fault": "hang"},
        {"match": "GET /v1/projects", "fault": "explosion"},
        {"match": "GET /v1/projects", "fault": "status", "status": 99},
        {"match": "GET /v1/projects", "fault": "hang", "count": 0},
        {"match": "GET /v1/projects", "fault": "hang", "probability": 2},
        {"match": "GET /v1/projects", "fault": "latency", "seconds": -1},
        {"match": "GET /v1/projects", "fault": "status", "headers": {"a b": "c"}},
        {"match": "GET /v1/projects", "fault": "status", "headers": {"a": "c\r\nd: e"}},
        {"match": "GET /v1/projects", "fault": "status", "novelty": 1},
    ],
)
def test_a_wrong_fault_is_a_400_and_none_is_added(simulator: Simulator, body: object) -> None:
    answer = simulator.http.post("/_sim/faults", json=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "Bad Request")
    assert simulator.get("/_sim/faults") == []
