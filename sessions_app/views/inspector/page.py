"""A session's page around its tabs: nothing of it waits for upstream."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.inspector.live_view import frame_hosts
from sessions_app.models import Session
from sessions_app.views.frame import is_fragment
from sessions_app.views.verdict import verdict_on

from .looked_at import looked_at
from .tabs import BY_NAME, Tab, opens_with, phase_of, tabs_of

#: More metadata than upstream takes in a create is seen in the raw answer only.
PAIRS_SHOWN = 60


def as_page(request: HttpRequest, session: Session, tab: str = "") -> HttpResponse:
    """`tab` is the one that the address names; the other parts are asked for by the page itself."""
    response = render(request, template_for(request), page_context(request, session, tab))
    # As csp_update does it, whose hosts would have to be known before the session is.
    response._csp_update = {  # type: ignore[attr-defined]
        "frame-src": ["'self'", *frame_hosts(session.account)],
        "media-src": ["'self'", "blob:"],
    }
    if is_fragment(request) and request.GET.get("phase", phase_of(session)) != phase_of(session):
        response.headers["HX-Trigger"] = "phase-changed"
    return response


def template_for(request: HttpRequest) -> str:
    """Of the page as a whole: itself, what is asked for again every few seconds, or the tabs anew."""
    if not is_fragment(request):
        return "session.html"
    return "session.html#tabs" if request.GET.get("part") == "tabs" else "session.html#head"


def page_context(request: HttpRequest, session: Session, name: str) -> dict[str, object]:
    chosen = chosen_of(session, name or request.GET.get("open", ""))
    return {
        "session": session,
        "verdict": verdict_on(session),
        "phase": phase_of(session),
        "tabs": [(tab, tab.address(session)) for tab in tabs_of(session)],
        "chosen": chosen,
        "chosen_address": chosen.address(session),
        "looked_at": looked_at(request, session),
        "query": query_of(request),
        "pairs_shown": PAIRS_SHOWN,
    }


def chosen_of(session: Session, name: str) -> Tab:
    """The live view of a browser that is gone has turned into what it left."""
    tab = BY_NAME.get(name)
    return tab if tab and tab in tabs_of(session) else opens_with(session)


def query_of(request: HttpRequest) -> str:
    """What the tab is asked with: all that the address says, but for what this page itself was asked with."""
    asked = request.GET.copy()
    for name in ("part", "open", "phase"):
        asked.pop(name, None)
    return asked.urlencode()
