"""The site's addresses, and the pages that the others are compared with."""

from typing import Any, cast

from django.contrib.admin import AdminSite, ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from sessions_app.models import Session
from sessions_app.models.session import SessionQuerySet
from sessions_app.query import matching, parse

EMPTY = "/benchmark/empty/"
ADMIN = "/benchmark/admin/"


class SessionAdmin(ModelAdmin):
    """Django's own list of the same rows: its search takes the same queries, and all else is the admin's."""

    list_display = ("status", "id", "project_id", "user_metadata", "started_at", "ended_at", "created_by")
    list_select_related = ("created_by",)
    list_per_page = 50
    search_fields = ("id",)  # so that there is a search

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return matching(cast("SessionQuerySet", queryset), parse(search_term)), False


admin = AdminSite(name="admin")
admin.register(Session, SessionAdmin)


def empty(request: HttpRequest) -> HttpResponse:
    """Nothing, for whoever is signed in: what server, middleware and sign-in cost by themselves."""
    return HttpResponse()


urlpatterns = [path(EMPTY[1:], empty), path(ADMIN[1:], admin.urls), path("", include("dashboard.urls"))]
handler400 = "sessions_app.views.errors.bad_request"
handler403 = "sessions_app.views.errors.forbidden"
handler404 = "sessions_app.views.errors.not_found"
handler500 = "sessions_app.views.errors.server_error"
