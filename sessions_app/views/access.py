"""Who may come in. Every page needs a signed-in person; what does not is marked `login_not_required`."""

import contextlib
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from sessions_app.models import User
from sessions_app.models.audit import recordable_address
from sessions_app.models.token import token_of


def wants_json(request: HttpRequest) -> bool:
    """`?format=json`, a body in JSON, a token, an address that is made for programs, a client that accepts JSON.

    Where none of the first three is there, whoever takes HTML gets the page.
    """
    is_json = format_of(request) == "json" or request.content_type == "application/json"
    is_json = is_json or request.path.startswith("/api/")
    if is_json or token_of(getattr(request, "user", None)):
        return True
    accepts_json = "application/json" in request.headers.get("Accept", "") or bearer_of(request) is not None
    return not takes_html(request) and (accepts_json or is_made_for_programs(request))


def format_of(request: HttpRequest) -> str:
    """`?format=…`; nothing in an address with more parameters than Django reads, whose refusal asks for it, too."""
    with contextlib.suppress(TooManyFieldsSent):
        return request.GET.get("format", "")
    return ""


def takes_html(request: HttpRequest) -> bool:
    """A browser that goes to an address says so; curl, requests and httpx say that they take anything."""
    return "text/html" in request.headers.get("Accept", "") or "HX-Request" in request.headers


def is_made_for_programs(request: HttpRequest) -> bool:
    """A table as CSV, or an address whose view is marked so."""
    view = request.resolver_match.func if request.resolver_match else None
    return format_of(request) == "csv" or getattr(view, "is_made_for_programs", False)


def bearer_of(request: HttpRequest) -> str | None:
    """What `Authorization: Bearer …` holds, ours or not."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else None


def json_error(status: int, message: str, **more: Any) -> JsonResponse:
    """The one shape in which scripts read an error: `{"error": {"message", …}}`."""
    return JsonResponse({"error": {"message": message, **more}}, status=status)


def person(request: HttpRequest) -> User:
    """Who signed in: the middleware lets nobody else through to a view."""
    assert isinstance(request.user, User)  # noqa: S101
    return request.user


def client_address(request: HttpRequest) -> str | None:
    return recordable_address(request.META.get("REMOTE_ADDR") or "")


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends a person to the sign-in page and back, tells a script 401, and keeps the page out of fragments."""

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        """Who asks is looked up only where it matters: /healthz needs no database."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> HttpResponseBase:  # type: ignore[override]
        if wants_json(request):
            return json_error(401, "Sign in first: this needs a session cookie, or a token as Authorization: Bearer.")
        if request.headers.get("HX-Request"):
            here = urlsplit(request.headers.get("HX-Current-URL", ""))
            back = urlencode({"next": f"{here.path or '/'}{'?' if here.query else ''}{here.query}"})
            return HttpResponseClientRedirect(f"{resolve_url(self.get_login_url(view_func))}?{back}")
        if request.get_full_path() == resolve_url("overview"):
            # Nothing particular was asked for: after signing in comes the start page.
            return redirect(self.get_login_url(view_func))
        return super().handle_no_permission(request, view_func)
