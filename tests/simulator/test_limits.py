"""The two limits of creating, and their headers."""

from pathlib import Path

import httpx
import pytest

from tests.processes import start_simulator


@pytest.fixture
def limited(tmp_path: Path) -> object:
    started = []

    def start(*arguments: str) -> httpx.Client:
        process, url = start_simulator(tmp_path / "log", "--sessions", "0", "--speed", "0", *arguments)
        client = httpx.Client(base_url=url, headers={"X-BB-API-Key": "bb_demo"})
        started.append((process, client))
        return client

    yield start
    for process, client in started:
        client.close()
        process.stop()


def statuses(client: httpx.Client, count: int, **body: object) -> list[int]:
    return [client.post("/v1/sessions", json=body).status_code for _ in range(count)]


def check_429(answer: httpx.Response, limit: int, longest_s: int) -> None:
    assert answer.status_code == 429
    assert answer.json()["statusCode"] == 429
    assert answer.headers["x-ratelimit-limit"] == str(limit)
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert 1 <= int(answer.headers["x-ratelimit-reset"]) <= longest_s
    assert 1 <= int(answer.headers["retry-after"]) <= longest_s


def test_a_full_project_refuses_and_its_neighbour_does_not(limited) -> None:
    client = limited("--concurrency", "3", "--creates-per-minute", "0")
    other = client.get("/v1/projects").json()[1]["id"]
    assert statuses(client, 3) == [201] * 3
    check_429(client.post("/v1/sessions", json={}), limit=3, longest_s=60)
    assert statuses(client, 1, projectId=other) == [201]
    assert client.get("/v1/projects").json()[0]["concurrency"] == 3


def test_put_in_running_sessions_hold_slots_too(limited) -> None:
    client = limited("--concurrency", "2")
    client.post("/_sim/sessions", json=[{"status": "RUNNING"}, {"status": "PENDING"}]).raise_for_status()
    assert statuses(client, 1) == [429]


def test_more_than_the_creations_of_a_minute_are_refused(limited) -> None:
    client = limited("--concurrency", "0", "--creates-per-minute", "4")
    assert statuses(client, 4) == [201] * 4
    check_429(client.post("/v1/sessions", json={}), limit=4, longest_s=60)
    assert len(client.get("/v1/sessions").json()) == 4


def test_refused_requests_use_nothing_up(limited) -> None:
    client = limited("--creates-per-minute", "1")
    assert statuses(client, 2, timeout=1) == [400, 400]
    assert statuses(client, 2) == [201, 429]


def test_zero_means_no_limit(limited) -> None:
    client = limited("--concurrency", "0", "--creates-per-minute", "0")
    assert statuses(client, 60) == [201] * 60


def test_the_default_is_25_each(limited) -> None:
    client = limited()
    other = client.get("/v1/projects").json()[1]["id"]
    assert statuses(client, 13) + statuses(client, 12, projectId=other) == [201] * 25
    check_429(client.post("/v1/sessions", json={}), limit=25, longest_s=60)
