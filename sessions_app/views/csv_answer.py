"""A table as a file, sent piece by piece."""

from collections.abc import AsyncIterator, Iterator

from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse


def csv_answer(request: HttpRequest, pieces: Iterator[str], filename: str) -> StreamingHttpResponse:
    response = streamed(request, pieces, "text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def streamed(request: HttpRequest, pieces: Iterator[str], content_type: str) -> StreamingHttpResponse:
    """`pieces` may ask the database for nothing: its connection serves others while a slow client takes its time."""
    is_async = isinstance(request, ASGIRequest)
    if is_async:
        connection.close()
    body = one_by_one(pieces) if is_async else pieces
    response = StreamingHttpResponse(body, content_type=content_type)
    # GZipMiddleware would make each piece a gzip file of its own, of which many clients read the first alone.
    response["Content-Encoding"] = "identity"
    return response


async def one_by_one(pieces: Iterator[str]) -> AsyncIterator[str]:
    for piece in pieces:
        yield piece
