"""A create starts one session, has one owner, and is answered with it however often it is sent."""

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest

from sessions_app.actions import creations
from sessions_app.models import AuditEvent, CreateTry, Session
from tests.conftest import eventually
from tests.processes import Process
from tests.proxy.conftest import Gateway
from tests.proxy.scripted import Says, Upstream
from tests.upstream import Simulator

BODY = {"userMetadata": {"job": "one"}, "keepAlive": True}
LOST = [{"fault": "reset"}, {"fault": "half_body"}, {"fault": "status", "status": 500}, {"fault": "bad_json"}]


def again(count: int = 1) -> dict[str, str]:
    return {"x-stainless-retry-count": str(count)}


def create(http: httpx.Client, retry: int = 0, **body: Any) -> httpx.Response:
    return http.post("/v1/sessions", json=body or BODY, headers=again(retry))


def started(simulator: Simulator) -> list[str]:
    return [session["id"] for session in simulator.get("/v1/sessions")]


def hang_up(gateway: Gateway, token: str, body: bytes = b"{}", headers: str = "") -> None:
    """Send a create, wait until it is on its way, and leave without its answer."""
    head = f"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nX-BB-API-Key: {token}\r\nContent-Length: {len(body)}\r\n{headers}"
    before = CreateTry.objects.count()
    wire = gateway.raw(f"{head}\r\n".encode() + body)
    eventually(lambda: CreateTry.objects.count() > before)
    wire.close()


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault["fault"])
def test_a_create_whose_answer_was_lost_gets_its_owner(gateway: Gateway, simulator: Simulator, fault: Any) -> None:
    simulator.fault("POST /v1/sessions", when="after", **fault)
    answer = create(gateway.http())
    assert answer.status_code in (201, 500, 502)
    (session,) = started(simulator)
    eventually(lambda: Session.objects.filter(pk=session, created_by=gateway.user).exists())
    assert AuditEvent.objects.filter(session_id=session, actor=gateway.user).count() == 1


@pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault["fault"])
def test_its_repetition_gets_the_session_that_was_started(gateway: Gateway, simulator: Simulator, fault: Any) -> None:
    simulator.fault("POST /v1/sessions", when="after", count=1, **fault)
    http = gateway.http()
    create(http)
    repeated = create(http, 1)
    assert repeated.status_code == 201
    assert [repeated.json()["id"]] == started(simulator)
    assert repeated.json()["connectUrl"]


def test_a_repetition_of_what_never_started_starts_it(gateway: Gateway, simulator: Simulator) -> None:
    simulator.fault("POST /v1/sessions", "status", status=503, count=1)
    http = gateway.http()
    assert create(http).status_code == 503
    assert [create(http, 1).json()["id"]] == started(simulator)


def test_who_hung_up_has_its_session_and_its_repetition_gets_it(gateway: Gateway, simulator: Simulator) -> None:
    simulator.fault("POST /v1/sessions", "latency", seconds=1)
    token = gateway.token()
    hang_up(gateway, token, json.dumps(BODY).encode())
    repeated = create(gateway.http(token), 1)
    assert repeated.status_code == 201
    assert [repeated.json()["id"]] == started(simulator)
    assert Session.objects.get().created_by == gateway.user
    other = create(gateway.http(token))
    assert other.json()["id"] != repeated.json()["id"]


def test_who_hung_up_and_never_comes_back_owns_it_too(gateway: Gateway, simulator: Simulator) -> None:
    simulator.fault("POST /v1/sessions", "latency", seconds=1)
    hang_up(gateway, gateway.token())
    eventually(lambda: Session.objects.filter(created_by=gateway.user).exists())


def test_a_repetition_of_a_create_whose_answer_hangs_gets_its_session(gateway: Gateway, simulator: Simulator) -> None:
    simulator.fault("POST /v1/sessions", "hang", when="after", count=1)
    token = gateway.token()
    hang_up(gateway, token, json.dumps(BODY).encode())
    repeated = create(gateway.http(token), 1)
    assert repeated.status_code == 201
    assert [repeated.json()["id"]] == started(simulator)
    assert Session.objects.get().created_by == gateway.user


