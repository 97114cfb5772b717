"""Terms -> rows."""

import json
from typing import Any

from django.db.models import Q

from sessions_app.models import Project
from sessions_app.models.session import SessionQuerySet

from .terms import Term


def matching(sessions: SessionQuerySet, terms: list[Term]) -> SessionQuerySet:
    """The sessions for which every term holds. At most one query of its own, for the names of projects."""
    if any("\x00" in part for term in terms for part in (term.value, *term.path)):
        return sessions.none()  # PostgreSQL stores no NUL, so nothing holds one
    for term in terms:
        sessions = sessions.filter(condition(term))
    return sessions


def condition(term: Term) -> Q:
    match term.kind:
        case "status":
            return Q(status__in={term.value, term.value.upper()})
        case "project":
            return Q(project_id__in=project_ids(term.value))
        case "metadata":
            return metadata(term.path, term.value)
        case _:
            return Q(id__startswith=term.value)


def project_ids(id_or_name: str) -> list[str]:
    named = Project.objects.filter(Q(name__iexact=id_or_name)).values_list("id", flat=True)
    return [*named, id_or_name]


def metadata(path: tuple[str, ...], text: str) -> Q:
    """The value at the path is this text, or the number or boolean that is written so."""
    holds = Q()
    for value in readings(text):
        holds |= Q(user_metadata__contains=nested(path, value))
    return holds


def readings(text: str) -> list[Any]:
    """What a value that is written as `text` may be in JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        return [text]
    is_scalar = isinstance(value, (bool, int, float)) and json.dumps(value) == text
    return [text, value] if is_scalar else [text]


def nested(path: tuple[str, ...], value: Any) -> Any:
    for key in reversed(path):
        value = {key: value}
    return value
