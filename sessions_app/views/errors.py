"""Pages for what went wrong: whose fault it is and what to do."""

import sys

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.browserbase import errors
from sessions_app.postgresql.away import is_away

from .access import json_error, wants_json


def page(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    """An error as a page, or as JSON for a script."""
    if wants_json(request):
        return json_error(status, words)
    template = "error.html#fragment" if request.headers.get("HX-Request") else "error.html"
    return render(request, template, {"title": title, "words": words, "status": status}, status=status)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 400, "That request cannot be read", "The address or the form holds something unexpected.")


@login_not_required
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 403, "Not allowed", "You are signed in, but this is not yours to do.")


@login_not_required
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return page(request, 404, "There is no such page", "Check the address, or look for the session in the list.")


@login_not_required
def too_many(request: HttpRequest) -> HttpResponse:
    words = "Nothing was done: this was tried too often within a minute. Wait a minute and try again."
    return page(request, 429, "That was too often", words)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    if is_away(sys.exc_info()[1]):
        return database_away(request)
    words = "The fault is ours and stands in the server's log. Nothing you did is lost; try again in a moment."
    return page(request, 500, "Something broke in Sightglass", words)


def database_away(request: HttpRequest) -> HttpResponse:
    """Who asks cannot be looked up either, and to try would wait for the database again."""
    request.user = AnonymousUser()
    words = "Its database does not answer. Nothing you did is lost: try again in a moment."
    answer = page(request, 503, "Sightglass cannot reach its tables", words)
    answer.headers["Retry-After"] = "5"
    return answer


def upstream_words(error: errors.UpstreamError) -> str:
    """What an upstream error means to a person: whose fault it is and what to do."""
    match error:
        case errors.BadKey(sent=False):  # there is none, or it cannot be read here
            return error.message
        case errors.BadKey():
            return "Browserbase refused this account's key. Put in a valid one with manage.py add_account."
        case errors.RateLimited(retry_after_s=seconds) if seconds:
            return f"Browserbase's limit is reached; it asks to try again in {seconds:.0f} s."
        case errors.RateLimited():
            return "Browserbase's limit is reached; try again in a moment."
        case errors.NotFound():
            return "Browserbase does not know this session any more."
        case errors.UpstreamDown():
            return "Browserbase does not answer right now. What is shown comes from our own tables."
        case _:
            return str(error)