def test_who_hung_up_on_a_hanging_answer_owns_it_and_that_is_recorded_once(
    gateway: Gateway, simulator: Simulator
) -> None:
    simulator.fault("POST /v1/sessions", "hang", when="after", count=1)
    hang_up(gateway, gateway.token())
    eventually(lambda: Session.objects.filter(created_by=gateway.user).exists())
    simulator.clear_faults()
    eventually(lambda: CreateTry.objects.exclude(encrypted_answer="").exists())
    assert AuditEvent.objects.filter(session_id=started(simulator)[0]).count() == 1


def test_an_answered_create_that_is_repeated_is_answered_from_a_fresh_read(
    gateway: Gateway, simulator: Simulator
) -> None:
    http = gateway.http()
    first = create(http).json()
    eventually(lambda: simulator.get(f"/v1/sessions/{first['id']}")["status"] == "RUNNING")
    second = create(http, 1)
    assert second.status_code == 201
    assert second.json() == first | {"status": "RUNNING", "updatedAt": second.json()["updatedAt"]}
    assert create(http, 2).json()["id"] == first["id"]


def test_connect_fields_that_the_fresh_read_lacks_come_from_the_first_answer(
    scripted: Gateway, upstream: Upstream
) -> None:
    upstream.says = Says(
        b'{"id":"a","status":"PENDING","connectUrl":"wss://x?signingKey=secret","signingKey":"secret"}', 201
    )
    http = scripted.http()
    create(http)
    kept = CreateTry.objects.get().encrypted_answer
    assert kept
    assert "secret" not in kept
    upstream.says = Says(b'{"id":"a","status":"RUNNING","new":1}')
    expected = {
        "id": "a",
        "status": "RUNNING",
        "new": 1,
        "connectUrl": "wss://x?signingKey=secret",
        "signingKey": "secret",
    }
    assert create(http, 1).json() == expected
    assert [asked.method for asked in upstream.asked] == ["POST", "GET"]
    CreateTry.objects.update(touched_at=CreateTry.objects.get().touched_at - creations.timedelta(seconds=91))
    creations.sweep()
    assert CreateTry.objects.get().encrypted_answer == ""


def test_two_creates_with_the_same_body_and_no_mark_are_two(gateway: Gateway, simulator: Simulator) -> None:
    http = gateway.http()
    assert create(http).json()["id"] != create(http).json()["id"]
    assert len(started(simulator)) == 2


def test_a_session_answers_the_repetitions_of_one_client_only(gateway: Gateway, simulator: Simulator) -> None:
    token = gateway.token()
    first = create(gateway.http(token)).json()["id"]
    assert create(gateway.http(token), 1).json()["id"] == first
    assert create(gateway.http(token), 1).json()["id"] != first
    assert len(started(simulator)) == 2


@pytest.mark.parametrize("other", ["token", "body", "address", "late"])
def test_another_clients_repetition_is_a_create(gateway: Gateway, simulator: Simulator, other: str) -> None:
    token = gateway.token()
    create(gateway.http(token))
    http = gateway.http(
        gateway.token() if other == "token" else token, "127.0.0.2" if other == "address" else "127.0.0.1"
    )
    if other == "late":
        CreateTry.objects.update(touched_at=CreateTry.objects.get().touched_at - creations.timedelta(seconds=91))
    assert create(http, 1, **({"keepAlive": True} if other == "body" else {})).status_code == 201
    assert len(started(simulator)) == 2


def test_equal_bodies_written_differently_are_equal(gateway: Gateway, simulator: Simulator) -> None:
    http = gateway.http()
    http.post("/v1/sessions", content=b'{"keepAlive":true,"region":"us-west-2"}')
    http.post("/v1/sessions", content=b'{ "region": "us-west-2",\n "keepAlive": true }', headers=again())
    assert len(started(simulator)) == 1


