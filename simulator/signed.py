"""Addresses on the media host, good for a while for whoever has them: signed, with the moment at which they end.

The service's segments and files come from another host than its API, which needs no key. So do the simulator's: from
another port, where a request that brings a key is refused, since a client that sends one there gives it away.
"""

import hmac
from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from simulator.live_links import signature
from simulator.world import now

View = Callable[[Request], Awaitable[Response]]


def signed_url(request: Request, path: str, lasts_s: float) -> str:
    """`path` as it will be sent, on the media host as the client knows it."""
    expires = f"{now() + lasts_s:.0f}"
    host = request.url.hostname or "localhost"
    shown_host = f"[{host}]" if ":" in host else host
    place = f"{shown_host}:{request.app.state.media_port}"
    return f"http://{place}{path}?expires={expires}&signature={signature(f'{path} {expires}')}"


def is_valid(request: Request) -> bool:
    expires, given = (request.query_params.get(name, "") for name in ("expires", "signature"))
    expected = signature(f"{request.scope['path']} {expires}")
    return hmac.compare_digest(given.encode(), expected.encode()) and now() < float(expires)


def signed(view: View) -> View:
    """Answers as such hosts do: 403 in XML for an address that is not good any more, or never was."""

    @wraps(view)
    async def checked(request: Request) -> Response:
        if "x-bb-api-key" in request.headers or "authorization" in request.headers:
            return refused(400, "KeyNotWanted")
        return await view(request) if is_valid(request) else refused(403, "AccessDenied")

    return checked


def refused(status: int, code: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code></Error>'
    return Response(body, status, media_type="application/xml")
