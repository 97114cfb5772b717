"""Starts parts, passes on what they log, notices when one ends, and stops all of them in order."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from itertools import groupby
from typing import Any, NamedTuple

from .errors import LaunchError
from .output import LineCutter, Output
from .processes import Part, kill_group, spawn

# All must be down 5 s after Ctrl-C; web and worker use up to 2 s for what they have begun.
ROUND_STOP_S = {0: 2.6, 1: 0.5, 2: 1.0}
STEP_STOP_S = 1.0
KILL_S = 0.2
# One wish can come twice: to the whole group of processes, and passed on by make.
SAME_WISH_S = 0.5


class Running(NamedTuple):
    part: Part
    process: asyncio.subprocess.Process


class Supervisor:
    """One run. `over` holds, once it is decided, why it ends: None when asked to, else the reason in words."""

    def __init__(self, output: Output) -> None:
        self.output = output
        self.running: list[Running] = []
        self.over: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self.hurry = asyncio.Event()
        self.asked_at = 0.0
        self.background: set[asyncio.Task[None]] = set()

    def listen_to_signals(self) -> None:
        """SIGINT, SIGTERM and SIGHUP ask for the end; a second one does not wait for those slow to stop."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, self.ask_to_stop)

    def ask_to_stop(self) -> None:
        now = asyncio.get_running_loop().time()
        if not self.over.done():
            self.output.say("Stopping …")
            self.over.set_result(None)
            self.asked_at = now
        elif now - self.asked_at > SAME_WISH_S:
            self.hurry.set()

    def fail(self, reason: str) -> None:
        if not self.over.done():
            self.over.set_result(reason)

    async def run(self, starting: Coroutine[Any, Any, None]) -> int:
        """Carry out `starting`, stay until it is over, stop everything. Answers the exit code."""
        try:
            reason = await self.reason_to_end(starting)
            if reason:
                self.output.say(f"Sightglass: {reason}")
        finally:
            await self.stop()
        return 1 if reason else 0

    async def reason_to_end(self, starting: Coroutine[Any, Any, None]) -> str | None:
        task = asyncio.create_task(starting)
        await first_of(task, self.over)
        if not task.done():
            task.cancel()
            await asyncio.wait({task})
        elif isinstance(task.exception(), LaunchError):
            self.fail(str(task.exception()))
        else:
            task.result()
        return await self.over

    async def start(self, part: Part) -> None:
        """Start it; from now on its end is the end of all."""
        process = await self.spawn(part)
        self.running.append(Running(part, process))
        self.keep(self.watch(part, process))

    async def step(self, part: Part) -> None:
        """Run a program that ends by itself. Raises LaunchError unless it ends with exit code 0."""
        process = await self.spawn(part)
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            await self.stop_round([Running(part, process)], STEP_STOP_S)
            raise
        if code:
            raise LaunchError(f"{part.name} {how_it_ended(code)}")

    async def spawn(self, part: Part) -> asyncio.subprocess.Process:
        """With a pipe of our own: asyncio's would hide its end as long as one of its children holds the pipe open."""
        reading, writing = os.pipe()
        try:
            process = await spawn(part, writing)
        finally:
            os.close(writing)
        self.keep(self.pass_on_log(part.name, reading))
        return process

    def keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)

    async def watch(self, part: Part, process: asyncio.subprocess.Process) -> None:
        self.fail(f"{part.name} {how_it_ended(await process.wait())}")

    async def pass_on_log(self, name: str, reading: int) -> None:
        stream, cutter = asyncio.StreamReader(), LineCutter()
        loop = asyncio.get_running_loop()
        pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reading, "rb"))
        while data := await stream.read(65_536):
            for line in cutter.feed(data):
                self.output.log(name, line)
        if cutter.rest:
            self.output.log(name, cutter.rest)
        pipe.close()

    async def stop(self) -> None:
        """Stop what runs, round by round: first those that use the others. Nothing is left afterwards."""
        ordered = sorted(self.running, key=lambda running: running.part.stop_round)
        for number, members in groupby(ordered, key=lambda running: running.part.stop_round):
            await self.stop_round(list(members), ROUND_STOP_S[number])
        if self.background:
            await asyncio.wait(self.background, timeout=0.3)

    async def stop_round(self, members: list[Running], wait_s: float) -> None:
        for part, process in members:
            if process.returncode is None:
                process.send_signal(part.stop_signal)
        await self.all_ended(members, wait_s)
        for part, process in members:
            if process.returncode is None:
                self.output.say(f"{part.name} did not stop in time and is killed.")
                process.send_signal(part.kill_signal)
        await self.all_ended(members, KILL_S)
        for _, process in members:
            kill_group(process.pid, signal.SIGKILL)
        await ended(members)

    async def all_ended(self, members: list[Running], wait_s: float) -> None:
        """Wait for them, no longer than `wait_s`, and not at all where a second Ctrl-C says hurry."""
        ends = asyncio.create_task(ended(members))
        hurry = asyncio.create_task(self.hurry.wait())
        await first_of(ends, hurry, timeout_s=wait_s)
        hurry.cancel()
        ends.cancel()


async def ended(members: list[Running]) -> None:
    await asyncio.gather(*(process.wait() for _, process in members))


async def first_of(*futures: asyncio.Future[Any], timeout_s: float | None = None) -> None:
    """Wait until one of them is done."""
    await asyncio.wait(set(futures), timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)


def how_it_ended(code: int) -> str:
    """An exit code in words; subprocess gives a signal's number as a negative one."""
    return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
