"""The list of sessions: `/sessions/`, its rows as they change, its JSON."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.models import Session
from sessions_app.models.session import SessionQuerySet
from sessions_app.query import QueryError, Term, matching, parse

from .access import json_error, wants_json
from .as_json import session_json
from .bearer import open_to_programs
from .cursor import BadCursor, Cursor
from .frame import is_fragment
from .polling import polled

PAGE = 50
MOST = 200
COUNTED_TO = 10_000
NEW_COUNTED_TO = 99
PRESETS = (("All", ""), ("Running", "status:RUNNING"), ("Timed out", "status:TIMED_OUT"), ("Error", "status:ERROR"))


@dataclass
class Asked:
    """What the address asks for. Raises QueryError or BadCursor while reading."""

    q: str
    terms: list[Term]
    cursor: Cursor | None  # rows after this place
    top: Cursor | None  # rows from this place on: what a reader who must not be disturbed sees
    limit: int

    @classmethod
    def read(cls, request: HttpRequest) -> "Asked":
        q = request.GET.get("q", "").strip()
        cursor, top = (request.GET.get(name, "") for name in ("cursor", "top"))
        return cls(
            q=q,
            terms=parse(q),
            cursor=Cursor.read(cursor) if cursor else None,
            top=Cursor.read(top) if top and not cursor else None,
            limit=read_limit(request.GET.get("limit", "")),
        )


def read_limit(text: str) -> int:
    """What is no number counts as PAGE; more than MOST is MOST."""
    return min(max(int(text[:9]), 1), MOST) if text.isascii() and text.isdigit() else PAGE


@dataclass
class Listing:
    """One page of rows and what lies around it."""

    asked: Asked
    sessions: SessionQuerySet
    rows: list[Session] = field(init=False)
    has_older: bool = field(init=False)

    def __post_init__(self) -> None:
        page = self.sessions.newest_first()
        if self.asked.cursor:
            page = page.filter(self.asked.cursor.older)
        elif self.asked.top:
            page = page.exclude(self.asked.top.newer)
        rows = list(page.for_display()[: self.asked.limit + 1])
        self.has_older = len(rows) > self.asked.limit
        self.rows = rows[: self.asked.limit]

    @cached_property
    def count(self) -> int:
        """Matching sessions, counted to a little past COUNTED_TO."""
        return self.sessions.order_by()[: COUNTED_TO + 1].count()

    @property
    def count_words(self) -> str:
        return f"{COUNTED_TO:,}+" if self.count > COUNTED_TO else f"{self.count:,}"

    @cached_property
    def new_words(self) -> str:
        """How many rows came in above the top that the reader holds, "" for none."""
        if not self.asked.top:
            return ""
        new = self.sessions.filter(self.asked.top.newer).order_by()[: NEW_COUNTED_TO + 1].count()
        return f"{NEW_COUNTED_TO}+" if new > NEW_COUNTED_TO else str(new or "")

    @property
    def top(self) -> str:
        return str(Cursor.of(self.rows[0])) if self.rows else ""

    def url(self, path: str, cursor: Cursor | None, **more: str) -> str:
        """The address of these rows, or of those after `cursor`; `top` is a reader's moment and no part of it."""
        limit = "" if self.asked.limit == PAGE else str(self.asked.limit)
        query = {"q": self.asked.q, **more, "limit": limit, "cursor": str(cursor or "")}
        return f"{path}?{urlencode({key: value for key, value in query.items() if value})}"

    def next_url(self, path: str, **more: str) -> str | None:
        return self.url(path, Cursor.of(self.rows[-1]), **more) if self.has_older else None


@open_to_programs
@require_safe
@polled
def page(request: HttpRequest) -> HttpResponse:
    """Newest first, filtered by `?q=`, from `?cursor=` on, at most `?limit=` rows."""
    try:
        asked = Asked.read(request)
    except QueryError as error:
        return bad_query(request, error)
    except BadCursor:
        return bad_cursor(request)
    listing = Listing(asked, matching(Session.objects.visible_to(request.user), asked.terms))
    if wants_json(request):
        return as_json(request, listing)
    context = {
        "q": asked.q,
        "listing": listing,
        "here": listing.url(request.path, asked.cursor),
        "older": listing.next_url(request.path),
    }
    if is_fragment(request):
        return render(request, "sessions.html#rows", context)
    return render(request, "sessions.html", context | {"presets": PRESETS})


def as_json(request: HttpRequest, listing: Listing) -> JsonResponse:
    results = [session_json(session) for session in listing.rows]
    return JsonResponse({"results": results, "next": listing.next_url(request.path, format="json")})


def bad_query(request: HttpRequest, error: QueryError) -> HttpResponse:
    if wants_json(request):
        return json_error(400, error.message, parameter="q", position=error.position)
    q = request.GET.get("q", "")
    context = {"q": q, "error": error, "before": q[: error.position], "after": q[error.position :]}
    return render(request, "sessions.html", context | {"presets": PRESETS})


def bad_cursor(request: HttpRequest) -> HttpResponse:
    words = "This is no place in the list: take `next` as the answer before gave it."
    if wants_json(request):
        return json_error(400, words, parameter="cursor")
    context = {"q": request.GET.get("q", ""), "lost": True}
    return render(request, "sessions.html", context | {"presets": PRESETS}, status=400)
