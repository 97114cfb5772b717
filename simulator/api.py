"""The API itself: /v1/projects and /v1/sessions."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.answers import json_answer, json_body, key_of, path_text, world_of
from simulator.creation import session_request
from simulator.errors import ApiError, bad_request
from simulator.live_links import live_urls
from simulator.sessions import Plan, Session

LONGEST_LINK_S = 21600


async def list_projects(request: Request) -> Response:
    key, world = key_of(request), world_of(request)
    return json_answer([project.as_json() for project in world.projects_of(key)])


async def retrieve_project(request: Request) -> Response:
    key, world = key_of(request), world_of(request)
    return json_answer(world.project(key, path_text(request, "id")).as_json())


async def project_usage(request: Request) -> Response:
    key, world = key_of(request), world_of(request)
    moment = world.advance()
    return json_answer(world.project(key, path_text(request, "id")).usage(moment))


async def list_sessions(request: Request) -> Response:
    key, world = key_of(request), world_of(request)
    world.advance()
    query = request.query_params
    return json_answer([session.fields for session in world.listed(key, query.get("status"), query.get("q"))])


async def create_session(request: Request) -> Response:
    key, world = key_of(request), world_of(request)
    wanted = session_request(await json_body(request))
    world.advance()
    session = world.admit(key, wanted, Plan(pending_s=world.random.uniform(0.4, 1.6)))
    return json_answer(with_connection(session, request), 201)


async def retrieve_session(request: Request) -> Response:
    session = asked_session(request)
    return json_answer(with_connection(session, request) if session.is_live else session.fields)


async def release_session(request: Request) -> Response:
    """Answers the session as it is: a release is a request, and the end shows in a later read."""
    session = asked_session(request)
    body = await json_body(request)
    if not isinstance(body, dict) or body.get("status") != "REQUEST_RELEASE":
        raise bad_request('status: expected "REQUEST_RELEASE"')
    if body.get("projectId", session.fields["projectId"]) != session.fields["projectId"]:
        raise bad_request("projectId: not the project of this session")
    world_of(request).release(session)
    return json_answer(session.fields)


async def debug_session(request: Request) -> Response:
    session = asked_session(request)
    expires_in = link_seconds(request.query_params.get("expiresIn"))
    if session.status != "RUNNING":
        raise ApiError(404, "Session is not running, so it has no live view")
    return json_answer(live_urls(request, session, expires_in))


def asked_session(request: Request) -> Session:
    key, world = key_of(request), world_of(request)
    world.advance()
    return world.session(key, path_text(request, "id"))


def link_seconds(text: str | None) -> int:
    """`expiresIn` in seconds; without it the longest, for the link dies with its session anyway."""
    if text is None:
        return LONGEST_LINK_S
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and 1 <= int(text) <= LONGEST_LINK_S):
        raise bad_request(f"expiresIn: expected a whole number from 1 to {LONGEST_LINK_S}")
    return int(text)


def with_connection(session: Session, request: Request) -> dict[str, Any]:
    """The session with the three connect fields. No browser listens there: clients here are played."""
    if session.signing_key is None:
        return session.fields
    host = request.headers.get("host", "localhost")
    return session.fields | {
        "connectUrl": f"ws://{host}/connect?signingKey={session.signing_key}",
        "seleniumRemoteUrl": f"http://{host}/webdriver",
        "signingKey": session.signing_key,
    }


routes = [
    Route("/v1/projects", list_projects),
    Route("/v1/projects/{id}", retrieve_project),
    Route("/v1/projects/{id}/usage", project_usage),
    Route("/v1/sessions", list_sessions),
    Route("/v1/sessions", create_session, methods=["POST"]),
    Route("/v1/sessions/{id}", retrieve_session),
    Route("/v1/sessions/{id}", release_session, methods=["POST"]),
    Route("/v1/sessions/{id}/debug", debug_session),
]
