"""What a page of the list holds: those known from sessions and those made here, the latest used first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest

from sessions_app.models import Account, Session
from sessions_app.models.belonging import MOST_COUNTED, Belonging
from sessions_app.query.names import is_storable

from ..as_json import iso
from ..cursor import Cursor

PER_PAGE = 50
LONGEST_TEXT = 200


def words_of(kind: type[Belonging]) -> dict[str, str]:
    """`word` and `plural` are also the names of addresses."""
    names = {"fields_name": f"{kind.word}_fields", "delete_name": f"delete_{kind.word}"}
    return {"word": kind.word, "plural": kind.plural} | names


@dataclass(frozen=True)
class Line:
    """One of them with how many sessions run with it now."""

    thing: Belonging
    running: int

    @property
    def counted(self) -> str:
        """Its sessions; counting ends where nobody needs the number any more."""
        return f"{MOST_COUNTED:,}+" if self.thing.counted > MOST_COUNTED else f"{self.thing.counted:,}"


@dataclass(frozen=True)
class Listing:
    """A page of the list. `next` is the cursor of the one after it, None at the end."""

    things: list[Belonging]
    next: str | None
    text: str
    gone: bool
    cursor: str  # of this page, "" of the first
    running: dict[str, list[str]]
    several_accounts: bool
    is_bare: bool  # nothing is known at all, so that nothing is there to look for

    @classmethod
    def of(cls, request: HttpRequest, kind: type[Belonging]) -> Self:
        """Raises BadCursor."""
        asked = request.GET
        text = "".join(char for char in asked.get("text", "") if is_storable(char)).strip()[:LONGEST_TEXT]
        gone = asked.get("gone") == "1"
        known = kind.objects.visible_to(request.user).filter(gone_since__isnull=not gone)
        if text:
            known = known.filter(Q(name__icontains=text) | Q(id__startswith=text))
        if cursor := asked.get("cursor", ""):
            known = known.filter(after(Cursor.read(cursor)))
        ordered = known.with_sessions_of(request.user).most_recent_first().for_display()
        things = list(ordered[: PER_PAGE + 1])
        last = things[PER_PAGE - 1] if len(things) > PER_PAGE else None
        things = things[:PER_PAGE]
        return cls(
            things,
            str(Cursor(last.recent_at, last.pk, 0)) if last else None,
            text,
            gone,
            cursor,
            running_with(request.user, kind) if things else {},
            Account.objects.visible_to(request.user).count() > 1,
            not things and not kind.objects.visible_to(request.user).exists(),
        )

    @property
    def here(self) -> str:
        return self._query(self.cursor)

    @property
    def newest(self) -> str:
        return self._query("")

    @property
    def older(self) -> str:
        return self._query(self.next or "")

    def _query(self, cursor: str) -> str:
        asked = {"text": self.text, "gone": "1" if self.gone else "", "cursor": cursor}
        return f"?{urlencode({name: value for name, value in asked.items() if value})}"

    @property
    def lines(self) -> list[Line]:
        return [Line(thing, len(self.running.get(thing.pk, []))) for thing in self.things]


def after(place: Cursor) -> Q:
    moment: datetime = place.started_at
    return Q(recent_at__lt=moment) | Q(recent_at=moment, id__lt=place.session_id)


def running_with(user: object, kind: type[Belonging]) -> dict[str, list[str]]:
    """By id, the sessions that run with it now: found among those that run, which are few, not among all it had."""
    held = Session.objects.visible_to(user).holding_slots().exclude(**{kind.session_field: ""}).order_by()
    running: dict[str, list[str]] = {}
    for id, session_id in held.values_list(kind.session_field, "pk"):
        running.setdefault(id, []).append(session_id)
    return running


def belonging_json(thing: Belonging) -> dict[str, Any]:
    """`name` is an extension's file name; `sessions` counts up to 1,000, `sessions_exact` says whether that is all.

    Of a row of a list that was made with_sessions_of.
    """
    return {
        "id": thing.pk,
        "account": thing.account.name,
        "project_id": thing.project_id,
        "name": thing.name or None,
        "created_by": str(thing.created_by) if thing.created_by else None,
        "created_at": iso(thing.created_at),
        "first_seen": iso(thing.first_seen),
        "last_used_at": iso(thing.last_used_at),
        "gone_since": iso(thing.gone_since),
        "sessions": min(thing.counted, MOST_COUNTED),
        "sessions_exact": thing.counted <= MOST_COUNTED,
    }
