"""Starting a child that cannot outlive us, and finding those that did."""

import asyncio
import ctypes
import os
import pwd
import signal
import sys
from asyncio.subprocess import DEVNULL, STDOUT
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Part:
    """One program of the whole: how to start it and how to stop it.

    `user` is the one it runs under where that is not ours. `death_signal` is what it gets when we are killed: those
    that keep data get the one that lets them put it down in order. Parts of a lower `stop_round` are stopped before
    the others. `asks_at_terminal` gives it the terminal, for questions.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    folder: Path | None = None
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    kill_signal: signal.Signals = signal.SIGKILL
    death_signal: signal.Signals = signal.SIGKILL
    stop_round: int = 0
    asks_at_terminal: bool = False


async def spawn(part: Part, log: int) -> asyncio.subprocess.Process:
    """Start it in a session of its own: the terminal's Ctrl-C reaches only us, who know the order to stop in.

    What it writes goes to the file descriptor `log`; one that asks at the terminal has the terminal instead.
    """
    streams: dict[str, Any] = {} if part.asks_at_terminal else {"stdin": DEVNULL, "stdout": log, "stderr": STDOUT}
    program, *arguments = part.command
    return await asyncio.create_subprocess_exec(
        program,
        *arguments,
        **streams,
        env=dict(part.environment),
        cwd=part.folder,
        start_new_session=not part.asks_at_terminal,
        preexec_fn=die_with_parent(os.getpid(), part.death_signal),
        **as_user(part.user),
    )


def as_user(user: str | None) -> dict[str, Any]:
    """The arguments for subprocess that start a child under another user, without any of our groups."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def die_with_parent(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    """A function for the child to call: let the kernel send it `death_signal` when its parent ends, however it ends."""

    def ask_the_kernel() -> None:
        ask_for_signal_at_parents_end(death_signal)
        # The parent may have been killed just before the kernel was asked.
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    return ask_the_kernel


def ask_for_signal_at_parents_end(death_signal: signal.Signals) -> None:
    """Only Linux has it; elsewhere what a killed parent leaves is found at the next start."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal))


def kill_group(pid: int, with_signal: signal.Signals) -> None:
    """Signal every process of the session that was started as `pid`, if any is left."""
    try:
        os.killpg(pid, with_signal)
    except ProcessLookupError:
        return


def working_in(folder: Path) -> list[int]:
    """Processes whose working folder is `folder`: PostgreSQL's and Valkey's all are in their data folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") == str(folder):
                found.append(int(entry.name))
        except OSError:  # It ended meanwhile, or is another user's.
            continue
    return found


async def end_leftovers(folder: Path, ask_with: signal.Signals) -> None:
    """Wait until nothing of a killed run works in `folder` any more; what stays 3 s after being asked is killed."""
    folder = folder.resolve()
    for with_signal, wait_s in ((ask_with, 3.0), (signal.SIGKILL, 5.0)):
        for pid in working_in(folder):
            try:
                os.kill(pid, with_signal)
            except ProcessLookupError:
                continue
        for _ in range(int(wait_s / 0.05)):
            if not working_in(folder):
                return
            await asyncio.sleep(0.05)
