"""Ending a session: one click, a wish, a record."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from sessions_app.actions import release
from sessions_app.models import Session, Wish
from sessions_app.models.session import SessionQuerySet

from .access import client_address, person, wants_json
from .as_json import iso
from .bearer import open_to_programs
from .missing_session import look_up_or_explain


@open_to_programs
@require_POST
def end(request: HttpRequest, session_id: str) -> HttpResponse:
    """Asks for the end. A person who ends somebody else's session is shown the owner's name first."""
    known = find(request, session_id)
    if not known.exists() and (missing := look_up_or_explain(request, session_id)):
        return missing
    session = get_object_or_404(known)
    owner = session.owner_other_than(request.user)
    if owner and not wants_json(request) and "sure" not in request.POST:
        return ask_first(request, session, owner)
    wish = release.ask(session, person(request), client_address(request))
    if wants_json(request):
        return JsonResponse({"wish": wish_json(wish)}, status=202)
    return said(request, session, wish)


def find(request: HttpRequest, session_id: str) -> SessionQuerySet:
    sessions = Session.objects.visible_to(request.user).for_display()
    return sessions.filter(pk=session_id) if "\x00" not in session_id else sessions.none()


def wish_json(wish: Wish) -> dict[str, str | None]:
    return {"session": wish.session_id, "asked_at": iso(wish.asked_at), "state": wish.state}


def ask_first(request: HttpRequest, session: Session, owner: str) -> HttpResponse:
    template = "end.html#ask" if request.headers.get("HX-Request") else "end.html"
    return render(request, template, {"session": session, "owner": owner})


def said(request: HttpRequest, session: Session, wish: Wish) -> HttpResponse:
    """What was done, with the record one click away; the open page draws its rows anew."""
    if not request.headers.get("HX-Request"):
        messages.success(request, "It had ended already." if wish.done_at else f"Ending {session.short_id}.")
        return redirect("session", session_id=session.id)
    response = render(request, "end.html#said", {"session": session, "wish": wish})
    response.headers["HX-Trigger"] = "session-changed"
    return response
