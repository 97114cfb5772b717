"""Creates, from the page and from programs: whose a session is, also where the answer to its create was lost."""

import enum
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from sessions_app import browserbase
from sessions_app.browserbase.decoding import decode
from sessions_app.browserbase.fields import MAX_ID
from sessions_app.models import Account, AuditEvent, CreateTry, Extension, Session, Token, User
from sessions_app.models.account import cipher
from sessions_app.models.create_try import HOLDERS, LONGEST_FLIGHT
from sessions_app.models.token import token_of
from sessions_app.pulls.belongings import note_used
from sessions_app.pulls.store import store_sessions

from .record import event_of

# Upstream's clock and ours, after what is known of their difference, and how late upstream may begin what it was sent.
EARLY, LATE = timedelta(seconds=2), timedelta(seconds=10)
# An answer that has not come so long after its session began hangs: before, a session that only looks alike is too
# easily taken for it.
HANGS_AFTER = timedelta(seconds=3)
# What a session shows of the body of its create: name there, name in the row.
SHOWN = {"projectId": "project_id", "region": "region", "userMetadata": "user_metadata"}


@dataclass
class Created:
    """A session just started, by a token or for a person. `answer` is for a repetition of its create."""

    account_id: int
    session: browserbase.CreatedSession
    address: str | None
    owner: User | None = None
    token_id: int | None = None
    try_id: int = 0
    answer: bytes = field(default=b"", repr=False)
    extension_id: str = ""  # as its create named it


SETTLE = """
UPDATE sessions_app_createtry t
SET state = 'answered', session_id = s.session_id, encrypted_answer = s.answer, ended_at = now(), touched_at = now()
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS s (id, session_id, answer)
WHERE t.id = s.id
"""
# Each process that waits for answers holds an advisory lock (HOLDERS, its number) as long as it lives.
LIVING = """
SELECT objid::bigint FROM pg_locks
WHERE locktype = 'advisory' AND classid = %s AND objsubid = 2
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class Search(enum.Enum):
    FOUND = enum.auto()
    NOTHING = enum.auto()
    UNSURE = enum.auto()  # what is there may belong to an equal create that is still under way


def begin(user: User, account: Account, body: Mapping[str, Any], address: str | None) -> CreateTry:
    """Note a person's create before it is sent: should its answer be lost, its session is found by this."""
    try:
        wanted = wanted_from(decode(json.dumps(body).encode()))
    except (ValueError, TypeError, RecursionError):
        wanted = {}  # it will be refused
    return CreateTry.objects.create(
        owner=user, token=token_of(user), account=account, address=address or "", wanted=wanted
    )


def end(attempt: CreateTry, *, is_lost: bool) -> None:
    """It brought no session, as far as is known."""
    attempt.state = CreateTry.State.LOST if is_lost else CreateTry.State.REFUSED
    attempt.ended_at = attempt.touched_at = timezone.now()
    attempt.save(update_fields=["state", "ended_at", "touched_at"])


def keep(created: Sequence[Created]) -> None:
    """Store sessions with their owners, on the record, and settle their tries: a few statements for any number."""
    _name_owners(created)
    with transaction.atomic():
        found = _found(created)
        for account in Account.objects.filter(pk__in={one.account_id for one in created}):
            store_sessions(account, [one.session for one in created if one.account_id == account.pk])
        _give([(one.session.id, one.owner, one.address) for one in created if one.session.id not in found])
        _note_extensions(created)
        _settle(created)


def extension_in(body: Mapping[str, Any]) -> str:
    """The extension that a create names, in either of the two places; "" where it names none."""
    settings = body.get("browserSettings")
    named = body.get("extensionId") or (settings.get("extensionId") if isinstance(settings, dict) else None)
    return named if isinstance(named, str) and len(named) <= MAX_ID and "\x00" not in named else ""


