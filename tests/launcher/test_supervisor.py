"""Parts as a whole: one that ends is named and ends all, and nothing is ever left behind."""

import asyncio
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launcher.errors import LaunchError
from launcher.processes import Part

CLONE = Path(__file__).parents[2]


def python(name: str, code: str, **how) -> Part:
    return Part(name, [sys.executable, "-u", "-c", code], **how)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(condition, seconds=10):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "it did not happen in time"
        time.sleep(0.02)


def test_a_part_that_ends_is_named_and_ends_the_whole(supervise):
    async def use(supervisor):
        await supervisor.start(python("web", "import time; print('serving'); time.sleep(60)"))
        await supervisor.start(python("worker", "print('I fall'); raise SystemExit(3)"))
        await supervisor.over

    code, said = supervise(use)
    assert code == 1
    assert "worker    | I fall" in said
    assert "web       | serving" in said
    assert "worker ended with exit code 3" in said


def test_even_an_end_without_an_error_is_one(supervise):
    async def use(supervisor):
        await supervisor.start(python("beat", "pass"))
        await supervisor.over

    code, said = supervise(use)
    assert code == 1
    assert "beat ended with exit code 0" in said


def test_a_step_that_fails_is_named(supervise):
    async def use(supervisor):
        await supervisor.step(python("migrate", "pass"))
        await supervisor.step(python("setup_site", "raise SystemExit('no admin')"))

    code, said = supervise(use)
    assert code == 1
    assert "setup_site | no admin" in said
    assert "setup_site ended with exit code 1" in said


def test_a_reason_not_to_start_is_said_and_what_ran_is_stopped(supervise):
    async def use(supervisor):
        await supervisor.start(python("postgres", "import time; time.sleep(60)", stop_round=2))
        raise LaunchError("the cellar is flooded")

    code, said = supervise(use)
    assert code == 1
    assert "the cellar is flooded" in said


def test_those_that_use_the_servers_stop_before_them(supervise, tmp_path):
    note = tmp_path / "order"
    slow_end = f"""
import signal, time
def end(*_):
    time.sleep(0.2)
    open({str(note)!r}, "a").write(NAME + " ")
    raise SystemExit
signal.signal(signal.SIGTERM, end)
open({str(tmp_path)!r} + "/" + NAME, "w").close()
time.sleep(60)
"""

    async def use(supervisor):
        for name, round_number in (("database", 2), ("simulator", 1), ("web", 0)):
            await supervisor.start(python(name, f"NAME = {name!r}\n{slow_end}", stop_round=round_number))
        while not all((tmp_path / name).exists() for name in ("database", "simulator", "web")):
            await asyncio.sleep(0.05)

    assert supervise(use)[0] == 0
    assert note.read_text() == "web simulator database "


STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up'); time.sleep(60)"
RUN = """
import asyncio, json, os, sys
from launcher.output import Output
from launcher.processes import Part
from launcher.supervisor import Supervisor

async def start(supervisor):
    for name, code in json.loads(sys.argv[1]).items():
        await supervisor.start(Part(name, [sys.executable, "-u", "-c", code]))
    pids = [running.process.pid for running in supervisor.running]
    supervisor.output.say("pids " + json.dumps(pids))

async def main():
    output = Output()
    supervisor = Supervisor(output)
    supervisor.listen_to_signals()
    code = await supervisor.run(start(supervisor))
    output.close()
    return code

sys.exit(asyncio.run(main()))
"""


@pytest.fixture
def run_apart():
    """Starts a supervisor as a process of its own, with parts by name and code; answers it and the parts' pids."""
    started = []

    def run(**parts):
        command = [sys.executable, "-c", RUN, json.dumps(parts)]
        process = subprocess.Popen(command, cwd=CLONE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        started.append(process)
        lines = iter(process.stdout.readline, "")
        pids = json.loads(next(line for line in lines if line.startswith("pids")).removeprefix("pids"))
        return process, pids

    yield run
    for process in started:
        process.kill()
        process.communicate()


def test_kill_9_of_the_supervisor_takes_the_parts_along(run_apart):
    process, pids = run_apart(web=STUBBORN, worker=STUBBORN)
    process.kill()
    process.wait()
    wait_for(lambda: not any(map(is_alive, pids)))


def test_a_part_that_does_not_listen_is_killed(run_apart):
    process, pids = run_apart(web=STUBBORN)
    began = time.monotonic()
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert time.monotonic() - began < 5
    assert not any(map(is_alive, pids))


def test_a_second_interrupt_does_not_wait(run_apart):
    process, pids = run_apart(web=STUBBORN)
    process.send_signal(signal.SIGINT)
    lines = iter(process.stdout.readline, "")
    assert next(line for line in lines if line.startswith("Stopping"))
    time.sleep(0.7)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 0
    assert time.monotonic() - began < 1.5
    assert not any(map(is_alive, pids))


def test_children_of_a_part_do_not_outlive_it(run_apart, tmp_path):
    note = tmp_path / "child"
    code = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(note)!r}, "w").write(str(child.pid))
raise SystemExit("I fall, my child stays")
"""
    process, _ = run_apart(worker=code)
    assert process.wait(timeout=20) == 1
    wait_for(lambda: not is_alive(int(note.read_text())))


def test_nobody_who_reads_does_not_hold_up_the_stop(run_apart):
    process, pids = run_apart(web="while True: print('much ' * 1000)")
    time.sleep(1)  # The pipe is long full.
    process.terminate()
    assert process.wait(timeout=20) == 0
    assert not any(map(is_alive, pids))
