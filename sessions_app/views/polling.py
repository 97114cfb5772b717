"""Fragments that ask again every few seconds and cost next to nothing while nothing changed."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified

P = ParamSpec("P")


def polled(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Answers 304 to a fragment request whose content the page already shows.

    htmx's ptag extension sends back the HX-PTag header of the last answer. A plain ETag would not do: the browser's
    cache hides the 304 from htmx, which then swaps the same content again.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store"
        if not isinstance(response, HttpResponse) or response.status_code != 200 or "HX-Request" not in request.headers:
            return response
        tag = blake2b(response.content, digest_size=9).hexdigest()
        if request.headers.get("HX-PTag") == tag:
            response = HttpResponseNotModified()
        response.headers["HX-PTag"] = tag
        return response

    return answer