def wanted_from(body: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a create's body by which its session can be told: all that it will show, no secrets."""
    settings = body.get("browserSettings")
    context = settings.get("context") if isinstance(settings, dict) else None
    wanted = {name: body[name] for name in (*SHOWN, "keepAlive", "timeout") if body.get(name) is not None}
    if isinstance(context, dict) and context.get("id"):
        wanted["contextId"] = context["id"]
    return wanted


def find(try_id: int, clock_ahead_s: float | None = None) -> Search:
    """Look in our tables for the session of a create whose answer was lost or hangs, and give it its owner.

    One at a time in each account.

    `clock_ahead_s`: how far upstream's clock is before ours, where that has just been seen.
    """
    lost = CreateTry.objects.select_related("owner", "token__owner").get(pk=try_id)
    with transaction.atomic():
        Account.objects.select_for_update(no_key=True).get(pk=lost.account_id)
        lost.refresh_from_db(fields=["state"], from_queryset=CreateTry.objects.select_for_update())
        if clock_ahead_s is not None:
            lost.clock_ahead_s = clock_ahead_s
            lost.save(update_fields=["clock_ahead_s"])
        if lost.state == CreateTry.State.ANSWERED:
            return Search.FOUND
        for session in _candidates(lost):
            if not _is_held_for_us(session):
                continue
            if _is_contested(lost, session):
                return Search.UNSURE
            owner = lost.token.as_user() if lost.token else lost.owner
            _give([(session.pk, owner, lost.address or None)])
            CreateTry.objects.filter(pk=lost.pk).update(state=CreateTry.State.ANSWERED, session_id=session.pk)
            return Search.FOUND
    return Search.NOTHING


def sweep() -> None:
    """Find what was lost, by processes that are gone too, in what the pulls have brought; forget what is over."""
    note_the_dead()
    for lost in CreateTry.objects.to_be_found():
        find(lost.pk)
    CreateTry.objects.forget()


def _found(created: Sequence[Created]) -> set[str]:
    """Those that were found while their answers hung: they have their owner already, and are on the record."""
    tries = CreateTry.objects.select_for_update().filter(pk__in=[one.try_id for one in created if one.try_id])
    return set(tries.filter(state=CreateTry.State.ANSWERED).order_by("pk").values_list("session_id", flat=True))


def _name_owners(created: Sequence[Created]) -> None:
    """Those that came by a token belong to its owner."""
    tokens = Token.objects.select_related("owner").in_bulk([one.token_id for one in created if one.token_id])
    for one in created:
        if one.token_id in tokens:
            one.owner = tokens[one.token_id].as_user()


def _give(sessions: Sequence[tuple[str, User | None, str | None]]) -> None:
    """(session, owner, the owner's address): a pull may have brought the row before; whose it is only we know."""
    for owner in {owner for _, owner, _ in sessions if owner}:
        theirs = [session_id for session_id, other, _ in sessions if other == owner]
        Session.objects.filter(pk__in=theirs, created_by=None).change(created_by=owner)
    rows = Session.objects.in_bulk([session_id for session_id, _, _ in sessions])
    action = AuditEvent.Action.SESSION_CREATED
    AuditEvent.objects.bulk_create(
        event_of(action, actor=owner, address=address, session=rows[session_id])
        for session_id, owner, address in sessions
    )


def _note_extensions(created: Sequence[Created]) -> None:
    """No answer of upstream says it later."""
    for extension_id in {one.extension_id for one in created if one.extension_id}:
        with_it = [one.session.id for one in created if one.extension_id == extension_id]
        Session.objects.filter(pk__in=with_it).change(extension_id=extension_id)
        note_used(Extension, with_it)


def _settle(created: Sequence[Created]) -> None:
    """In SQL: Django's bulk_update takes a millisecond for each, and hundreds may come at once."""
    settled = [(one.try_id, one.session.id, _encrypted(one.answer)) for one in created if one.try_id]
    tries, sessions, answers = zip(*settled, strict=True) if settled else ((), (), ())
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [list(tries), list(sessions), list(answers)])


def _encrypted(answer: bytes) -> str:
    return cipher().encrypt(answer).decode() if answer else ""


def _candidates(lost: CreateTry) -> Iterable[Session]:
    """Sessions that nobody owns, of the time it was sent, that look as was asked for; the best fitting first."""
    ahead = timedelta(seconds=lost.clock_ahead_s)
    is_open = lost.state == CreateTry.State.OPEN
    until = timezone.now() - HANGS_AFTER if is_open else (lost.ended_at or timezone.now()) + LATE
    sessions = Session.objects.filter(
        account=lost.account_id,
        created_by=None,
        first_seen__gte=lost.sent_at,
        created_at__range=(lost.sent_at + ahead - EARLY, until + ahead),
        user_metadata=lost.wanted.get("userMetadata") or {},
        keep_alive=bool(lost.wanted.get("keepAlive")),
        context_id=lost.wanted.get("contextId", ""),
    )
    for name in ("projectId", "region"):
        if name in lost.wanted:
            sessions = sessions.filter(**{SHOWN[name]: lost.wanted[name]})
    taken = CreateTry.objects.filter(account=lost.account_id).exclude(session_id="").values("session_id")
    return sorted(sessions.exclude(pk__in=taken), key=lambda session: _misfit(lost, session))


def _is_held_for_us(session: Session) -> bool:
    """Lock it while nobody owns it: the answer to its own create waits now, or was here first."""
    free = Session.objects.select_for_update(no_key=True).filter(pk=session.pk, created_by=None)
    return bool(list(free.values_list("pk")))


def _misfit(lost: CreateTry, session: Session) -> tuple[bool, Any]:
    """A wrong timeout speaks against it, but upstream may have its own mind of it; then the earliest."""
    timeout, is_wrong = lost.wanted.get("timeout"), False
    if isinstance(timeout, int) and session.expires_at and session.created_at:
        is_wrong = abs((session.expires_at - session.created_at).total_seconds() - timeout) > 5
    return is_wrong, session.created_at


def _is_contested(lost: CreateTry, session: Session) -> bool:
    """Whether another create that is under way could have started it: that one's answer will tell for certain."""
    assert session.created_at is not None  # noqa: S101 (a candidate has it)
    sent_before = session.created_at - timedelta(seconds=lost.clock_ahead_s) + EARLY
    under_way = CreateTry.objects.filter(
        account=lost.account_id,
        state=CreateTry.State.OPEN,
        wanted=lost.wanted,
        sent_at__range=(timezone.now() - LONGEST_FLIGHT, sent_before),
    )
    return under_way.exclude(pk=lost.pk).exists()


def note_the_dead() -> None:
    """A create whose process is gone, or that takes impossibly long, is lost: nobody waits for its answer any more."""
    long_ago = timezone.now() - LONGEST_FLIGHT
    open_tries = CreateTry.objects.filter(state=CreateTry.State.OPEN)
    left = open_tries.filter(Q(sent_at__lt=long_ago) | (~Q(holder=None) & ~Q(holder__in=_living_holders())))
    left.update(state=CreateTry.State.LOST, ended_at=timezone.now(), unheard=True)


def _living_holders() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(LIVING, [HOLDERS])
        return [row[0] for row in cursor.fetchall()]
