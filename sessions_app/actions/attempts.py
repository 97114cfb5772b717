"""One try of a wish: taken from its row, made at upstream without the database, its outcome written to the rows."""

import contextlib
import re
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from sessions_app import browserbase
from sessions_app.browserbase import errors
from sessions_app.models import Account, AuditEvent, Wish
from sessions_app.models.session import ENDED_STATUSES
from sessions_app.pulls.store import note_missing, settle_wishes, store_sessions

from .record import event_of

CALL_S = 5  # a try takes no longer: with one call, its retries and the read after a refusal
LEASE = timedelta(seconds=7)  # a wish that somebody tries is due again by then, should he be killed
FIRST_READ = timedelta(seconds=1)
HASTE = timedelta(minutes=1)  # after that, a wish is tried less often
HASTY_WAIT, CALM_WAIT = timedelta(seconds=2), timedelta(seconds=7)  # never more than 10 s from one try to the next
ASK_AGAIN = timedelta(seconds=5)  # a request that was accepted and did nothing is made again
REFUSALS = (errors.BadRequest, errors.NotFound, errors.Forbidden)
MOST_CALLS = 1000  # under way in this process at once: to an upstream that hangs there are many

# Locked first in the order in which others lock wishes, too. What a read brought leaves the last try's words.
TRIED = """
WITH locked AS (
    SELECT w.id, o.due_at, o.tries, o.accepted_at, o.error FROM sessions_app_wish w
    JOIN unnest(%s::bigint[], %s::timestamptz[], %s::int[], %s::timestamptz[], %s::text[])
        AS o (id, due_at, tries, accepted_at, error) ON o.id = w.id
    ORDER BY w.id FOR UPDATE OF w
)
UPDATE sessions_app_wish w
SET due_at = locked.due_at, tries = w.tries + locked.tries,
    accepted_at = coalesce(locked.accepted_at, w.accepted_at), last_error = coalesce(locked.error, w.last_error)
FROM locked WHERE w.id = locked.id
"""


@dataclass
class Outcome:
    """What came of a try: `taken` is upstream's answer to a release, `read` to a read, `error` why there is neither.

    After a refusal there may be a read all the same.
    """

    wish: Wish
    is_release: bool
    taken: browserbase.Session | None = None
    read: browserbase.Session | None = None
    error: errors.UpstreamError | None = None
    at: datetime = field(default_factory=timezone.now)

    @property
    def due_at(self) -> datetime:
        """When to go on. Waits count from when the try was begun, upstream's own from when it told them."""
        if self.error and self.error.retry_after_s:
            return self.at + timedelta(seconds=self.error.retry_after_s)
        begun = self.wish.last_tried_at or self.at
        if self.taken:
            is_over = self.taken.status in ENDED_STATUSES or self.taken.ended_at is not None
            # Believed once a read shows it, too.
            return self.at if is_over else max(self.at, begun + FIRST_READ)
        return max(self.at, begun + (HASTY_WAIT if self.at - self.wish.asked_at < HASTE else CALM_WAIT))


def take(wish_ids: Collection[int]) -> list[Wish]:
    """Of these wishes those to try now; for others they are not due while the try is under way.

    A wish whose session has ended needs none.
    """
    with transaction.atomic():
        due = Wish.objects.due().filter(pk__in=wish_ids).select_related("session__account", "asked_by")
        locked = due.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        taken = [wish for wish in locked if not wish.session.is_ended]
        now = timezone.now()
        Wish.objects.filter(pk__in=[wish.pk for wish in taken]).update(last_tried_at=now, due_at=now + LEASE)
    for wish in taken:
        wish.last_tried_at = now
    return taken


def make(wish: Wish) -> Outcome:
    """Ask upstream for the end, or read whether it has come. Touches no table: hundreds may wait here at once."""
    give_up_at = time.monotonic() + CALL_S
    was_asked = wish.accepted_at is not None and timezone.now() - wish.accepted_at < ASK_AGAIN
    outcome = Outcome(wish, is_release=not was_asked)
    try:
        if was_asked:
            outcome.read = _read(wish, give_up_at)
        else:
            client = wish.session.account.client(MOST_CALLS)
            outcome.taken = client.sessions.release(wish.session_id, wish.session.project_id, total_s=CALL_S)
    except errors.UpstreamError as error:
        outcome.error = error
        if isinstance(error, REFUSALS):  # it can mean that the session is over, which only a read can tell
            with contextlib.suppress(errors.UpstreamError):
                outcome.read = _read(wish, give_up_at)
    outcome.at = timezone.now()
    return outcome


def _read(wish: Wish, give_up_at: float) -> browserbase.Session:
    client = wish.session.account.client(MOST_CALLS)
    return client.sessions.retrieve(wish.session_id, total_s=give_up_at - time.monotonic())


def keep(outcomes: Iterable[Outcome]) -> None:
    """Write down what came of some tries, all in one go. A wish is done by a read that shows the end, never here."""
    outcomes = list(outcomes)
    if not outcomes:
        return
    read: defaultdict[Account, list[browserbase.Session]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.read:
            read[outcome.wish.session.account].append(outcome.read)
    for account, sessions in read.items():
        store_sessions(account, sessions)
    for outcome in outcomes:
        if outcome.error:
            note_missing(outcome.wish.session_id, outcome.error)
    with transaction.atomic(), connection.cursor() as cursor:
        columns = zip(*map(_columns, outcomes), strict=True)
        cursor.execute(TRIED, [list(column) for column in columns])
        AuditEvent.objects.bulk_create(_untold(outcomes))
    settle_wishes()


def _columns(outcome: Outcome) -> tuple[int, datetime, int, datetime | None, str | None]:
    """Of TRIED."""
    words = outcome.error.message if outcome.error else "" if outcome.taken else None
    return outcome.wish.pk, outcome.due_at, int(outcome.is_release), outcome.at if outcome.taken else None, words


def _untold(outcomes: list[Outcome]) -> list[AuditEvent]:
    """Every outcome of a try is recorded once: a wish that is tried for hours must not flood the record."""
    tries = AuditEvent.objects.filter(
        action=AuditEvent.Action.END_TRIED, session_id__in=[outcome.wish.session_id for outcome in outcomes]
    )
    told: defaultdict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for session_id, at, detail in tries.values_list("session_id", "at", "detail"):
        told[session_id].append((at, _without_numbers(detail)))
    return [event for outcome in outcomes if (event := _event(outcome, told[outcome.wish.session_id]))]


def _event(outcome: Outcome, told: list[tuple[datetime, str]]) -> AuditEvent | None:
    """None for a read that went well, and for words that the record has since the wish was asked."""
    wish = outcome.wish
    detail = outcome.error.message if outcome.error else "Browserbase took the request." if outcome.taken else ""
    if not detail or any(at >= wish.asked_at and words == _without_numbers(detail) for at, words in told):
        return None
    return event_of(
        AuditEvent.Action.END_TRIED,
        actor=wish.asked_by,
        session=wish.session,
        succeeded=outcome.error is None,
        detail=detail,
    )


def _without_numbers(words: str) -> str:
    """The seconds of a retry-after differ from try to try, and say nothing new."""
    return re.sub(r"\d+", "#", words)
