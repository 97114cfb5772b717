"""The site's own parts, in the order they start, and how to see that it answers."""

import asyncio
import http.client
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from .environment import for_children
from .errors import LaunchError
from .places import CLONE
from .processes import Part

PYTHON = sys.executable
# Celery warns root of pickled messages. Ours are JSON.
CELERY = [PYTHON, "-W", "ignore:You're running the worker with superuser", "-m", "celery", "-A", "dashboard", "--quiet"]
READY_S = 60.0


def prepare(settings: Mapping[str, str]) -> Part:
    """It may ask for the first admin, where somebody is there to be asked. SIGINT lets it give back the terminal."""
    has_terminal = sys.stdin is not None and sys.stdin.isatty()
    return Part(
        "prepare",
        [PYTHON, "-m", "launcher.prepare"],
        for_children(settings),
        CLONE,
        stop_signal=signal.SIGINT,
        asks_at_terminal=has_terminal,
    )


def simulator(port: int, arguments: list[str]) -> Part:
    """`arguments` are SIM_ARGS; ours come last and win."""
    command = [PYTHON, "-m", "simulator", *arguments, "--host", "127.0.0.1", "--port", str(port)]
    return Part("simulator", command, for_children({}), CLONE, stop_round=1)


def web(settings: Mapping[str, str], port: int) -> Part:
    """127.0.0.1 only: who wants it elsewhere puts a proxy with TLS before it."""
    command = [PYTHON, "-m", "uvicorn", "dashboard.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--limit-concurrency", "2000", "--timeout-graceful-shutdown", "2"]
    command += ["--no-access-log", "--no-server-header", "--log-level", "warning"]
    return Part("web", command, for_children({**settings, "SIGHTGLASS_PROCESS": "web"}), CLONE)


def worker(settings: Mapping[str, str]) -> Part:
    """Threads: the tasks wait on the network, and a killed worker leaves no children behind.

    SIGTERM lets it finish what it has begun; what takes longer is killed, stands in a row, and is taken up again.
    """
    command = [*CELERY, "worker", "--pool", "threads", "--concurrency", "16"]
    command += ["--without-gossip", "--without-mingle", "-l", "WARNING"]
    return Part("worker", command, for_children({**settings, "SIGHTGLASS_PROCESS": "worker"}), CLONE)


def beat(settings: Mapping[str, str], folder: Path) -> Part:
    """`folder` keeps when what ran last. No pid file: a stale one would stop the next start."""
    command = [*CELERY, "beat", "--pidfile=", "-s", str(folder / "beat-schedule"), "-l", "WARNING"]
    return Part("beat", command, for_children({**settings, "SIGHTGLASS_PROCESS": "beat"}), CLONE)


async def wait_until_ready(port: int, url: str) -> None:
    """Return once `GET /readyz` answers 200. `url` is SIGHTGLASS_URL: the name the site is known by."""
    give_up_at = time.monotonic() + READY_S
    while True:
        status, body = await asyncio.to_thread(ask_ready, port, url)
        if status == http.client.OK:
            return
        if time.monotonic() > give_up_at:
            raise LaunchError(
                f"the site is not ready after {READY_S:.0f} s. /readyz says: {status or ''} {body}".rstrip()
            )
        await asyncio.sleep(0.1)


def ask_ready(port: int, url: str) -> tuple[int, str]:
    """Status and body; status 0 and the reason where nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz", headers={"Host": urlsplit(url).netloc})
        answer = connection.getresponse()
        return answer.status, answer.read(2_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()
