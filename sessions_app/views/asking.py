"""What the address asks of the sessions, and the answers to what cannot be asked."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property, wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render

from sessions_app.query import QueryError, Question, Term, parse, write
from sessions_app.query.edits import EDITS, read_one
from sessions_app.query.hints import Hint, explain
from sessions_app.query.limits import TooSlow
from sessions_app.query.walk import Stretch

from .access import json_error, wants_json
from .columns import shown_in
from .cursor import BadCursor, Cursor
from .frame import is_fragment, reader_zone, zone_called
from .list_head import list_head
from .query_bar import QueryBar, Wrong

PAGE = 50
MOST = 200
NO_PLACE = "This is no place in the list: take `next` as the answer before gave it."
NO_ZONE = "There is no such time zone. Write tz=Europe/Berlin, say."
TOO_SLOW = (
    "This takes too long right now. Try again in a moment, with fewer words or a shorter time, as in started:<1d."
)


class BadZone(ValueError):
    """`tz` names no zone."""


class BadEdit(Exception):
    """`add`, `not` or `drop`, which is `parameter`, holds no single term: its `text` is wrong as `error` says."""

    def __init__(self, parameter: str, text: str, error: QueryError) -> None:
        super().__init__(error.message)
        self.parameter, self.text, self.error = parameter, text, error


@dataclass(frozen=True)
class Asked:
    """The query and where in the list its reader is. Reading raises QueryError, BadEdit, BadCursor or BadZone."""

    q: str
    terms: list[Term]
    zone: tzinfo
    tz: str  # as the address has it, "" where it has none
    user: object
    cursor: Cursor | None = None  # rows after this place
    top: Cursor | None = None  # rows from this place on: what a reader who must not be disturbed sees
    limit: int = PAGE
    shown: dict[str, str] = field(default_factory=dict)  # how the address wants it to look

    @classmethod
    def read(cls, request: HttpRequest) -> "Asked":
        q, tz, cursor, top = (request.GET.get(name, "").strip() for name in ("q", "tz", "cursor", "top"))
        terms = parse(request.GET.get("q", ""))
        if is_edit(request):
            terms = edited(terms, request.GET)
            q = write(terms)
        return cls(
            q=q,
            terms=terms,
            zone=read_zone(request),
            tz=tz,
            user=request.user,
            cursor=Cursor.read(cursor) if cursor else None,
            top=Cursor.read(top) if top and not cursor else None,
            limit=read_limit(request.GET.get("limit", "")),
            shown=shown_in(request),
        )

    @cached_property
    def question(self) -> Question:
        """Looks up the names in it once."""
        return Question.ask(self.terms, self.user, self.zone)

    @property
    def stretch(self) -> Stretch:
        return Stretch(after=self.cursor, top=self.top)

    def url(self, path: str, cursor: Cursor | None = None, **more: str) -> str:
        """The address of these rows, or of those after `cursor`; `top` is a reader's moment and no part of it."""
        limit = "" if self.limit == PAGE else str(self.limit)
        query = {"q": self.q, "tz": self.tz, **self.shown, **more, "limit": limit, "cursor": str(cursor or "")}
        return f"{path}?{urlencode({key: value for key, value in query.items() if value})}"


def read_zone(request: HttpRequest) -> tzinfo:
    """The one that `tz` names, else the reader's. Raises BadZone."""
    tz = request.GET.get("tz", "").strip()
    zone = zone_called(tz) if tz else reader_zone(request)
    if zone is None:
        raise BadZone
    return zone


def read_limit(text: str) -> int:
    """What is no number counts as PAGE; more than MOST is MOST."""
    return min(max(int(text[:9]), 1), MOST) if text.isascii() and text.isdigit() else PAGE


def is_edit(request: HttpRequest) -> bool:
    """Whether the address says how to change its query."""
    return not EDITS.keys().isdisjoint(request.GET)


def edited(terms: list[Term], parameters: QueryDict) -> list[Term]:
    """The terms after each `drop`, then each `add` and `not`, in the order of the address. Raises BadEdit."""
    for name, edit in EDITS.items():
        for text in parameters.getlist(name):
            try:
                terms = edit(terms, read_one(text))
            except QueryError as error:
                raise BadEdit(name, text, error) from error
    return terms


def kept(request: HttpRequest) -> QueryDict:
    """The address's parameters that outlive a change of its query; a place in the list is not among them."""
    parameters = request.GET.copy()
    for name in (*EDITS, "cursor", "top", "at"):
        parameters.pop(name, None)
    return parameters


def to_edited(request: HttpRequest, asked: Asked) -> HttpResponseRedirect:
    """Where the changed query has the address that somebody can keep."""
    parameters = kept(request)
    parameters["q"] = asked.q
    if not asked.q:
        del parameters["q"]
    return redirect(f"{request.path}{'?' if parameters else ''}{parameters.urlencode()}")


def edit_base(request: HttpRequest) -> str:
    """What stands between `?` and `add=…` in a link that changes this page's query."""
    written = kept(request).urlencode()
    return f"{written}&" if written else ""


View = Callable[[HttpRequest, Asked], HttpResponseBase]


def asks(view: View) -> Callable[[HttpRequest], HttpResponseBase]:
    """Gives the view what the address asks for; answers by itself where that means nothing or takes too long."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            return view(request, Asked.read(request))
        except QueryError as error:
            return bad_query(request, Wrong(error, request.GET.get("q", "")))
        except BadEdit as bad:
            return bad_query(request, Wrong(bad.error, bad.text, bad.parameter))
        except BadCursor:
            return refusal(request, 400, NO_PLACE, parameter="cursor")
        except BadZone:
            return refusal(request, 400, NO_ZONE, parameter="tz")
        except TooSlow:
            # An open list keeps what it shows and asks again.
            return HttpResponse(status=204) if is_fragment(request) else refusal(request, 503, TOO_SLOW)

    return answer


def bad_query(request: HttpRequest, wrong: Wrong) -> HttpResponse:
    """The place is marked. A page in a browser is no error: its console would say so."""
    if is_of_script(request):
        error = wrong.error
        meant = {"meant": error.meant} if error.meant else {}
        return json_error(400, error.message, parameter=wrong.parameter, position=error.position, **meant)
    return page(request, bar=query_bar(request, wrong))


def refusal(request: HttpRequest, status: int, words: str, **more: Any) -> HttpResponse:
    if is_of_script(request):
        return json_error(status, words, **more)
    return page(request, status, refusal=words)


def hint(question: Question) -> Hint | None:
    """Why a question finds nothing; None also where the answer would take too long."""
    try:
        return explain(question)
    except TooSlow:
        return None


def hint_json(found: Hint | None) -> dict[str, str | None] | None:
    return {"message": found.message, "meant": found.meant or None} if found else None


def is_of_script(request: HttpRequest) -> bool:
    return wants_json(request) or request.GET.get("format") == "csv"


def query_bar(request: HttpRequest, wrong: Wrong | None = None) -> QueryBar:
    others = [(name, value) for name, values in kept(request).lists() for value in values if name != "q"]
    return QueryBar.of(request.GET.get("q", ""), others, wrong)


def page(request: HttpRequest, status: int = 200, **context: Any) -> HttpResponse:
    own = {"q": request.GET.get("q", ""), "edit": edit_base(request), "bar": query_bar(request)}
    context = own | list_head(request, kept(request)) | context
    return render(request, "sessions.html", context, status=status)
