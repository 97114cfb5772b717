"""make, where it started us: it passes SIGTERM on, but not a SIGINT that it alone was sent.

A terminal's Ctrl-C goes to the whole group of processes. A script that interrupts only make means the same, and make
then waits for us without a word.
"""

import asyncio
import os
import signal
from pathlib import Path

from .supervisor import Supervisor

LOOK_EVERY_S = 0.3


async def stop_when_make_is_interrupted(supervisor: Supervisor) -> None:
    """make takes its handler away once it was interrupted (GNU make, commands.c: fatal_error_signal)."""
    parent = os.getppid()
    if "MAKELEVEL" not in os.environ or not handles_interrupt(parent):
        return
    while handles_interrupt(parent):
        await asyncio.sleep(LOOK_EVERY_S)
    supervisor.ask_to_stop()


def handles_interrupt(pid: int) -> bool:
    """From the mask of handled signals in proc(5); False where there is no such file."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return False
    mask = next((int(line.split()[1], 16) for line in lines if line.startswith("SigCgt:")), 0)
    return bool(mask >> (signal.SIGINT - 1) & 1)
