"""Programs at our pages: `Authorization: Bearer sg_…` in the place of a session cookie, and no CSRF token."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from sessions_app.models import Token
from sessions_app.models.token import MARK

from .access import bearer_of, json_error

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
WHY_NOT = {
    "revoked": "This token was revoked.",
    "expired": "This token has expired.",
    "ownerless": "This token's owner was shut out.",
}


def open_to_programs(view: View) -> View:
    """Marks a view that a token opens too: to read it with either right, for anything else with `operate`."""
    view.is_open_to_programs = True  # type: ignore[attr-defined]
    return view


def made_for_programs(view: View) -> View:
    """As open_to_programs, of an address that is theirs first: whoever does not ask for HTML is answered in JSON."""
    view.is_made_for_programs = True  # type: ignore[attr-defined]
    return open_to_programs(view)


class BearerMiddleware:
    """Lets a program in as its token's owner, or answers by itself why not. Stands before the sign-in and CSRF checks.

    What does not begin like a token of ours is left alone: a proxy before us may add a bearer of its own to what
    signed-in people ask.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        text = bearer_of(request)
        if text is None or not text.startswith(MARK) or not getattr(view, "login_required", True):
            return None
        token = Token.objects.called(text).first()
        if token is None or not token.is_valid:
            return not_valid(token)
        token.note_use()
        request.user = token.as_user()
        # No browser sends this header by itself, so that no other site can have forged the request.
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
        return refused(request, view, token)


def not_valid(token: Token | None) -> JsonResponse:
    words = WHY_NOT[token.state] if token else "There is no such token."
    response = json_error(401, f"{words} Make another one on the page API tokens.")
    response.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    return response


def refused(request: HttpRequest, view: Callable[..., Any], token: Token) -> JsonResponse | None:
    if not getattr(view, "is_open_to_programs", False):
        return json_error(403, "A token does not open this page: sign in as a person.")
    if request.method not in SAFE_METHODS and not token.can_operate:
        return json_error(403, f"This token's right is {token.right}: this needs operate.", right="operate")
    return None
