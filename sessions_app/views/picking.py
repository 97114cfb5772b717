"""Which sessions somebody picked to be ended: by a query, or one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import msgspec
from django.http import HttpRequest

from sessions_app.actions.end_many import MOST
from sessions_app.models import Session
from sessions_app.query import Question, parse
from sessions_app.query.live import live
from sessions_app.query.names import is_storable
from sessions_app.query.search import bounded

from .access import wants_json
from .asking import BadZone
from .frame import reader_zone, zone_called
from .json_body import BadBody, decoded

WHAT = 'Name the sessions to end: {"q": "a query"} or {"sessions": ["id", …]}.'
TOO_MANY = f"At most {MOST:,} sessions can be named at once."


@dataclass(frozen=True)
class Picked:
    """`q` is None where they were picked one by one; then some of them may be over.

    `is_cut`: more match than fit. `unknown` are ids that nobody knows here, or that may not be seen.
    """

    session_ids: list[str]
    q: str | None = None
    is_cut: bool = False
    unknown: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, request: HttpRequest) -> Self:
        """From a JSON body or a form. Raises BadBody, BadZone, QueryError or TooSlow."""
        asked = json_asked(request) if request.content_type == "application/json" else form_asked(request)
        if isinstance(asked.get("q"), str):
            return cls.of_query(request, asked)
        return cls.of_list(request, ids_in(asked))

    @classmethod
    def of_query(cls, request: HttpRequest, asked: Mapping[str, Any]) -> Self:
        """All that match and have not ended, the newest first."""
        question = Question.ask(parse(asked["q"]), request.user, zone_of(request, asked))
        with bounded():
            found = list(live(question).newest_first().values_list("pk", flat=True)[: MOST + 1])
        return cls(found[:MOST], storable(asked["q"].strip()), len(found) > MOST)

    @classmethod
    def of_list(cls, request: HttpRequest, session_ids: list[str]) -> Self:
        named = [session_id for session_id in session_ids if is_storable(session_id)]
        visible = Session.objects.visible_to(request.user).filter(pk__in=named)
        known = set(visible.order_by().values_list("pk", flat=True))
        return cls(
            [session_id for session_id in session_ids if session_id in known],
            unknown=[storable(session_id) for session_id in session_ids if session_id not in known],
        )


def storable(text: str) -> str:
    """For showing what was asked: PostgreSQL holds no NUL, and JSON and forms bring nothing else that it does not."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")


def json_asked(request: HttpRequest) -> dict[str, Any]:
    """Raises BadBody."""
    body = decoded(request)
    if not isinstance(body, dict) or ("q" in body) == ("sessions" in body):
        raise BadBody(400, WHAT)
    if "q" in body and not isinstance(body["q"], str):
        raise BadBody(400, f"q must be a text. {WHAT}")
    return body


def form_asked(request: HttpRequest) -> dict[str, Any]:
    """The page's form: `q` where all that match are meant, else its `session` boxes and others as JSON. Raises BadBody.

    A form may hold no more than a thousand fields, so that what was picked on other pages comes in one.
    """
    if wants_json(request) and not request.POST:
        raise BadBody(400, WHAT)
    if "q" in request.POST:
        return {"q": request.POST["q"], "tz": request.POST.get("tz", "")}
    try:
        others = msgspec.json.decode(request.POST.get("sessions") or "[]", type=list[str])
    except msgspec.MsgspecError:
        raise BadBody(400, WHAT) from None
    return {"sessions": [*request.POST.getlist("session"), *others]}


def ids_in(asked: Mapping[str, Any]) -> list[str]:
    """Each once, in the order given. Raises BadBody."""
    named = asked["sessions"]
    if not isinstance(named, list) or not named or not all(isinstance(one, str) for one in named):
        raise BadBody(400, f"sessions must be a list of ids, with one at least. {WHAT}")
    ids = list(dict.fromkeys(named))
    if len(ids) > MOST:
        raise BadBody(400, TOO_MANY)
    return ids


def zone_of(request: HttpRequest, asked: Mapping[str, Any]) -> Any:
    """The zone of the query's dates. Raises BadZone."""
    name = asked.get("tz") or ""
    zone = zone_called(name) if isinstance(name, str) and name else None
    if name and zone is None:
        raise BadZone
    return zone or reader_zone(request)
