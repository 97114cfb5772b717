"""All sessions that match, as CSV, however many: read page by page while they are sent."""

import csv
import json
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIRequest
from django.db import connection
from django.http import HttpRequest, StreamingHttpResponse

from sessions_app.models import Session
from sessions_app.query.search import TooSlow

from .as_json import session_json
from .asking import Asked
from .listing import Listing

ROWS_AT_ONCE = 1_000
TRIES, PAUSE_S = 5, 1.0  # for one page
COLUMNS = tuple(session_json(Session()))
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(request: HttpRequest, asked: Asked) -> StreamingHttpResponse:
    """The first page is read before anything is sent, so that what is wrong can still be said."""
    pages = Pages(asked)
    pages.advance()
    is_async = isinstance(request, ASGIRequest)
    if is_async:
        connection.close()  # while a slow client takes its time, it serves others
    body = pages.sent_async() if is_async else pages.sent()
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    # GZipMiddleware would make each page a gzip file of its own, of which many clients read the first alone.
    response["Content-Encoding"] = "identity"
    response["Content-Disposition"] = 'attachment; filename="sessions.csv"'
    return response


class Pages:
    """Pages of rows as lines of CSV, the names of the columns first."""

    def __init__(self, asked: Asked) -> None:
        self.asked: Asked | None = replace(asked, limit=ROWS_AT_ONCE, top=None)
        self.text = line(COLUMNS)

    def advance(self) -> None:
        """Read one more page. Raises TooSlow."""
        if self.asked is None:
            return
        listing = Listing(self.asked, counted=0)
        self.text += "".join(map(as_line, listing.rows))
        self.asked = replace(self.asked, cursor=listing.next) if listing.next else None

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


def as_line(session: Session) -> str:
    return line(session_json(session).values())


def line(values: Any) -> str:
    return writer.writerow([cell(value) for value in values])


def cell(value: Any) -> str:
    """No cell is a formula to a spreadsheet. Metadata is JSON; what is not known is empty."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(FORMULA) else text


class Echo:
    """What the writer writes to: it gives back what it is given, and so does `writerow`."""

    def write(self, text: str) -> str:
        return text


writer = csv.writer(Echo())
