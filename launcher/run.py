"""The three things that can be run, from the first check to the last word."""

import asyncio
from dataclasses import dataclass

from . import servers, site
from .environment import RUNNING_ENV, demo_settings, given, note, number, up_settings, words
from .guards import check_ports, lock_clone
from .output import Output
from .parent import stop_when_make_is_interrupted
from .places import Place, place_of
from .supervisor import Supervisor
from .welcome import welcome


@dataclass(frozen=True)
class Plan:
    """What was asked for: `settings` are the variables for every part, ports are on 127.0.0.1."""

    mode: str
    place: Place
    settings: dict[str, str]
    port: int
    simulator_port: int | None
    simulator_arguments: list[str]


def read_plan(mode: str) -> Plan:
    variables = given(mode)
    port = number(variables, "PORT", 8000)
    if mode == "up":
        return Plan(mode, place_of(mode), up_settings(variables, port), port, None, [])
    simulator_port = number(variables, "SIM_PORT", 4010)
    settings = demo_settings(variables, port, simulator_port)
    return Plan(mode, place_of(mode), settings, port, simulator_port, words(variables, "SIM_ARGS"))


async def run_site(mode: str, output: Output) -> int:
    """`make demo` and `make up`: answers the exit code once all is down again."""
    plan = read_plan(mode)
    with lock_clone(f"make {mode}", plan.port):
        check_ports({"PORT": plan.port} | ({"SIM_PORT": plan.simulator_port} if plan.simulator_port else {}))
        plan.place.make()
        supervisor = Supervisor(output)
        supervisor.listen_to_signals()
        watch = asyncio.create_task(stop_when_make_is_interrupted(supervisor))
        try:
            return await supervisor.run(start_site(supervisor, plan))
        finally:
            watch.cancel()
            RUNNING_ENV.unlink(missing_ok=True)


async def start_site(supervisor: Supervisor, plan: Plan) -> None:
    settings = plan.settings | await servers.start(supervisor, plan.place, plan.settings)
    note(settings)
    if plan.simulator_port:
        await supervisor.start(site.simulator(plan.simulator_port, plan.simulator_arguments))
    await supervisor.step(site.prepare(settings))
    await supervisor.start(site.web(settings, plan.port))
    await supervisor.start(site.worker(settings))
    await supervisor.start(site.beat(settings, plan.place.folder))
    await site.wait_until_ready(plan.port, settings["SIGHTGLASS_URL"])
    supervisor.output.say(welcome(plan.mode, settings, plan.port))


async def run_servers(output: Output) -> int:
    """PostgreSQL and Valkey alone, fresh and thrown away at the end: for one run of the tests."""
    with servers.throwaway_place() as place:
        supervisor = Supervisor(output)
        supervisor.listen_to_signals()
        return await supervisor.run(servers.start_throwaway(supervisor, place))
