"""The live view on a session's page: fragments that ask upstream, with a time limit and words of their own.

They answer 200 also where upstream failed: the page around them is fine, and what failed is said in its place.
"""

from csp.constants import NONE, UNSAFE_INLINE
from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from sessions_app.actions.record import record
from sessions_app.actions.waiting import give_back_connection
from sessions_app.browserbase import errors
from sessions_app.inspector import live_icons, live_view
from sessions_app.inspector.lookup import read_again
from sessions_app.models import AuditEvent, Session

from .access import client_address, person
from .errors import upstream_words
from .finding import find, with_session
from .frame import is_fragment
from .inspector.page import as_page
from .inspector.tabs import phase_of

#: In the place of an icon that does not come, since a picture that is missing would be an error in the page.
NO_ICON = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3" fill="#8a94a3"/></svg>'
)
SVG = "image/svg+xml"


@require_safe
@never_cache
@with_session
def view(request: HttpRequest, session: Session) -> HttpResponse:
    """The whole live view: its tabs, the frame, what can be done with it."""
    if not is_fragment(request):
        return as_page(request, session, "live")
    if phase_of(session) != "live":
        return render(request, "inspector/live.html#none", {"phase": phase_of(session)})
    return with_tabs(request, session, "inspector/live.html#live", "inspector/live.html#live_failed")


@require_safe
@never_cache
def tabs(request: HttpRequest, session_id: str) -> HttpResponse:
    """The tabs anew. Where that fails, those that are shown stay and a note says so."""
    again, failed = "inspector/live.html#tabs_again", "inspector/live.html#tabs_failed"
    return with_tabs(request, found(request, session_id), again, failed)


def with_tabs(request: HttpRequest, session: Session, template: str, failed: str) -> HttpResponse:
    give_back_connection()
    try:
        minted = live_view.mint(session)
    except errors.UpstreamError as error:
        return mint_failed(request, session, error, failed)
    if not minted.tabs:
        return render(request, failed, {"session": session, "refused_hosts": minted.refused_hosts})
    context = {
        "session": session,
        "tabs": minted.tabs,
        "selected": minted.tab(request.GET.get("tab", "")),
        "follows": "tab" not in request.GET,
        "in_tiles": request.GET.get("view") == "tiles",
        "refused_hosts": minted.refused_hosts,
    }
    return render(request, template, context)


def mint_failed(request: HttpRequest, session: Session, error: errors.UpstreamError, template: str) -> HttpResponse:
    """A session that upstream has no live view of is mostly over: it is read at once, and the page told to look."""
    is_gone = isinstance(error, errors.NotFound)
    if is_gone:
        error = error_of_read(session) or error
    words = "The browser is not there any more." if isinstance(error, errors.NotFound) else upstream_words(error)
    response = render(request, template, {"session": session, "words": words})
    if is_gone:
        response.headers["HX-Trigger"] = "session-changed"
    return response


def error_of_read(session: Session) -> errors.UpstreamError | None:
    try:
        read_again(session)
    except errors.UpstreamError as error:
        return error
    return None


@require_POST
@never_cache
def control(request: HttpRequest, session_id: str) -> HttpResponse:
    """Taking control goes on the record before the frame lets anybody click; giving it up needs no record."""
    session = found(request, session_id)
    takes = request.POST.get("take") == "yes" and session.is_running
    if takes:
        record(AuditEvent.Action.CONTROL_TAKEN, actor=person(request), address=client_address(request), session=session)
    return render(request, "inspector/live.html#control", {"session": session, "in_control": takes})


@require_safe
@csp({"default-src": [NONE], "style-src": [UNSAFE_INLINE], "sandbox": True})  # type: ignore[arg-type]  # it is lax
def icon(request: HttpRequest, session_id: str, word: str) -> HttpResponse:
    """A page's icon, from wherever it lies: only ever drawn within a picture, in which nothing runs."""
    session = found(request, session_id)
    give_back_connection()
    try:
        picture = live_icons.icon_of(session, word)
    except errors.UpstreamError:
        picture = None
    content, type_ = picture or (NO_ICON, SVG)
    headers = {"Cache-Control": "private, max-age=3600", "Content-Disposition": "attachment"}
    return HttpResponse(content, content_type=type_, headers=headers)


def found(request: HttpRequest, session_id: str) -> Session:
    session = find(request, session_id)
    if session is None:
        raise Http404
    return session
