"""Ending a session: the wish is a row, kept and tried until a read shows the end."""

import contextlib
import re
from datetime import datetime, timedelta

import pglock
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from sessions_app.browserbase import errors
from sessions_app.models import AuditEvent, Session, User, Wish
from sessions_app.models.session import ENDED_STATUSES
from sessions_app.pulls.bell import ring
from sessions_app.pulls.store import note_missing, settle_wishes, store_sessions

from .hanging import turn
from .record import record

CALL_S = 5  # one call to upstream, with its own retries
FIRST_READ = timedelta(seconds=1)
HASTE = timedelta(minutes=1)  # after that, a wish is tried less often
HASTY_WAIT, CALM_WAIT = timedelta(seconds=2), timedelta(seconds=7)  # never more than 10 s from one try to the next
ASK_AGAIN = timedelta(seconds=5)  # a request that was accepted and did nothing is made again
REFUSALS = (errors.BadRequest, errors.NotFound, errors.Forbidden)
SWEPT_AT_ONCE = 500


def ask(session: Session, user: User | None, address: str | None = None) -> Wish:
    """The wish to end this session, written down together with its place in the record; the worker carries it out.

    An open wish is returned as it is. A session that has ended gives a wish that is done, without a call to upstream.
    """
    if session.is_ended:
        now = timezone.now()
        return session.wishes.exclude(done_at=None).first() or Wish(session=session, asked_by=user, done_at=now)
    with transaction.atomic():
        wish, is_new = Wish.objects.get_or_create(session=session, done_at=None, defaults={"asked_by": user})
        if is_new:
            record(AuditEvent.Action.END_ASKED, actor=user, address=address, session=session)
            transaction.on_commit(lambda: _ring_for(wish))
    return wish


def sweep() -> None:
    """Take up every due wish: its bell may have been lost, or the worker that held it."""
    settle_wishes()
    for wish in Wish.objects.due().order_by("due_at")[:SWEPT_AT_ONCE]:
        ring("carry_out_wish", wish.pk, expires_s=settings.WISH_SWEEP_S)


def carry_out(wish_id: int) -> None:
    """Do the next step for a wish that is due, unless another worker is at it, and ring for the one after."""
    with pglock.advisory(f"wish:{wish_id}", timeout=0) as is_ours:
        wish = Wish.objects.due().select_related("session__account", "asked_by").filter(pk=wish_id).first()
        if not is_ours or wish is None:
            return
        if not wish.session.is_ended:
            _step(wish)
        settle_wishes()
        wish.refresh_from_db()
    if wish.done_at is None:
        _ring_for(wish)


def _step(wish: Wish) -> None:
    """Ask upstream for the end, or read whether it has come, and say when to go on."""
    begun = timezone.now()
    try:
        with turn(wish.session.account_id) as is_ours:
            wait = _ask_or_read(wish, begun) if is_ours else HASTY_WAIT
    except errors.UpstreamError as error:
        wait = _note_failure(wish, error)
    wish.due_at = max(begun + wait, timezone.now())
    wish.save(update_fields=["due_at", "tries", "accepted_at", "last_tried_at", "last_error"])


def _ask_or_read(wish: Wish, now: datetime) -> timedelta:
    """One call; returns how long to wait for the next."""
    was_asked = wish.accepted_at is not None and wish.accepted_at > now - ASK_AGAIN
    return _read(wish) if was_asked else _release(wish)


def _release(wish: Wish) -> timedelta:
    """Ask for the end. An answer that already shows it is believed once a read shows it too."""
    wish.tries += 1
    wish.last_tried_at = timezone.now()
    session = wish.session
    answer = session.account.client().sessions.release(session.pk, session.project_id, total_s=CALL_S)
    wish.accepted_at = timezone.now()
    _note_try(wish, "")
    is_over = answer.status in ENDED_STATUSES or answer.ended_at is not None
    return timedelta() if is_over else FIRST_READ


def _read(wish: Wish) -> timedelta:
    account = wish.session.account
    store_sessions(account, [account.client().sessions.retrieve(wish.session_id, total_s=CALL_S)])
    return _wait(wish)


def _wait(wish: Wish) -> timedelta:
    return HASTY_WAIT if timezone.now() - wish.asked_at < HASTE else CALM_WAIT


def _note_failure(wish: Wish, error: errors.UpstreamError) -> timedelta:
    """Keep the words. A refusal can mean that the session is over, which only a read can tell."""
    _note_try(wish, error.message)
    note_missing(wish.session_id, error)
    if isinstance(error, REFUSALS):
        with contextlib.suppress(errors.UpstreamError):
            _read(wish)
    return timedelta(seconds=error.retry_after_s) if error.retry_after_s else _wait(wish)


def _note_try(wish: Wish, error: str) -> None:
    """Every outcome of a try is recorded once: a wish that is tried for hours must not flood the record."""
    wish.last_error = error
    detail = error or "Browserbase took the request."
    tries = AuditEvent.objects.filter(session_id=wish.session_id, action=AuditEvent.Action.END_TRIED)
    known = tries.filter(at__gte=wish.asked_at).values_list("detail", flat=True)
    if _without_numbers(detail) not in map(_without_numbers, known):
        record(
            AuditEvent.Action.END_TRIED, actor=wish.asked_by, session=wish.session, succeeded=not error, detail=detail
        )


def _without_numbers(words: str) -> str:
    """The seconds of a retry-after differ from try to try, and say nothing new."""
    return re.sub(r"\d+", "#", words)


def _ring_for(wish: Wish) -> None:
    """Ring when the wish is next due, rather too late than too early. What lies far ahead is left to the sweep."""
    delay_s = (wish.due_at - timezone.now()).total_seconds()
    if delay_s < 60:
        ring("carry_out_wish", wish.pk, delay_s=max(delay_s + 0.02, 0), expires_s=10)
