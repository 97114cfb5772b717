"""The addresses of the pages. A page's JSON is the same address with `?format=json`."""

from django.urls import path, register_converter

from .views import (
    end,
    ends,
    health,
    live_view,
    new_session,
    overview,
    projects,
    session,
    session_facets,
    session_histogram,
    session_latest,
    session_suggestions,
    sessions,
    status,
    tokens,
    usage,
)
from .views.paths import OpaqueId

register_converter(OpaqueId, "opaque")

urlpatterns = [
    path("", overview.page, name="overview"),
    path("sessions/", sessions.sessions, name="sessions"),
    path("sessions/latest/", session_latest.latest, name="latest_session"),
    path("sessions/facets/", session_facets.facets, name="session_facets"),
    path("sessions/histogram/", session_histogram.histogram_page, name="session_histogram"),
    path("sessions/suggestions/", session_suggestions.suggestions, name="session_suggestions"),
    path("sessions/new/", new_session.page, name="new_session"),
    path("sessions/new/preview/", new_session.preview, name="new_session_preview"),
    path("sessions/new/holders/", new_session.holders, name="slot_holders"),
    path("sessions/<opaque:session_id>/", session.page, name="session"),
    path("sessions/<opaque:session_id>/live/", live_view.view, name="session_live"),
    path("sessions/<opaque:session_id>/live/tabs/", live_view.tabs, name="session_live_tabs"),
    path("sessions/<opaque:session_id>/live/control/", live_view.control, name="session_control"),
    path("sessions/<opaque:session_id>/end/", end.end, name="end_session"),
    path("projects/", projects.page, name="projects"),
    path("projects/<opaque:project_id>/", projects.one, name="project"),
    path("ends/", ends.page, name="ends"),
    path("ends/<int:batch_id>/", ends.one, name="end_batch"),
    path("ends/<int:batch_id>/confirm/", ends.confirm, name="confirm_ends"),
    path("ends/<int:batch_id>/stop/", ends.stop, name="stop_ends"),
    path("usage/", usage.page, name="usage"),
    path("tokens/", tokens.page, name="tokens"),
    path("tokens/<int:token_id>/revoke/", tokens.revoke, name="revoke_token"),
    path("status/", status.page, name="status"),
    path("status/pulse/", status.pulse, name="pulse"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
