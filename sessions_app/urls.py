"""The addresses of the pages. A page's JSON is the same address with `?format=json`."""

from django.urls import path, register_converter

from .views import end, health, new_session, overview, projects, session, sessions, status, usage
from .views.paths import OpaqueId

register_converter(OpaqueId, "opaque")

urlpatterns = [
    path("", overview.page, name="overview"),
    path("sessions/", sessions.page, name="sessions"),
    path("sessions/new/", new_session.page, name="new_session"),
    path("sessions/<opaque:session_id>/", session.page, name="session"),
    path("sessions/<opaque:session_id>/end/", end.end, name="end_session"),
    path("projects/", projects.page, name="projects"),
    path("projects/<opaque:project_id>/", projects.one, name="project"),
    path("usage/", usage.page, name="usage"),
    path("status/", status.page, name="status"),
    path("status/pulse/", status.pulse, name="pulse"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
