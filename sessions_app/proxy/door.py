"""The door itself: an ASGI application that takes `/v1/…` and leaves everything else to the one behind it."""

import asyncio
import contextlib
import logging
from collections.abc import Coroutine
from typing import Any

from sessions_app.browserbase import errors

from . import creates
from .access import access_of
from .answers import Refusal, refusal_for
from .caller import Caller, Gone
from .database import UNREACHABLE
from .exchange import pass_on
from .rights import check_right
from .routes import is_ours, route_of

logger = logging.getLogger(__name__)


class Door:
    """Stands before `behind`, Django. Nothing of Django's middleware is on the way of `/v1/…`."""

    def __init__(self, behind: Any) -> None:
        self.behind = behind

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and is_ours(scope.get("raw_path") or scope["path"].encode()):
            await serve(Caller(scope, receive, send))
        else:
            await self.behind(scope, receive, send)


async def serve(caller: Caller) -> None:
    """One request from its token to its answer. Whatever goes wrong is an answer in the vendor's shape."""
    try:
        await _serve(caller)
    except Gone:
        return
    except Refusal as refusal:
        await _refuse(caller, refusal)
    except errors.UpstreamError as error:
        await _refuse(caller, refusal_for(error))
    except UNREACHABLE as error:
        logger.warning("The gateway waits for the database: %s", str(error).partition("\n")[0])
        await _refuse(caller, Refusal(503, "Sightglass cannot reach its database.", [(b"retry-after", b"1")]))
    except asyncio.CancelledError:  # the server stops, and has waited as long as it may
        await _refuse(caller, Refusal(503, "Sightglass is being restarted.", [(b"retry-after", b"1")]))


async def _serve(caller: Caller) -> None:
    if sum(name == b"host" for name, _ in caller.headers) > 1:
        raise Refusal(400, "A request names one host, not several.")
    route = route_of(caller.method, caller.raw_path)
    access = await access_of(caller)
    check_right(access, route)
    if route.is_create:
        await creates.create(caller, access, route)
    else:
        await unless_gone(caller, pass_on(caller, access, route))


async def _refuse(caller: Caller, refusal: Refusal) -> None:
    """Where the answer has begun already, all that can be said is to end it short: the server closes the connection."""
    if not caller.has_answered:
        await caller.answer(refusal.answer)


async def unless_gone(caller: Caller, work: Coroutine[Any, Any, None]) -> None:
    """Do the work, and give it up, with what it holds upstream, once the caller hangs up."""
    doing, leaving = asyncio.create_task(work), asyncio.create_task(caller.gone())
    try:
        await asyncio.wait({doing, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        leaving.cancel()
        if not doing.done():
            doing.cancel()
            with contextlib.suppress(asyncio.CancelledError, Gone, Refusal, errors.UpstreamError):
                await doing
    if not doing.cancelled():
        doing.result()
