"""/_sim: what tests and demonstrations ask of the simulator itself. No key; answers JSON or nothing."""

from collections.abc import Callable
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.answers import json_answer, json_body, world_of
from simulator.api import with_connection
from simulator.creation import named, session_request
from simulator.errors import bad_request, not_found
from simulator.faults import Faults, fault_from
from simulator.put_in import put_in
from simulator.sessions import Plan


async def overview(request: Request) -> Response:
    world = world_of(request)
    world.advance()
    live = sum(session.is_live for session in world.sessions.values())
    return json_answer({"projects": len(world.projects), "sessions": len(world.sessions), "live": live})


def faults_of(request: Request) -> Faults:
    return request.app.state.faults


async def list_faults(request: Request) -> Response:
    return json_answer(faults_of(request).list)


async def add_fault(request: Request) -> Response:
    fault = fault_from(await json_body(request))
    faults_of(request).add(fault)
    return json_answer(fault, 201)


async def clear_faults(request: Request) -> Response:
    faults_of(request).clear()
    return Response(status_code=204)


async def reset_usage(request: Request) -> Response:
    """Begins a billing cycle of a project: its counters fall to zero."""
    body, world = await json_body(request), world_of(request)
    project_id = body.get("projectId") if isinstance(body, dict) else None
    if not isinstance(project_id, str):
        raise bad_request("projectId: expected the id of a project")
    if project_id not in world.projects:
        raise not_found("Project")
    world.projects[project_id].begin_cycle(world.advance())
    return Response(status_code=204)


async def put_sessions(request: Request) -> Response:
    count = put_in(world_of(request), await json_body(request))
    return json_answer({"count": count}, 201)


class Played(msgspec.Struct, forbid_unknown_fields=True):
    """A create with a client that behaves in its own way, `seconds` after the creation where that matters."""

    client: str
    seconds: float = 10
    key: str | None = None
    session: dict[str, Any] = {}


CLIENTS: dict[str, Callable[[float], Plan]] = {
    "plays": lambda _seconds: Plan(),
    "never_connects": lambda _seconds: Plan(connects=False),
    "disconnects": lambda seconds: Plan(ends_after_s=seconds),
    "crashes": lambda seconds: Plan(ends_after_s=seconds, ends_by="crash"),
}


async def play_session(request: Request) -> Response:
    world = world_of(request)
    try:
        played = msgspec.convert(await json_body(request), Played)
    except msgspec.ValidationError as error:
        raise bad_request(named(error)) from None
    if played.client not in CLIENTS:
        raise bad_request(f"client: expected one of {', '.join(CLIENTS)}")
    key = world.keys[0] if played.key is None else played.key
    if key not in world.keys:
        raise bad_request("key: not a key of this world")
    world.advance()
    session = world.admit(key, session_request(played.session), CLIENTS[played.client](played.seconds))
    return json_answer(with_connection(session, request), 201)


routes = [
    Route("/_sim", overview),
    Route("/_sim/faults", list_faults),
    Route("/_sim/faults", add_fault, methods=["POST"]),
    Route("/_sim/faults", clear_faults, methods=["DELETE"]),
    Route("/_sim/usage/reset", reset_usage, methods=["POST"]),
    Route("/_sim/sessions", put_sessions, methods=["POST"]),
    Route("/_sim/play", play_session, methods=["POST"]),
]
