"""Places, and supervised runs, for the launcher's tests."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from launcher import servers
from launcher.output import Output
from launcher.places import Place
from launcher.supervisor import Supervisor


@pytest.fixture
def deep_place(tmp_path: Path) -> Iterator[Place]:
    """A place in a clone with a long path and a space in it; as root PostgreSQL's part lies where it can be reached."""
    folder = tmp_path / ("a deep folder " * 6) / ("of folders " * 6) / "clone" / "var" / "demo"
    folder.mkdir(parents=True)
    with servers.throwaway_place() as reachable:
        place = Place(folder, reachable.folder if os.getuid() == 0 else folder)
        place.make()
        yield place
        for home in (place.servers / "postgres", place.folder / "valkey"):
            if home.exists() and (sockets := place.socket_folder(home)) != home:
                shutil.rmtree(sockets)


@pytest.fixture
def supervise() -> Callable[[Callable[[Supervisor], Awaitable[None]]], tuple[int, str]]:
    """Runs what starts parts, then stops: answers the exit code and all output."""

    def run(starting: Callable[[Supervisor], Awaitable[None]]) -> tuple[int, str]:
        reading, writing = os.pipe()
        output = Output(writing)

        async def start_and_stop(supervisor: Supervisor) -> None:
            await starting(supervisor)
            supervisor.ask_to_stop()

        async def main() -> int:
            supervisor = Supervisor(output)
            return await supervisor.run(start_and_stop(supervisor))

        code = asyncio.run(main())
        output.close()
        os.close(writing)
        with os.fdopen(reading) as file:
            return code, file.read()

    return run