def test_the_repetition_of_a_refused_create_is_a_new_one(gateway: Gateway, simulator: Simulator) -> None:
    http = gateway.http()
    first = create(http)
    simulator.fault("POST /v1/sessions", "status", status=429, count=1)
    refused = create(http)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert create(http, 1).json()["id"] != first.json()["id"]
    assert len(started(simulator)) == 2


def test_twenty_equal_creates_at_once_some_refused_end_as_twenty(gateway: Gateway, simulator: Simulator) -> None:
    simulator.http.post(
        "/_sim/faults", json={"match": "POST /v1/sessions", "fault": "status", "status": 429, "probability": 0.3}
    )
    token = gateway.token()

    def client(_: int) -> str:
        http = gateway.http(token)
        for count in range(30):
            answer = create(http, count, keepAlive=True)
            if answer.status_code == 201:
                return answer.json()["id"]
            assert answer.status_code == 429
        raise AssertionError("refused 30 times")

    with ThreadPoolExecutor(20) as pool:
        ids = list(pool.map(client, range(20)))
    assert len(set(ids)) == 20
    assert set(started(simulator)) == set(ids)


def test_equal_creates_that_were_all_lost_are_found_each_by_one(gateway: Gateway, simulator: Simulator) -> None:
    simulator.fault("POST /v1/sessions", "reset", when="after", count=6)
    token = gateway.token()

    def client(_: int) -> str:
        http = gateway.http(token)
        assert create(http).status_code == 502
        return create(http, 1).json()["id"]

    with ThreadPoolExecutor(6) as pool:
        ids = list(pool.map(client, range(6)))
    assert sorted(ids) == sorted(started(simulator))
    assert len(set(ids)) == 6


def test_a_lost_create_does_not_take_what_an_equal_one_is_waiting_for(gateway: Gateway, simulator: Simulator) -> None:
    token = gateway.token()
    simulator.fault("POST /v1/sessions", "latency", seconds=3, when="after", count=1)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(create, gateway.http(token))
        eventually(lambda: started(simulator))
        simulator.fault("POST /v1/sessions", "reset", count=1)
        http = gateway.http(token)
        assert create(http).status_code == 502
        repeated = create(http, 1).json()["id"]
        assert repeated != waiting.result().json()["id"]
    assert len(started(simulator)) == 2


def test_an_idempotency_key_is_one_session(gateway: Gateway, simulator: Simulator) -> None:
    key = {"Idempotency-Key": "order 7"}
    token = gateway.token()
    simulator.fault("POST /v1/sessions", "latency", seconds=0.5)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: gateway.http(token).post("/v1/sessions", json=BODY, headers=key), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert [answer.json()["id"] for answer in answers] == started(simulator) * 8
    elsewhere = gateway.http(token, "127.0.0.3").post("/v1/sessions", json=BODY, headers=key)
    assert [elsewhere.json()["id"]] == started(simulator)
    other_body = gateway.http(token).post("/v1/sessions", json={}, headers=key)
    assert (other_body.status_code, other_body.json()["statusCode"]) == (422, 422)
    assert gateway.http().post("/v1/sessions", json={}, headers=key).status_code == 201
    CreateTry.objects.update(began_at=CreateTry.objects.first().began_at - creations.timedelta(hours=25))
    assert gateway.http(token).post("/v1/sessions", json={}, headers=key).status_code == 201
    assert len(started(simulator)) == 3


def test_an_idempotency_key_whose_create_was_refused_is_free_again(gateway: Gateway, simulator: Simulator) -> None:
    key = {"Idempotency-Key": "k"}
    http = gateway.http()
    assert http.post("/v1/sessions", json={"timeout": 1}, headers=key).status_code == 400
    assert http.post("/v1/sessions", json={}, headers=key).status_code == 201
    simulator.fault("POST /v1/sessions", "reset", when="after", count=1)
    key = {"Idempotency-Key": "lost"}
    assert http.post("/v1/sessions", json=BODY, headers=key).status_code == 502
    assert http.post("/v1/sessions", json=BODY, headers=key).status_code == 201
    assert len(started(simulator)) == 2


Starts = Callable[[], tuple[Process, str]]


