"""The embedded servers: those that no variable replaces by a real one, and fresh ones for a test run."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import postgres, valkey
from .places import Place, open_folder, outside, short_temporary_folder
from .supervisor import Supervisor

THROWAWAY = "sightglass-test-"
# Time for a run that begins at this moment to lock the folder it has just made.
STALE_AFTER_S = 60
# Two for each of pytest-xdist's workers.
THROWAWAY_DATABASES = 64


async def start(supervisor: Supervisor, place: Place, settings: dict[str, str]) -> dict[str, str]:
    """Start what `settings` leave open. Answers the settings that lead there."""
    found: dict[str, str] = {}
    broker = settings.get("CELERY_BROKER_URL", "")
    if broker.startswith(("redis://", "rediss://")) and "CACHE_URL" not in settings:
        # A real Valkey or Redis serves as the cache, too.
        found["CACHE_URL"] = broker
    if "DATABASE_URL" not in settings:
        found["DATABASE_URL"] = await start_postgres(supervisor, place)
    if not broker or "CACHE_URL" not in settings | found:
        part, socket = await valkey.prepare(place)
        await supervisor.start(part)
        await valkey.wait_until_ready(socket)
        found |= {"CELERY_BROKER_URL": valkey.broker_url(socket), "CACHE_URL": valkey.cache_url(socket)}
    return {name: value for name, value in found.items() if name not in settings}


async def start_postgres(supervisor: Supervisor, place: Place, *, is_throwaway: bool = False) -> str:
    server = await postgres.prepare(place, is_throwaway=is_throwaway)
    await supervisor.start(server.part)
    await postgres.wait_until_ready(server)
    return server.url


async def start_throwaway(supervisor: Supervisor, place: Place) -> None:
    """Start both and print, each on a line: DATABASE_URL and Valkey's socket. Then an empty line."""
    url = await start_postgres(supervisor, place, is_throwaway=True)
    part, socket = await valkey.prepare(place, databases=THROWAWAY_DATABASES)
    await supervisor.start(part)
    await valkey.wait_until_ready(socket)
    print(url, socket, "", sep="\n", flush=True)


@contextmanager
def throwaway_place() -> Iterator[Place]:
    """A fresh place that is removed afterwards; removes what killed runs left, too."""
    base = outside() if os.getuid() == 0 else short_temporary_folder()
    for left in base.glob(f"{THROWAWAY}*"):
        remove_if_stale(left)
    folder = Path(tempfile.mkdtemp(prefix=THROWAWAY, dir=base))
    try:
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.getuid() == 0:
                open_folder(folder)
            yield Place(folder, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_if_stale(folder: Path) -> None:
    """Remove it unless a living run holds its lock, or it is another user's."""
    try:
        found = folder.lstat()
        if found.st_uid != os.getuid() or time.time() - found.st_mtime < STALE_AFTER_S:
            return
        with (folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:  # It is in use, or somebody else removed it meanwhile.
        return
