"""The program itself: what it says, how it starts and how it stops."""

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.processes import ROOT, Process, start_simulator


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulator", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)


def test_help_names_every_option_and_the_control_surface() -> None:
    said = run("--help").stdout
    options = "port media-port host projects sessions seed speed keys concurrency creates-per-minute".split()
    assert all(f"--{option}" in said for option in options)
    assert "/_sim/faults" in said


def test_it_says_one_line_when_it_listens(tmp_path: Path) -> None:
    process, url = start_simulator(tmp_path / "log")
    assert process.text() == f"simulator: {url}, 3 projects, 600 sessions, key bb_demo\n"
    process.stop()


def test_a_taken_port_is_said_in_one_plain_line(tmp_path: Path) -> None:
    process, url = start_simulator(tmp_path / "log", "--sessions", "0")
    second = run("--port", url.rpartition(":")[2])
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "Address already in use" in second.stderr
    process.stop()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--projects", "0"],
        ["--speed", "-1"],
        ["--keys", ","],
        ["--port", "70000"],
        ["--keys", "a,b", "--projects", "1"],
    ],
)
def test_an_impossible_option_is_refused(arguments: list[str]) -> None:
    refused = run(*arguments)
    assert refused.returncode == 2
    assert arguments[0].lstrip("-") in refused.stderr or "--projects" in refused.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_at_once_though_requests_hang(tmp_path: Path, number: signal.Signals) -> None:
    process, url = start_simulator(tmp_path / "log", "--sessions", "0", "--speed", "0")
    httpx.post(f"{url}/_sim/faults", json={"match": "GET /", "fault": "hang"}).raise_for_status()
    waiting = threading.Thread(target=ask_in_vain, args=(url,))
    waiting.start()
    wait_until_hit(url)
    process.popen.send_signal(number)
    assert process.popen.wait(timeout=5) == 0
    waiting.join(timeout=5)
    assert process.text().count("\n") == 1


def ask_in_vain(url: str) -> None:
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{url}/v1/projects", timeout=30)


def wait_until_hit(url: str) -> None:
    give_up_at = time.monotonic() + 10
    while not httpx.get(f"{url}/_sim/faults").json()[0]["hits"]:
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def listing(process_and_url: tuple[Process, str], key: str = "bb_demo") -> list[dict]:
    process, url = process_and_url
    answer = httpx.get(f"{url}/v1/sessions", headers={"X-BB-API-Key": key}).json()
    process.stop()
    return answer


def test_the_same_seed_gives_the_same_world(tmp_path: Path) -> None:
    first = listing(start_simulator(tmp_path / "1", "--seed", "5", "--speed", "0"))
    again = listing(start_simulator(tmp_path / "2", "--seed", "5", "--speed", "0"))
    other = listing(start_simulator(tmp_path / "3", "--seed", "6", "--speed", "0"))
    keep = "id projectId userMetadata region contextId keepAlive".split()
    assert [[session.get(name) for name in keep] for session in first] == [
        [session.get(name) for name in keep] for session in again
    ]
    assert not {session["id"] for session in first} & {session["id"] for session in other}


def test_an_empty_quiet_world_has_projects_only(tmp_path: Path) -> None:
    assert listing(start_simulator(tmp_path / "log", "--sessions", "0", "--speed", "0")) == []


def test_keys_share_the_projects_out_and_see_only_their_own(tmp_path: Path) -> None:
    process, url = start_simulator(tmp_path / "log", "--keys", "a,b", "--projects", "4", "--sessions", "80")
    seen = {}
    for key in "ab":
        headers = {"X-BB-API-Key": key}
        projects = {project["id"] for project in httpx.get(f"{url}/v1/projects", headers=headers).json()}
        sessions = httpx.get(f"{url}/v1/sessions", headers=headers).json()
        assert len(projects) == 2
        assert {session["projectId"] for session in sessions} <= projects
        seen[key] = (projects, {session["id"] for session in sessions})
    assert not seen["a"][0] & seen["b"][0]
    assert len(seen["a"][1] | seen["b"][1]) >= 80
    foreign = httpx.get(f"{url}/v1/sessions/{seen['b'][1].pop()}", headers={"X-BB-API-Key": "a"})
    assert foreign.status_code == 404
    process.stop()
