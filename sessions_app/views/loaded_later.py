"""Fragments of the list's page that load after it: each fails by itself, in its own words."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.query.limits import TooSlow

from .access import wants_json
from .asking import TOO_SLOW, Asked, refusal
from .frame import is_fragment
from .session_range import BadPart

View = Callable[[HttpRequest, Asked], HttpResponse]


def loaded_later(view: View) -> View:
    """Says what is wrong with the part that the address names; and what is too slow, where nothing is shown yet."""

    @wraps(view)
    def answer(request: HttpRequest, asked: Asked) -> HttpResponse:
        try:
            return view(request, asked)
        except BadPart as bad:
            if is_for_script(request):
                return refusal(request, 400, bad.message, parameter=bad.parameter)
            return render(request, "list/failed.html", {"words": bad.message})
        except TooSlow:
            if is_for_script(request) or is_shown(request):
                raise
            return render(request, "list/failed.html", {"words": TOO_SLOW, "again": request.get_full_path()})

    return answer


def is_for_script(request: HttpRequest) -> bool:
    """All that is no fragment is JSON here."""
    return wants_json(request) or not is_fragment(request)


def is_shown(request: HttpRequest) -> bool:
    """Whether the page has an earlier answer, which it keeps."""
    return request.headers.get("HX-PTag", "-") != "-"
