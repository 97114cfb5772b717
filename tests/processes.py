"""Real processes for tests: the simulator, and a worker on the test database."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from django.db import connection

ROOT = Path(__file__).parent.parent
DEADLINE_S = 30


class Process:
    """A program of ours, its output in a file. Leaving it in the lurch with -9 is `kill()`."""

    def __init__(self, command: list[str], log: Path, **environment: str) -> None:
        self.log = log
        with log.open("ab") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, pattern: str) -> re.Match[str]:
        """The first match in its output."""
        give_up_at = time.monotonic() + DEADLINE_S
        while not (found := re.search(pattern, self.text())):
            assert self.popen.poll() is None, f"It ended by itself:\n{self.text()}"
            assert time.monotonic() < give_up_at, f"It never said {pattern!r}:\n{self.text()}"
            time.sleep(0.02)
        return found

    def stop(self) -> None:
        self.popen.terminate()
        try:
            self.popen.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(timeout=10)


def start_simulator(log: Path, *arguments: str) -> tuple[Process, str]:
    """A simulator on a free port, and its URL."""
    process = Process(["simulator", "--port", "0", *arguments], log)
    return process, process.wait_for(r"http://[\d.]+:\d+")[0]


def start_worker(folder: Path, beat: bool = True, **environment: str) -> Process:
    """A Celery worker, with beat in it, on the test database; ready when this returns."""
    command = ["celery", "-A", "dashboard", "worker", "--pool", "threads", "--concurrency", "8", "-l", "INFO"]
    command += ["--without-gossip", "--without-mingle"]
    if beat:
        command += ["-B", "-s", str(folder / "beat-schedule")]
    log = folder / f"worker-{time.monotonic_ns()}.log"
    process = Process(command, log, **on_test_database("worker"), REMAP_SIGTERM="SIGQUIT", **environment)
    process.wait_for(r"\bready\.")
    return process


def on_test_database(role: str) -> dict[str, str]:
    """The environment that brings a process of ours to the database this test uses."""
    database = connection.settings_dict
    login = ":".join(quote(part, safe="") for part in (database["USER"], database["PASSWORD"]) if part)
    host, port = database["HOST"], database["PORT"]
    place = f"?host={quote(host, safe='')}" if host.startswith("/") else ""
    where = "" if place else f"{host}:{port}"
    return {"DATABASE_URL": f"postgresql://{login}@{where}/{database['NAME']}{place}", "SIGHTGLASS_PROCESS": role}


def start_web(folder: Path, **environment: str) -> tuple[Process, str]:
    """The real web process on the test database and a free port, and its URL."""
    log = folder / f"web-{time.monotonic_ns()}.log"
    command = ["uvicorn", "dashboard.asgi:application", "--port", "0", "--timeout-graceful-shutdown", "1"]
    process = Process(command, log, **(on_test_database("web") | environment))
    return process, process.wait_for(r"http://[\d.]+:\d+")[0]
