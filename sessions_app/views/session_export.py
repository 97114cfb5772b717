"""All sessions that match in one answer, however many: read page by page while they are sent."""

import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Protocol

from asgiref.sync import sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse

from sessions_app.models import Session
from sessions_app.query.limits import TooSlow

from .access import wants_json
from .asking import Asked
from .listing import Listing
from .session_export_csv import Csv
from .session_export_json import Json

ROWS_AT_ONCE = 1_000
TRIES, PAUSE_S = 5, 1.0  # for one page
NO = ("", "0", "false")


class Writing(Protocol):
    """How an export is written: what stands before all rows, each page of them, and after the last."""

    content_type: str
    filename: str

    def head(self) -> str: ...
    def rows(self, sessions: list[Session]) -> str: ...
    def foot(self) -> str: ...


def asked_for(request: HttpRequest) -> Writing | None:
    """`?format=csv`, or JSON with `?all=1`; None where a page is meant."""
    if request.GET.get("format") == "csv":
        return Csv()
    return Json() if wants_json(request) and request.GET.get("all", "").lower() not in NO else None


def addresses(path: str, asked: Asked) -> dict[str, str]:
    """Where all that is asked for can be taken away."""
    return {"CSV": asked.url(path, format="csv"), "JSON": asked.url(path, format="json", all="1")}


def export(request: HttpRequest, asked: Asked, writing: Writing) -> StreamingHttpResponse:
    """The first page is read before anything is sent, so that what is wrong can still be said."""
    pages = Pages(asked, writing)
    pages.advance()
    is_async = isinstance(request, ASGIRequest)
    if is_async:
        connection.close()  # while a slow client takes its time, it serves others
    body = pages.sent_async() if is_async else pages.sent()
    response = StreamingHttpResponse(body, content_type=writing.content_type)
    # GZipMiddleware would make each page a gzip file of its own, of which many clients read the first alone.
    response["Content-Encoding"] = "identity"
    response["Content-Disposition"] = f'attachment; filename="{writing.filename}"'
    return response


class Pages:
    """Pages of rows as text, one after the other."""

    def __init__(self, asked: Asked, writing: Writing) -> None:
        self.asked: Asked | None = replace(asked, limit=ROWS_AT_ONCE, top=None)
        self.writing = writing
        self.text = writing.head()

    def advance(self) -> None:
        """Read one more page. Raises TooSlow."""
        if self.asked is None:
            return
        listing = Listing(self.asked, counted=0)
        self.text += self.writing.rows(listing.rows)
        self.asked = replace(self.asked, cursor=listing.next) if listing.next else None
        if self.asked is None:
            self.text += self.writing.foot()

    def take(self) -> str:
        text, self.text = self.text, ""
        return text

    def sent(self) -> Iterator[str]:
        yield self.take()
        while self.asked:
            self.advance()
            yield self.take()

    async def sent_async(self) -> AsyncIterator[str]:
        yield self.take()
        while self.asked:
            await sync_to_async(self.advance_patiently)()
            yield self.take()

    def advance_patiently(self) -> None:
        """A database that stays too slow cuts the answer, so that nobody takes a part for the whole."""
        for _ in range(TRIES):
            try:
                return self.advance()
            except TooSlow:
                time.sleep(PAUSE_S)
            finally:
                connection.close()
        raise RequestAborted
