"""What has to hold before anything is started: nobody else runs in this clone, and the ports are free."""

import errno
import fcntl
import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from .errors import LaunchError
from .places import VAR

# After a kill -9 the kernel needs a moment to take down the children that held the port.
PORT_WAIT_S = 1.0


def lock_clone(command: str, port: int, path: Path = VAR / "launcher.lock") -> TextIO:
    """Hold the file as long as this process lives: demo and real site share var/ and only one can run.

    Raises LaunchError with who runs already.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = path.open("a+")
    except PermissionError:
        raise LaunchError(f"{path} belongs to another user, who ran this clone before.") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        with file:
            file.seek(0)
            holder = file.read().strip()
        raise LaunchError(f"{holder or 'Another start'} runs in this clone already.") from None
    file.truncate(0)
    file.write(f"`{command}` (process {os.getpid()}, port {port})\n")
    file.flush()
    return file


def check_ports(ports: Mapping[str, int]) -> None:
    """`ports` by the variable that chooses each. Raises LaunchError with all that cannot be used."""
    if len(set(ports.values())) < len(ports):
        raise LaunchError(f"{' and '.join(ports)} are the same port.")
    give_up_at = time.monotonic() + PORT_WAIT_S
    while problems := [said for name, port in ports.items() if (said := problem_with(name, port))]:
        if time.monotonic() > give_up_at:
            raise LaunchError("\n".join(problems))
        time.sleep(0.1)


def problem_with(name: str, port: int) -> str | None:
    with socket.socket() as probe:
        # As the servers do: what is only closing down (TIME_WAIT) does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return f"Port {port} on 127.0.0.1 is taken. Choose another one: {name}=…"
            return f"Port {port} on 127.0.0.1 cannot be used ({error.strerror}). Choose another with {name}=…"
    return None
