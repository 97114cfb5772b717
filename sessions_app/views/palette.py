"""`/jump/`: where a few typed or pasted characters lead. The palette of every page asks for it as a fragment."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions_app.models import Context, Extension, Project, SavedView, Session
from sessions_app.models.session import SessionQuerySet
from sessions_app.query import QueryError, parse
from sessions_app.query.names import is_storable
from sessions_app.query.terms import write_word

from .frame import is_fragment, reader_zone
from .session_ids import session_id_in
from .view_menu import address_of, built_in, list_address, views_of

MOST = 5  # of a kind
RECENT = 3  # sessions, where nothing is typed yet
SHORTEST_PREFIX = 4  # of an id: fewer characters are more likely a name's
LONGEST_QUERY = 2_000
PAGES = {
    "Overview": "overview",
    "Sessions": "sessions",
    "New session": "new_session",
    "Usage": "usage",
    "Projects": "projects",
    "Contexts": "contexts",
    "Extensions": "extensions",
    "Status": "status",
    "Views": "views",
    "API tokens": "tokens",
    "Change password": "account_change_password",
}


@dataclass(frozen=True)
class Way:
    """One place to go to. `detail` says quietly what it is."""

    words: str
    address: str
    icon: str
    detail: str = ""
    session: Session | None = None


@never_cache
@require_safe
def jump(request: HttpRequest) -> HttpResponse:
    """To the session whose id is in `?text=`, at once without script; else all that is called alike."""
    text = "".join(char for char in request.GET.get("text", "") if is_storable(char)).strip()
    session_id = session_id_in(text)
    ways = to_session(request, session_id) if session_id else [*ways_to(request, text)]
    if session_id and not is_fragment(request):
        return redirect(ways[0].address)
    return render(request, "jump.html#options" if is_fragment(request) else "jump.html", {"ways": ways, "text": text})


def to_session(request: HttpRequest, session_id: str) -> list[Way]:
    """An id that is in no table leads to its page too, which looks for it upstream, unless it is of something else."""
    known = sessions(request).filter(pk=session_id).first()
    if known:
        return [of_session(known)]
    return [*to_projects(request, session_id), *to_belongings(request, session_id), unknown(session_id)]


def unknown(session_id: str) -> Way:
    return Way(session_id, reverse("session", args=[session_id]), "search", "not in our tables: look at Browserbase")


def ways_to(request: HttpRequest, text: str) -> Iterator[Way]:
    yield from to_sessions_called(request, text) if text else to_recent(request)
    yield from to_pages(text)
    yield from to_views(request, text)
    yield from to_projects(request, text)
    yield from to_belongings(request, text) if text else ()
    yield from to_matches(text) if text else ()


def to_pages(text: str) -> list[Way]:
    found = [name for name in PAGES if is_alike(text, name)]
    return [Way(name, reverse(PAGES[name]), "arrow-right") for name in found]


def to_views(request: HttpRequest, text: str) -> list[Way]:
    ours = [Way(view.name, view.address, "bookmark", "view") for view in built_in(reader_zone(request))]
    saved = [Way(view.name, address_of(view), "bookmark", whose(view, request)) for view in views_of(request)]
    return [way for way in (*saved, *ours) if is_alike(text, way.words)][:MOST]


def whose(view: SavedView, request: HttpRequest) -> str:
    return "view" if view.owner_id == request.user.pk else f"view of {view.owner}"


def to_projects(request: HttpRequest, text: str) -> list[Way]:
    alike = Project.objects.visible_to(request.user).filter(Q(name__icontains=text) | Q(id__startswith=text))
    return [Way(str(project), reverse("project", args=[project.pk]), "folders", "project") for project in alike[:MOST]]


def to_belongings(request: HttpRequest, text: str) -> list[Way]:
    """Contexts and extensions."""
    ways = []
    for kind, icon in ((Context, "cookie"), (Extension, "puzzle")):
        alike = kind.objects.visible_to(request.user).filter(Q(name__icontains=text) | Q(id__startswith=text))
        ways += [Way(str(one), one.get_absolute_url(), icon, kind.word) for one in alike.most_recent_first()[:MOST]]
    return ways


def to_sessions_called(request: HttpRequest, text: str) -> list[Way]:
    """Those whose id begins so, that which is it exactly first: in the order of the index that finds them."""
    if len(text) < SHORTEST_PREFIX:
        return []
    return [of_session(session) for session in sessions(request).filter(id__startswith=text).order_by("id")[:MOST]]


def to_recent(request: HttpRequest) -> list[Way]:
    return [of_session(session) for session in sessions(request)[:RECENT]]


def sessions(request: HttpRequest) -> SessionQuerySet:
    return Session.objects.visible_to(request.user).newest_first().for_display()


def of_session(session: Session) -> Way:
    return Way(session.short_id, reverse("session", args=[session.pk]), "browser", session.project_name, session)


def to_matches(text: str) -> list[Way]:
    """The list with the text as its query; as words, where it is none."""
    try:
        parse(text)
        query = text
    except QueryError:
        query = write_word(text)
    return [Way(query, list_address(query), "search", "sessions that match")] if len(query) <= LONGEST_QUERY else []


def is_alike(text: str, name: str) -> bool:
    """Each word begins one of the name's."""
    words = name.casefold().split()
    return all(any(word.startswith(part) for word in words) for part in text.casefold().split())
