"""`/sessions/<id>/details/`: every field, what is known here, what was done from here, the raw answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from sessions_app.inspector.secrets import MASK
from sessions_app.inspector.secrets.names import is_secret_name
from sessions_app.models import AuditEvent, Session
from sessions_app.models.session import as_text
from sessions_app.query.facets import LONGEST_VALUE
from sessions_app.query.terms import leaf_term

from .looked_at import LookedAt
from .panel import panel

#: Of the record, newest first; of metadata and of fields that have no place of their own.
EVENTS_SHOWN, PAIRS_SHOWN, OTHERS_SHOWN = 100, 200, 200
#: Fields of the answer that the page names itself.
NAMED = frozenset(
    "id projectId status region createdAt updatedAt startedAt endedAt expiresAt keepAlive proxyBytes contextId "
    "userMetadata".split()
)


@dataclass(frozen=True)
class Pair:
    """`address` leads to the sessions with the same, "" where no query could say it."""

    name: str
    text: str
    address: str = ""


@panel("details")
def details(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    answer = covered(session.raw)
    context = {
        "session": session,
        "metadata": list(islice(metadata_of(session), PAIRS_SHOWN)),
        "others": list(islice(others_of(answer), OTHERS_SHOWN)),
        "ended_by": ended_by(session),
        "events": AuditEvent.objects.filter(session_id=session.pk)[:EVENTS_SHOWN],
        "raw": json.dumps(answer, indent=2, ensure_ascii=False),
    }
    return render(request, "inspector/details.html", context)


def covered(answer: Any) -> Any:
    """Without what a field named like a secret holds, as a proxy's password; metadata are its owner's labels."""
    if isinstance(answer, list):
        return [covered(value) for value in answer]
    if not isinstance(answer, dict):
        return answer
    return {name: value if name == "userMetadata" else covered_field(name, value) for name, value in answer.items()}


def covered_field(name: str, value: Any) -> Any:
    return MASK if value and isinstance(value, str) and is_secret_name(name) else covered(value)


def metadata_of(session: Session) -> Iterator[Pair]:
    for path, value in session.metadata_leaves():
        term = leaf_term(path, value)
        address = f"{reverse('sessions')}?{urlencode({'add': term})}" if len(term) <= LONGEST_VALUE else ""
        yield Pair(".".join(path), as_text(value), address)


def others_of(answer: Any) -> Iterator[Pair]:
    """What else upstream said, each value by the way to it: `browserSettings.viewport.width`."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name not in NAMED:
                yield from leaves(name, value)


def leaves(name: str, value: Any) -> Iterator[Pair]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(f"{name}.{key}", inner)
    else:
        yield Pair(name, as_text(value))


def ended_by(session: Session) -> str:
    """As far as the row and our record tell; the verdict above weighs the rest."""
    wish = session.wish
    if not session.is_ended:
        return "nobody yet" if not session.missing_since else "not known"
    if session.status == "TIMED_OUT":
        return "Browserbase, at its time limit"
    if wish and wish.tries and wish.asked_at <= session.started_at + session.duration:
        return str(wish.asked_by or "somebody here")
    return "not known here"
