"""JSON in and out, and who asks: what the endpoints of both surfaces share."""

from typing import Any
from urllib.parse import unquote

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from simulator.errors import ApiError, bad_request
from simulator.world import World


def json_answer(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(content), status, headers, "application/json; charset=utf-8")


async def json_body(request: Request) -> Any:
    """The decoded body, {} if there is none; ApiError 400 if it is not JSON."""
    body = await request.body()
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise bad_request(f"The body is not JSON: {error}") from None


def path_text(request: Request, name: str) -> str:
    """A part of the path, decoded. Routing happens on the undecoded path, so an id may hold a slash as %2F."""
    return unquote(request.path_params[name])


def world_of(request: Request) -> World:
    return request.app.state.world


def key_of(request: Request) -> str:
    """The caller's key, from X-BB-API-Key; ApiError 401 if it is missing or unknown."""
    key = request.headers.get("x-bb-api-key")
    if key not in world_of(request).keys:
        raise ApiError(401, "Unauthorized: the header X-BB-API-Key holds no valid API key")
    return key
