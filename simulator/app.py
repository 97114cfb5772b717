"""The ASGI application: routes, error answers, faults around all of it but their own control."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from simulator import api, contexts, control, extensions, files, live_view, logs, mp4s, recording, replays
from simulator.answers import json_answer
from simulator.errors import ApiError, error_body
from simulator.faults import Faults, FaultyApp
from simulator.world import World

PARTS = (api, logs, recording, replays, mp4s, files, contexts, extensions, live_view, control)


def simulator_app(world: World, media_port: int) -> ASGIApp:
    """`media_port`: where segments and films are served; the same application listens there."""
    app = Starlette(
        routes=[route for part in PARTS for route in part.routes],
        exception_handlers={ApiError: answer_api_error, HTTPException: answer_http_error},
    )
    app.router.redirect_slashes = False
    app.state.world = world
    app.state.faults = Faults()
    app.state.media_port = media_port
    return Frontage(FaultyApp(app, app.state.faults))


async def answer_api_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)  # noqa: S101 (what Starlette registered it for)
    return json_answer(error.body, error.status, error.headers)


async def answer_http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 (what Starlette registered it for)
    return json_answer(error_body(error.status_code, error.detail), error.status_code, dict(error.headers or {}))


class Frontage:
    """Routes by the path as it was sent, so that an encoded slash stays inside its id, and lets clients leave."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["path"] = scope["raw_path"].decode("ascii")
        try:
            await self.app(scope, receive, send)
        except ClientDisconnect:
            return
