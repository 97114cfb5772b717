"""`/sessions/<id>/raw/download/`: the whole log, covered, as JSON, so that nothing here holds it whole."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import islice

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from sessions_app.browserbase import errors
from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.opening import open_log
from sessions_app.models import Session
from sessions_app.views.session_har import file_stem
from sessions_app.views.trace_reads import not_read

from .looked_at import LookedAt
from .panel import part

#: Entries that are covered at a time: that is work, and the loop that serves everybody has no time for it.
_AT_A_TIME = 100


@part
def download(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponseBase:
    """An error is one of the file, not a page in its place."""
    try:
        pieces = covered_log(open_log(session))
    except errors.UpstreamError as error:
        return not_read(error)
    body = in_a_thread(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(body, content_type="application/json")
    response["Content-Encoding"] = "identity"  # or GZipMiddleware would make each piece a file of its own
    response["Content-Disposition"] = f'attachment; filename="{file_stem(session)}-log.json"'
    return response


def covered_log(log: Log) -> Iterator[str]:
    for number in range(len(log)):
        yield (",\n" if number else "[") + log.covered(number)
    yield "]\n" if len(log) else "[]\n"


async def in_a_thread(pieces: Iterator[str]) -> AsyncIterator[str]:
    while text := await asyncio.to_thread(lambda: "".join(islice(pieces, _AT_A_TIME))):
        yield text
