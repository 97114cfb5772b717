"""The site that is measured: `python -m benchmarks.site` prints its settings as JSON once it answers.

The parts are those of `make demo`, and PostgreSQL is as safe as there (fsync on). Data, sockets and ports are of this
run alone, and all is gone at its end, also where whoever started it was killed.
"""

import asyncio
import json
import secrets
import shlex
import signal
import socket
import sys

from cryptography.fernet import Fernet

from launcher import servers, site
from launcher.environment import for_children
from launcher.output import Output
from launcher.places import CLONE, Place
from launcher.processes import Part, ask_for_signal_at_parents_end
from launcher.servers import throwaway_place
from launcher.supervisor import Supervisor

# A quiet world without limits: what happens there is only what the benchmark does.
SIMULATOR_ARGUMENTS = shlex.split("--sessions 600 --speed 0 --concurrency 0 --creates-per-minute 0")
SIMULATOR_URL = "BENCHMARKS_SIMULATOR_URL"


async def main(output: Output) -> int:
    with throwaway_place() as place:
        supervisor = Supervisor(output)
        supervisor.listen_to_signals()
        return await supervisor.run(start(supervisor, place))


async def start(supervisor: Supervisor, place: Place) -> None:
    port, simulator_port = free_ports(2)
    settings = own_settings(place, port, simulator_port)
    settings |= await servers.start(supervisor, place, settings)
    await supervisor.step(command("migrate", settings))
    await supervisor.step(command("collectstatic", settings))
    await supervisor.start(site.simulator(simulator_port, SIMULATOR_ARGUMENTS))
    await supervisor.start(site.web(settings, port))
    await supervisor.start(site.worker(settings))
    await supervisor.start(site.beat(settings, place.folder))
    await site.wait_until_ready(port, settings["SIGHTGLASS_URL"])
    print(json.dumps(settings), flush=True)


def own_settings(place: Place, port: int, simulator_port: int) -> dict[str, str]:
    """As a test run has them: nothing of the person's own settings counts here."""
    return {
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "BENCHMARKS_STATIC_ROOT": str(place.folder / "static"),
        SIMULATOR_URL: f"http://127.0.0.1:{simulator_port}",
        "SIGHTGLASS_ENV": "test",
        "SIGHTGLASS_URL": f"http://127.0.0.1:{port}",
        "SIGHTGLASS_SECRET_KEY": secrets.token_urlsafe(64),
        "SIGHTGLASS_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SIGHTGLASS_ALLOW_PRIVATE_UPSTREAM": "1",
    }


def command(name: str, settings: dict[str, str]) -> Part:
    arguments = [sys.executable, "manage.py", name, "--noinput", "--verbosity", "0"]
    return Part(name, arguments, for_children(settings), CLONE)


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


if __name__ == "__main__":
    ask_for_signal_at_parents_end(signal.SIGTERM)
    output = Output(2)
    code = asyncio.run(main(output))
    output.close()
    sys.exit(code)
