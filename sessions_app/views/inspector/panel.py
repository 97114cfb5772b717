"""A tab's address: to a person the whole page with that tab open, to the page the tab alone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import errors
from sessions_app.models import Session
from sessions_app.views.finding import with_session
from sessions_app.views.frame import is_fragment
from sessions_app.views.trace_reads import trace_words

from .looked_at import LookedAt, looked_at
from .page import as_page

Panel = Callable[[HttpRequest, Session, LookedAt], HttpResponseBase]


def panel(name: str) -> Callable[[Panel], Callable[[HttpRequest, str], HttpResponseBase]]:
    """The tab of this name. Only the tab waits for upstream, and says what upstream answered instead, with a retry."""

    def decorate(view: Panel) -> Callable[[HttpRequest, str], HttpResponseBase]:
        @require_safe
        @never_cache
        @with_session
        @wraps(view)
        def answer(request: HttpRequest, session: Session) -> HttpResponseBase:
            if not is_fragment(request):
                return as_page(request, session, name)
            return read_or_failed(view, request, session)

        return answer

    return decorate


def part(view: Panel) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """A piece of a tab, or of what stands above them: never a page of its own."""
    return require_safe(part_by_any_method(view))


def part_by_any_method(view: Panel) -> Callable[[HttpRequest, str], HttpResponseBase]:
    """As `part`, where what is posted is answered with the piece as it is then."""

    @never_cache
    @with_session
    @wraps(view)
    def answer(request: HttpRequest, session: Session) -> HttpResponseBase:
        return read_or_failed(view, request, session)

    return answer


def read_or_failed(view: Panel, request: HttpRequest, session: Session) -> HttpResponseBase:
    """Waits for upstream without a connection to the database."""
    give_back_connection()
    try:
        return view(request, session, looked_at(request, session))
    except errors.NotFound as error:
        return render(request, "inspector/nothing.html", {"words": trace_words(error)})
    except errors.UpstreamError as error:
        return failed(request, trace_words(error))


def failed(request: HttpRequest, words: str, **more: Any) -> HttpResponse:
    """What went wrong, in the place of what was asked for, with a button that asks for the same again.

    200, as the rest of the page is fine.
    """
    return render(request, "inspector/failed.html", {"words": words, "again": request.get_full_path(), **more})
