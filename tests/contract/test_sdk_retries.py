"""The official SDK sends a create again when its answer is lost or a 5xx: through the site that is one session."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import browserbase
import httpx
import pytest

from sessions_app.models import Session
from tests.conftest import eventually
from tests.contract.conftest import Door, OpenDoor, asker
from tests.processes import start_simulator
from tests.upstream import Simulator

CREATE = "POST /v1/sessions"
LOST: list[dict[str, Any]] = [
    {"fault": "reset", "when": "after"},
    {"fault": "reset", "when": "before"},
    {"fault": "half_body"},
    {"fault": "status", "status": 500, "when": "after"},
    {"fault": "status", "status": 503, "when": "before"},
    {"fault": "html_502"},
    {"fault": "status", "status": 429},
]


@pytest.mark.parametrize("lost", LOST, ids=[" ".join(map(str, fault.values())) for fault in LOST])
def test_a_create_whose_answer_is_lost_is_one_session(
    kind: str, lost: dict[str, Any], door: Door, simulator: Simulator
) -> None:
    simulator.fault(CREATE, count=1, **lost)
    ask = asker(kind, door.url, door.key, max_retries=2)
    made = ask(lambda sdk: sdk.sessions.create(user_metadata={"job": "nightly"}, keep_alive=True))
    assert [session["id"] for session in simulator.get("/v1/sessions")] == [made.id]
    assert made.connect_url.startswith("ws://")
    assert made.signing_key
    assert made.user_metadata == {"job": "nightly"}
    assert Session.objects.get(pk=made.id).created_by == door.token.owner


def test_a_create_that_the_client_gave_up_waiting_for_is_one_session(
    kind: str, door: Door, simulator: Simulator
) -> None:
    """The first try is still on its way upstream when the second comes."""
    simulator.fault(CREATE, "latency", seconds=2, count=1)
    ask = asker(kind, door.url, door.key, max_retries=3)
    made = ask(lambda sdk: sdk.with_options(timeout=0.7).sessions.create())
    assert [session["id"] for session in simulator.get("/v1/sessions")] == [made.id]
    eventually(lambda: Session.objects.filter(pk=made.id, created_by=door.token.owner).exists())


def test_a_create_whose_answer_nobody_can_read_still_has_an_owner(door: Door, simulator: Simulator) -> None:
    simulator.fault(CREATE, "bad_json", count=1)
    answer = httpx.post(f"{door.url}/v1/sessions", headers={"X-BB-API-Key": door.key}, json={"keepAlive": True})
    assert answer.status_code == 201
    (made,) = simulator.get("/v1/sessions")
    eventually(lambda: Session.objects.filter(pk=made["id"], created_by=door.token.owner).exists())


def test_two_lost_answers_are_one_session(kind: str, door: Door, simulator: Simulator) -> None:
    simulator.fault(CREATE, "reset", when="after", count=2)
    made = asker(kind, door.url, door.key, max_retries=3)(lambda sdk: sdk.sessions.create())
    assert [session["id"] for session in simulator.get("/v1/sessions")] == [made.id]


def test_equal_creates_of_two_clients_are_two_sessions(door: Door, simulator: Simulator) -> None:
    made: list[str] = []

    def create() -> None:
        made.append(asker("sync", door.url, door.key, max_retries=2)(lambda sdk: sdk.sessions.create()).id)

    clients = [threading.Thread(target=create) for _ in range(6)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    assert len(set(made)) == 6
    assert {session["id"] for session in simulator.get("/v1/sessions")} == set(made)


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A world without limits."""
    options = "--sessions 0 --speed 0 --concurrency 0 --creates-per-minute 0".split()
    process, url = start_simulator(tmp_path_factory.mktemp("endless") / "log", *options)
    world = Simulator(url, "bb_demo")
    yield world
    world.http.close()
    process.stop()
    assert "Traceback" not in process.text()


@pytest.mark.parametrize("status", [429, 503], ids=["refused", "failed"])
def test_a_hundred_equal_creates_some_not_done_at_first_are_a_hundred_sessions(
    status: int, open_door: OpenDoor, endless: Simulator
) -> None:
    door = open_door(endless.url, endless.key)
    before = {session["id"] for session in endless.get("/v1/sessions")}
    endless.fault(CREATE, "status", status=status, count=30)

    async def create(sdk: browserbase.AsyncBrowserbase) -> list[str]:
        made = await asyncio.gather(*(sdk.sessions.create(user_metadata={"job": str(status)}) for _ in range(100)))
        return [session.id for session in made]

    made = asker("async", door.url, door.key, max_retries=5)(create)
    assert len(set(made)) == 100
    assert {session["id"] for session in endless.get("/v1/sessions")} - before == set(made)
    assert Session.objects.filter(created_by=door.token.owner).count() == 100


def test_a_release_whose_answer_is_lost_is_asked_again(kind: str, door: Door, simulator: Simulator) -> None:
    made = simulator.create(keepAlive=True)
    simulator.fault("POST /v1/sessions/", "reset", when="after", count=1)
    ask = asker(kind, door.url, door.key, max_retries=2)
    assert ask(lambda sdk: sdk.sessions.update(made["id"], status="REQUEST_RELEASE")).id == made["id"]
    eventually(lambda: simulator.get(f"/v1/sessions/{made['id']}")["status"] == "COMPLETED", within_s=8)


@pytest.mark.parametrize("fault", ["reset", "html_502", "half_body"])
def test_a_read_is_retried_by_the_sdk(kind: str, fault: str, door: Door, simulator: Simulator) -> None:
    simulator.fault("GET /v1/projects", fault, count=1)
    assert len(asker(kind, door.url, door.key, max_retries=2)(lambda sdk: sdk.projects.list())) == 2


def test_a_429_passes_with_all_it_says(kind: str, door: Door, simulator: Simulator) -> None:
    told = {"retry-after": 7, "x-ratelimit-limit": 25, "x-ratelimit-remaining": 0, "x-ratelimit-reset": 7}
    simulator.fault(CREATE, "status", status=429, headers=told)
    with pytest.raises(browserbase.RateLimitError) as refused:
        asker(kind, door.url, door.key)(lambda sdk: sdk.sessions.create())
    answer = refused.value.response
    assert {name: int(answer.headers[name]) for name in told} == told
    assert answer.json() == simulator.http.post("/v1/sessions", json={}).json()


BROKEN: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"fault": "status", "status": 500}, browserbase.InternalServerError),
    ({"fault": "status", "status": 409}, browserbase.ConflictError),
    ({"fault": "status", "status": 422}, browserbase.UnprocessableEntityError),
    ({"fault": "status", "status": 402}, browserbase.APIStatusError),
    ({"fault": "html_502"}, browserbase.InternalServerError),
    ({"fault": "reset"}, browserbase.InternalServerError),
]


def test_an_error_of_upstream_is_the_sdks_error(kind: str, door: Door, simulator: Simulator) -> None:
    ask = asker(kind, door.url, door.key)
    for fault, error in BROKEN:
        simulator.fault("GET /v1/sessions", **fault)
        with pytest.raises(error) as raised:
            ask(lambda sdk: sdk.sessions.list())
        assert getattr(raised.value, "status_code", None) == fault.get("status", 502)
