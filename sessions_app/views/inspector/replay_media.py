"""`/sessions/<id>/replay/<page>/…`: a film's playlist, its segments by number, and its MP4.

Async, since a stranger's host is waited for. Its addresses stay on the server, and what comes is handed on as it
flows: bytes of a stranger, of a type that we say.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from asgiref.sync import sync_to_async
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.views.decorators.http import require_GET

from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import Fetched, errors
from sessions_app.browserbase.media import Media
from sessions_app.browserbase.traces import PLAYLIST_TYPE
from sessions_app.models import Session
from sessions_app.views.new_session_json import status_of
from sessions_app.views.session_har import file_stem

logger = logging.getLogger(__name__)

#: A segment of a film that is finished does not change, and is good for no other person: nor for long on this disk.
KEPT = "private, max-age=600"
NOT_KEPT = "private, no-store"
VIDEO = "video/mp4"
FILE = "application/octet-stream"


@require_GET
async def playlist(request: HttpRequest, session_id: str, page: str) -> HttpResponse:
    """With our own addresses, relative to this one."""
    session = await sync_to_async(seen)(request, session_id)
    try:
        read = await session.account.client().media.playlist(session.id, page)
    except errors.UpstreamError as error:
        return refused(error)
    text = read.written(lambda number: f"{number}.m4s", "init.mp4")
    return HttpResponse(text, content_type=PLAYLIST_TYPE, headers={"Cache-Control": NOT_KEPT})


@require_GET
async def init(request: HttpRequest, session_id: str, page: str) -> HttpResponseBase:
    session = await sync_to_async(seen)(request, session_id)
    byte_range = request.headers.get("Range")
    return await handed_on(session, lambda media: media.init(session.id, page, byte_range), VIDEO, KEPT)


@require_GET
async def segment(request: HttpRequest, session_id: str, page: str, number: int) -> HttpResponseBase:
    session = await sync_to_async(seen)(request, session_id)
    byte_range = request.headers.get("Range")
    return await handed_on(session, lambda media: media.segment(session.id, page, number, byte_range), VIDEO, KEPT)


@require_GET
async def mp4(request: HttpRequest, session_id: str, page: str) -> HttpResponseBase:
    """To keep: always an attachment."""
    session = await sync_to_async(seen)(request, session_id)
    byte_range = request.headers.get("Range")
    response = await handed_on(session, lambda media: media.mp4(session.id, page, byte_range), FILE, NOT_KEPT)
    if response.streaming:
        response["Content-Disposition"] = f'attachment; filename="{file_stem(session)}-tab-{page}.mp4"'
    return response


def seen(request: HttpRequest, session_id: str) -> Session:
    """One question to the database for each of hundreds of segments, and its connection given back."""
    sessions = Session.objects.visible_to(request.user).select_related("account")
    session = None if "\x00" in session_id else sessions.filter(pk=session_id).first()
    give_back_connection()
    if session is None:
        raise Http404
    return session


async def handed_on(
    session: Session, ask: Callable[[Media], Awaitable[Fetched]], content_type: str, kept: str
) -> HttpResponseBase:
    try:
        fetched = await ask(session.account.client().media)
    except errors.UpstreamError as error:
        return refused(error)
    response = StreamingHttpResponse(flowing(fetched), status=fetched.status, content_type=content_type)
    response["Cache-Control"] = kept
    response["Accept-Ranges"] = "bytes"
    # GZipMiddleware leaves alone what says its encoding: a film is compressed already.
    response["Content-Encoding"] = "identity"
    if fetched.length is not None:
        response["Content-Length"] = str(fetched.length)
    if fetched.content_range:
        response["Content-Range"] = fetched.content_range
    return response


async def flowing(fetched: Fetched) -> AsyncIterator[bytes]:
    try:
        async for chunk in fetched.chunks():
            yield chunk
    except errors.UpstreamError as error:
        # Nothing can be said any more. As where the reader leaves, Django ends the answer short, and the server closes
        # the connection, which tells the player that it has not got all.
        logger.warning("A film broke off: %s", error)
        raise asyncio.CancelledError from None


def refused(error: errors.UpstreamError) -> HttpResponse:
    """In words; a player shows that it failed, and reads them not at all."""
    status = 404 if isinstance(error, errors.NotFound) else status_of(error)
    return HttpResponse(str(error), status=status, content_type="text/plain; charset=utf-8")
