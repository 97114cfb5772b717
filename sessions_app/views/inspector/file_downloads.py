"""A session's downloads: `/sessions/<id>/files/<n>/`, all of them as `/sessions/<id>/files.zip`, their list as JSON.

They come from any page that a browser was on: nothing is ever shown by the reader's browser, all is saved.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from functools import wraps
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import errors
from sessions_app.inspector.files import MOST_ZIP_BYTES, Archive, Entry, Spoilt, zip_of
from sessions_app.inspector.opening import is_settled
from sessions_app.inspector.words import size_words
from sessions_app.models import Session
from sessions_app.views.access import json_error, wants_json
from sessions_app.views.bearer import made_for_programs
from sessions_app.views.finding import with_session
from sessions_app.views.new_session_json import status_of
from sessions_app.views.trace_reads import trace_words

UNSAFE_IN_NAMES = re.compile(r"[^A-Za-z0-9-]+")


class Refused(Exception):
    """It is not given away; the text says why."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def of_downloads(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Hands the view its session. What stands against it is said as a page, or to scripts as JSON."""

    @made_for_programs
    @require_safe
    @never_cache
    @with_session
    @wraps(view)
    def answer(request: HttpRequest, session: Session, **where: int) -> HttpResponseBase:
        give_back_connection()
        try:
            return view(request, session, **where)
        except errors.UpstreamError as error:
            return refusal(request, session, status_of(error), files_words(error))
        except (Spoilt, OSError) as spoilt:
            return refusal(request, session, 422, str(spoilt) if isinstance(spoilt, Spoilt) else "It is gone again.")
        except Refused as refused:
            return refusal(request, session, refused.status, refused.words)

    return answer


def refusal(request: HttpRequest, session: Session, status: int, words: str) -> HttpResponse:
    if wants_json(request):
        return json_error(status, words)
    return render(request, "inspector/file_refused.html", {"session": session, "words": words}, status=status)


@of_downloads
def one(request: HttpRequest, session: Session, number: int) -> HttpResponseBase:
    """The file with this place in the zip; with `?check=` only the one that was listed there, not its successor."""
    with ExitStack() as held:
        archive = held.enter_context(Archive(zip_of(session)))
        if number >= len(archive.entries):
            raise Refused(404, "There is no such file among what it downloaded.")
        if request.GET.get("check", archive.entries[number].check) != archive.entries[number].check:
            raise Refused(409, "What it downloaded has changed since the list was read: open the list again.")
        entry = archive.examine(number)
        return attachment(request, held_open(held.pop_all(), archive.pieces(number)), entry.file_name, entry.size)


@of_downloads
def everything(request: HttpRequest, session: Session) -> HttpResponseBase:
    with ExitStack() as held:
        archive = held.enter_context(Archive(zip_of(session)))
        if archive.trouble:
            raise Refused(422, f"The files are to be had one by one, {archive.trouble}.")
        stem = UNSAFE_IN_NAMES.sub("-", session.short_id).strip("-") or "unnamed"
        name = f"session-{stem}-files.zip"
        return attachment(request, held_open(held.pop_all(), archive.as_it_came()), name, archive.size)


@of_downloads
def as_list(request: HttpRequest, session: Session) -> HttpResponseBase:
    """`{"files": [{"number", "name", "size", "check", "trouble"}]}`; `trouble` null, or why it cannot be had alone."""
    with Archive(zip_of(session, anew=not is_settled(session))) as archive:
        entries = archive.entries
    return JsonResponse({"files": [entry_json(entry) for entry in entries]})


def entry_json(entry: Entry) -> dict[str, Any]:
    names = ("number", "name", "size", "check")
    return {name: getattr(entry, name) for name in names} | {"trouble": entry.trouble or None}


def held_open(held: ExitStack, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """What is held is let go with the last piece: the file may be cleared away while it is sent."""
    with held:
        yield from pieces


def attachment(request: HttpRequest, pieces: Iterator[bytes], name: str, size: int) -> StreamingHttpResponse:
    """To be saved and nothing else, whatever the file calls itself."""
    body = in_threads(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Content-Length"] = str(size)
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Encoding"] = "identity"  # or GZipMiddleware would pack it, and its length be unknown
    return response


async def in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """So that a slow disk holds up nobody else."""
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece


def files_words(error: errors.UpstreamError) -> str:
    """As trace_words, of files."""
    match error:
        case errors.NotFound():
            return "Browserbase has no downloads of this session (any more)."
        case errors.UpstreamDown():
            return "Browserbase does not answer right now, and files are not stored here. Try again in a moment."
        case errors.TooBig():
            return f"What it downloaded is more than {size_words(MOST_ZIP_BYTES)}, which is not looked into here."
        case _:
            return trace_words(error)
