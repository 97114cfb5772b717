"""A form whose CSRF token is not valid any more: somebody signed in anew since, or the page is old."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from . import errors, new_session
from .access import wants_json


@login_not_required
@never_cache
@sensitive_post_parameters()
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Nothing is done. What was typed to start a session is a lot to lose, and is shown again to be sent once more."""
    if is_session_form(request):
        return new_session.show_again(request)
    words = "The form was open too long, or the X-CSRFToken header is missing. Load the page again and repeat it."
    return errors.page(request, 403, "The form has expired", words)


def is_session_form(request: HttpRequest) -> bool:
    if wants_json(request) or request.headers.get("HX-Request") or not request.user.is_authenticated:
        return False
    return request.resolver_match is not None and request.resolver_match.view_name == "new_session"
