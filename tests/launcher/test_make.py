"""`make demo` and `make up` as a person runs them, in a clone of their own."""

import contextlib
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import psutil
import pytest

from launcher.environment import is_setting
from launcher.places import OUTSIDE

HERE = Path(__file__).parents[2]
READY = "Ctrl-C stops everything."
STOPS_WITHIN_S = 60  # a bound for a busy machine


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """A clone whose set-up is done: its packages are this one's."""
    folder = tmp_path_factory.mktemp("clones") / "a clone"
    listed = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=HERE, text=True)
    for name in filter(None, listed.split("\0")):
        if (HERE / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(HERE / name, folder / name)
    (folder / ".venv").symlink_to(sys.prefix)
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    yield folder
    mark = folder / "var" / "clone_mark"
    if mark.exists():
        shutil.rmtree(OUTSIDE / mark.read_text())


class Run:
    """`make …` in a session of its own, its output in a file."""

    def __init__(self, clone: Path, target: str, **variables: str) -> None:
        self.clone = clone
        self.port, self.simulator_port = free_port(), free_port()
        self.environment = {name: value for name, value in os.environ.items() if not is_setting(name)}
        variables = {"PORT": str(self.port), "SIM_PORT": str(self.simulator_port)} | variables
        self.output = clone.parent / f"output-{self.port}"
        with self.output.open("wb") as output:
            self.make = subprocess.Popen(
                ["make", target],
                cwd=clone,
                env=self.environment | {"SIM_ARGS": "--sessions 5 --speed 0"} | variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def wait_until_ready(self) -> "Run":
        give_up_at = time.monotonic() + 90
        while READY not in self.said():
            assert self.make.poll() is None, self.said()
            assert time.monotonic() < give_up_at, self.said()
            time.sleep(0.1)
        return self

    def processes(self) -> list[psutil.Process]:
        make = psutil.Process(self.make.pid)
        return [make, *make.children(recursive=True)]

    def part(self, words: str) -> psutil.Process:
        return next(process for process in self.processes() if words in " ".join(process.cmdline()))

    def manage(self, *arguments: str) -> str:
        command = [".venv/bin/python", "manage.py", *arguments]
        return subprocess.check_output(command, cwd=self.clone, env=self.environment, text=True).strip()

    def kill(self) -> None:
        """kill -9 of everything."""
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):  # The one before took it along.
                process.kill()

    def end(self) -> None:
        if self.make.poll() is None:
            self.kill()
        self.make.wait(timeout=10)


@pytest.fixture
def interruptible():
    """A shell's background job has SIGINT ignored and hands that on to all that it starts, `make test` among it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def run(clone, interruptible):
    runs = []

    def start(target, **variables):
        runs.append(Run(clone, target, **variables))
        return runs[-1]

    yield start
    for one in runs:
        one.end()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def all_gone(processes):
    _, alive = psutil.wait_procs(processes, timeout=5)
    return [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []


ADD_USER = (
    "from sessions_app.models import User; User.objects.create_user('{}', password='x'); print(User.objects.count())"
)


@pytest.mark.timeout(300)
def test_the_demo_keeps_its_data_over_ctrl_c_and_kill_9(run):
    first = run("demo").wait_until_ready()
    assert httpx.get(f"http://127.0.0.1:{first.port}/readyz").status_code == 200
    assert first.manage("shell", "--no-imports", "-v0", "-c", ADD_USER.format("one")) == "2"
    processes = first.processes()
    began = time.monotonic()
    os.killpg(first.make.pid, signal.SIGINT)
    first.make.wait(timeout=STOPS_WITHIN_S)
    assert all_gone(processes)
    assert time.monotonic() - began < 20
    assert "Traceback" not in first.said()

    second = run("demo").wait_until_ready()
    assert second.manage("shell", "--no-imports", "-v0", "-c", ADD_USER.format("two")) == "3"
    processes = second.processes()
    second.kill()
    second.make.wait(timeout=STOPS_WITHIN_S)
    assert all_gone(processes)

    third = run("demo").wait_until_ready()
    assert third.manage("shell", "--no-imports", "-v0", "-c", ADD_USER.format("three")) == "4"
    refused = run("demo")
    assert refused.make.wait(timeout=STOPS_WITHIN_S) != 0
    assert "`make demo`" in refused.said()
    assert "already" in refused.said()
    processes = third.processes()
    third.make.terminate()
    third.make.wait(timeout=STOPS_WITHIN_S)
    assert all_gone(processes)
    assert not (third.clone / "var" / "running.env").exists()


def test_a_part_that_crashes_is_named_and_ends_the_demo(run):
    demo = run("demo").wait_until_ready()
    processes = demo.processes()
    demo.part("celery -A dashboard --quiet worker").kill()
    assert demo.make.wait(timeout=STOPS_WITHIN_S) != 0
    assert "worker was killed by SIGKILL" in demo.said()
    assert all_gone(processes)


def test_a_taken_port_is_said_before_anything_is_started(run):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        demo = run("demo", PORT=str(port))
        assert demo.make.wait(timeout=STOPS_WITHIN_S) != 0
    assert f"Port {port} on 127.0.0.1 is taken" in demo.said()
    assert "postgres" not in demo.said()


def test_ctrl_c_at_the_question_for_the_first_admin_ends_everything(clone, interruptible):
    environment = {name: value for name, value in os.environ.items() if not is_setting(name)}
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(clone)
        os.execvpe("make", ["make", "up"], environment | {"PORT": str(free_port())})  # noqa: S606
    said = read_until(terminal, b"E-mail: ")
    processes = psutil.Process(pid).children(recursive=True)
    os.write(terminal, b"\x03")
    said += read_until(terminal, b"no more of it")
    os.waitpid(pid, 0)
    os.close(terminal)
    assert all_gone(processes)
    assert b"Stopping" in said
    assert b"Traceback" not in said, said.decode()


def read_until(terminal, words):
    """What comes up to these words, or to the end."""
    said = b""
    while words not in said:
        try:
            said += os.read(terminal, 65_536)
        except OSError:  # Linux's word for the end of a terminal.
            break
    return said


def test_up_without_a_key_starts_with_its_admin_and_stops_when_only_make_is_interrupted(run):
    site = run("up", SIGHTGLASS_ADMIN_EMAIL="ops@team.example", SIGHTGLASS_ADMIN_PASSWORD="a long enough one 7")
    site.wait_until_ready()
    emails = "from sessions_app.models import User; print(*User.objects.values_list('email', flat=True))"
    assert site.manage("shell", "--no-imports", "-v0", "-c", emails) == "ops@team.example"
    processes = site.processes()
    site.make.send_signal(signal.SIGINT)
    site.make.wait(timeout=STOPS_WITHIN_S)
    assert all_gone(processes)
    assert "a long enough one 7" not in site.said()


def test_production_makes_nothing_up(run):
    site = run("up", SIGHTGLASS_ENV="production", SIGHTGLASS_URL="https://sightglass.example")
    assert site.make.wait(timeout=STOPS_WITHIN_S) != 0
    assert "SIGHTGLASS_SECRET_KEY" in site.said(), site.said()
    assert "Traceback" not in site.said()
