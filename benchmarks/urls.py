"""The site's addresses, and the page that the others are compared with."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

EMPTY = "/benchmark/empty/"


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, for whoever is signed in: what server, middleware and sign-in cost by themselves."""
    return HttpResponse()


urlpatterns = [path(EMPTY[1:], empty), path("", include("dashboard.urls"))]
handler400 = "sessions_app.views.errors.bad_request"
handler403 = "sessions_app.views.errors.forbidden"
handler404 = "sessions_app.views.errors.not_found"
handler500 = "sessions_app.views.errors.server_error"