def test_a_repetition_that_reaches_another_process_waits_for_the_first(
    gateway: Gateway, simulator: Simulator, starts_web: Starts
) -> None:
    _, other = starts_web()
    token = gateway.token()
    simulator.fault("POST /v1/sessions", "latency", seconds=1.5)
    hang_up(gateway, token)
    repeated = gateway.http(token, url=other).post("/v1/sessions", json={}, headers=again())
    assert [repeated.json()["id"]] == started(simulator)


def test_a_create_of_a_process_that_was_killed_is_found_by_the_next(
    gateway: Gateway, simulator: Simulator, starts_web: Starts
) -> None:
    process, url = starts_web()
    token = gateway.token()
    simulator.fault("POST /v1/sessions", "latency", seconds=30, when="after", count=1)
    first = threading.Thread(target=ignoring_errors, args=(lambda: create(gateway.http(token, url=url)),))
    first.start()
    eventually(lambda: started(simulator))
    process.kill()
    first.join()
    repeated = create(gateway.http(token), 1)
    assert [repeated.json()["id"]] == started(simulator)
    assert Session.objects.get().created_by == gateway.user


def test_the_sweep_finds_what_nobody_asks_for_again(gateway: Gateway, simulator: Simulator, starts_web: Starts) -> None:
    process, url = starts_web()
    simulator.fault("POST /v1/sessions", "latency", seconds=30, when="after", count=1)
    http = gateway.http(url=url)
    first = threading.Thread(target=ignoring_errors, args=(lambda: create(http),))
    first.start()
    eventually(lambda: started(simulator))
    process.kill()
    first.join()
    gateway.http().get("/v1/sessions")
    eventually(Session.objects.exists)
    creations.sweep()
    assert Session.objects.get().created_by == gateway.user


def ignoring_errors(work: Callable[[], object]) -> None:
    with pytest.raises(httpx.HTTPError):
        work()


def test_while_upstream_cannot_say_what_became_of_it_nothing_is_started(gateway: Gateway, simulator: Simulator) -> None:
    simulator.fault("GET /v1/sessions", "status", status=503)
    simulator.fault("POST /v1/sessions", "reset", when="after", count=1)
    http = gateway.http()
    create(http)
    assert create(http, 1).status_code == 502
    simulator.clear_faults()
    assert [create(http, 2).json()["id"]] == started(simulator)


def test_a_session_that_an_outsider_started_is_nobodys(gateway: Gateway, simulator: Simulator) -> None:
    outside = simulator.create(userMetadata={"job": "other"})
    simulator.fault("POST /v1/sessions", "reset", count=1)
    http = gateway.http()
    assert create(http).status_code == 502
    mine = create(http, 1).json()["id"]
    gateway.http().get("/v1/sessions")
    eventually(lambda: Session.objects.filter(pk=outside["id"]).exists())
    creations.sweep()
    assert Session.objects.get(pk=outside["id"]).created_by is None
    assert Session.objects.get(pk=mine).created_by == gateway.user


def test_upstream_that_cannot_be_reached_started_nothing(scripted: Gateway, upstream: Upstream) -> None:
    upstream.close()
    assert create(scripted.http()).status_code == 502
    assert CreateTry.objects.get().state == CreateTry.State.REFUSED


def test_a_body_that_is_no_json_is_upstreams_to_refuse(gateway: Gateway) -> None:
    for body in (b"{", b"[]", b"\xff", b'{"timeout": 1}'):
        assert gateway.http().post("/v1/sessions", content=body).status_code == 400


def test_an_odd_content_type_and_a_missing_body_pass(gateway: Gateway) -> None:
    http = gateway.http()
    assert http.post("/v1/sessions").status_code == 201
    assert http.post("/v1/sessions", content=b"{}", headers={"Content-Type": "text/plain"}).status_code == 201


def test_the_answer_waits_for_nothing_else(scripted: Gateway, upstream: Upstream) -> None:
    def picky(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(201)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")

    upstream.says = picky
    assert create(scripted.http()).content == b"{}"
