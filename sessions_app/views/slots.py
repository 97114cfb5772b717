"""Who holds a project's slots: `/projects/<id>/slots/`, by owner or by any metadata key."""

import json
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from sessions_app.models import Project, Session
from sessions_app.query import QueryError, Term
from sessions_app.query.edits import read_one
from sessions_app.query.names import is_storable
from sessions_app.query.terms import Path, field_term, write_path
from sessions_app.usage.holders import Group, by_owner, by_path, paths_of
from sessions_app.usage.slots import slots

from .access import json_error, wants_json
from .as_json import session_json
from .bearer import open_to_programs
from .errors import page as error_page
from .frame import is_fragment
from .polling import polled
from .projects import NOT_KNOWN

OWNER = "owner"
MOST = 10_000  # sessions of one project, and of one batch of ends
SHOWN = 200  # on the page, over all groups
KEYS_SHOWN = 6


@open_to_programs
@require_safe
@polled
def page(request: HttpRequest, project_id: str) -> HttpResponse:
    """`?by=owner`, or a metadata path as a query writes it; a key that is called owner is `"owner"`."""
    known = Project.objects.visible_to(request.user)
    project = known.filter(pk=project_id).first() if is_storable(project_id) else None
    if project is None:
        return error_page(request, 404, "No such project", NOT_KNOWN)
    by = request.GET.get("by", "").strip() or OWNER
    try:
        path = None if by == OWNER else path_in(by)
    except QueryError as error:
        return refused(request, error)
    sessions = holding(request.user, project)
    groups = by_owner(sessions) if path is None else by_path(sessions, path)
    if wants_json(request):
        return JsonResponse(as_json(project.pk, project.concurrency, by, groups))
    context = on_page(request, project, groups) | choice(path, sessions)
    return render(request, "slots.html#slots" if is_fragment(request) else "slots.html", context)


def path_in(by: str) -> Path:
    """Raises QueryError."""
    term = read_one(f"{by}=*")
    if term.kind != "metadata" or term.negated or str(term) != f"{write_path(term.path)}=*":
        raise QueryError(f"Write {OWNER}, or a metadata key as in a query: team, order.status.", 0)
    return term.path


def written(path: Path) -> str:
    """What `path_in` reads as this path."""
    text = write_path(path)
    return f'"{text}"' if text == OWNER else text


def refused(request: HttpRequest, error: QueryError) -> HttpResponse:
    if wants_json(request):
        return json_error(400, error.message, parameter="by", position=error.position)
    return error_page(request, 400, "That is no metadata key", error.message)


def holding(user: object, project: Project) -> list[Session]:
    """The oldest first: a slot that somebody forgot is among them."""
    held = Session.objects.visible_to(user).holding_slots().filter(project=project)
    return list(held.order_by("started_at", "id").for_display()[:MOST])


def as_json(project_id: str, limit: int | None, by: str, groups: list[Group]) -> dict[str, Any]:
    return {
        "project": project_id,
        "limit": limit,
        "running": sum(group.count for group in groups),
        "by": by,
        "groups": [
            {
                "key": group.key,
                "count": group.count,
                "term": str(group.term) if group.term else None,
                "sessions": [session_json(session) for session in group.sessions],
            }
            for group in groups
        ],
    }


@dataclass(frozen=True)
class Shown:
    """A group on the page: its oldest sessions, as many as there is room for."""

    group: Group
    words: str
    sessions: list[Session]
    url: str | None  # the list of them

    @property
    def is_known(self) -> bool:
        return self.group.key is not None

    @property
    def ids(self) -> str:
        """All of the group, as the form of ends takes them."""
        return json.dumps([session.pk for session in self.group.sessions])


def on_page(request: HttpRequest, project: Project, groups: list[Group]) -> dict[str, Any]:
    held = next(held for held in slots(request.user) if held.project_id == project.pk)
    of_project = field_term("project", held.known_as)
    room, shown = SHOWN, []
    for group in groups:
        if room > 0:
            shown.append(Shown(group, words_of(group.key), group.sessions[:room], list_of(of_project, group.term)))
        room -= group.count
    return {"project": project, "held": held, "groups": shown, "left_out": max(-room, 0)}


def words_of(key: Any) -> str:
    return key if isinstance(key, str) else json.dumps(key, ensure_ascii=False)


def list_of(of_project: str, term: Term | None) -> str | None:
    q = f"status:RUNNING,PENDING {of_project} {term}"
    return f"{reverse('sessions')}?{urlencode({'q': q})}" if term else None


def choice(path: Path | None, sessions: list[Session]) -> dict[str, Any]:
    """What else the groups can be made by: the keys that occur."""
    keys = [written(found) for found in paths_of(sessions)]
    current = written(path) if path else OWNER
    first = [OWNER, *keys[:KEYS_SHOWN]]
    return {"by": current, "first_keys": first if current in first else [*first, current], "keys": keys[KEYS_SHOWN:]}
