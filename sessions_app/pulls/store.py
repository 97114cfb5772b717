"""What upstream says of sessions, into the table, by the rule of truth.

Answers arrive out of order: a list, a read of one session, two workers. So the newer `updatedAt` wins, and at equal or
unknown age an ended session stays ended; otherwise the later answer counts. A time more than five minutes ahead of us
counts as now.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connection, transaction
from django.utils import timezone

from sessions_app import browserbase
from sessions_app.browserbase import errors
from sessions_app.models import Account, AuditEvent, Context, Session, Wish
from sessions_app.models.session import ENDED_STATUSES

from .belongings import note_used

CLOCK_SKEW = timedelta(minutes=5)

# Each field of an answer with its type in PostgreSQL.
COLUMNS = {
    "id": "text",
    "project_id": "text",
    "status": "text",
    "region": "text",
    "created_at": "timestamptz",
    "updated_at": "timestamptz",
    "started_at": "timestamptz",
    "ended_at": "timestamptz",
    "expires_at": "timestamptz",
    "keep_alive": "boolean",
    "context_id": "text",
    "proxy_bytes": "bigint",
    "user_metadata": "jsonb",
    "raw": "jsonb",
}
# `updated_at` is left out: a clock ahead of ours would change the row with every answer.
COMPARED = [name for name in COLUMNS if name not in ("id", "updated_at")]

# An answer that brings nothing is left out before it reaches ON CONFLICT, which would lock and so write the row.
# The same condition stands there again for the row that another worker changed in between.
UPSERT = """
WITH answer AS (
    SELECT a.id, coalesce(nullif(a.project_id, ''), s.project_id) AS project_id, a.status, a.region,
           coalesce(a.created_at, s.created_at) AS created_at, coalesce(a.updated_at, s.updated_at) AS updated_at,
           coalesce(a.started_at, s.started_at, a.created_at, %(now)s) AS started_at,
           a.ended_at, a.expires_at, a.keep_alive, coalesce(a.context_id, '') AS context_id, a.proxy_bytes,
           coalesce(a.user_metadata, 'null') AS user_metadata, a.raw
    FROM json_to_recordset(%(answers)s::json) AS a ({typed_columns})
    LEFT JOIN sessions_app_session s ON s.id = a.id
)
INSERT INTO sessions_app_session AS s ({columns}, account_id, first_seen, changed_at)
SELECT {answer_columns}, %(account)s, %(now)s, %(now)s
FROM answer LEFT JOIN sessions_app_session s ON s.id = answer.id
WHERE CASE WHEN s.id IS NULL THEN NOT ({was_removed}) ELSE ({counts_before}) END
ORDER BY answer.id
ON CONFLICT (id) DO UPDATE SET {updates}, changed_at = excluded.changed_at
WHERE {counts_at_conflict}
RETURNING s.id
"""
COUNTS = """
({new}.updated_at > s.updated_at
 OR (coalesce({new}.updated_at = s.updated_at, true) AND ({new_ended} OR NOT {old_ended})))
AND ({new_values}) IS DISTINCT FROM ({old_values})
"""
# Removed here by age: counted in the sums for good, a row would count again.
WAS_REMOVED = """
coalesce({ended} AND coalesce(answer.ended_at, answer.updated_at)
         < (SELECT removed_before FROM sessions_app_removal WHERE kind = 'sessions'), false)
"""
ENDED = "({row}.ended_at IS NOT NULL OR {row}.status = ANY(%(ended)s))"


def _counts(new: str) -> str:
    """SQL: the answer in `new` is no older than the row `s` and differs from it."""
    return COUNTS.format(
        new=new,
        new_ended=ENDED.format(row=new),
        old_ended=ENDED.format(row="s"),
        new_values=", ".join(f"{new}.{name}" for name in COMPARED),
        old_values=", ".join(f"s.{name}" for name in COMPARED),
    )


STATEMENT = UPSERT.format(
    typed_columns=", ".join(f"{name} {kind}" for name, kind in COLUMNS.items()),
    columns=", ".join(COLUMNS),
    answer_columns=", ".join(f"answer.{name}" for name in COLUMNS),
    was_removed=WAS_REMOVED.format(ended=ENDED.format(row="answer")),
    counts_before=_counts("answer"),
    counts_at_conflict=_counts("excluded"),
    updates=", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "id"),
)


def store_sessions(account: Account, sessions: Iterable[browserbase.Session]) -> list[str]:
    """Upsert what `account` was answered; returns the ids of the rows that are new or changed.

    One statement for any number of rows, which leaves unchanged ones untouched. Wishes whose session is seen ended are
    done in the same transaction. `account`, `created_by` and `first_seen` stay as they are, but an account whose key
    went bad hands its sessions to the one that still sees them. `started_at`, where upstream names none, is
    `created_at`, then our first sight.
    """
    now = timezone.now()
    answers = _each_once(sessions, now)
    if not answers:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        document = msgspec.json.encode(list(answers.values())).decode()
        cursor.execute(
            STATEMENT, {"answers": document, "account": account.pk, "now": now, "ended": list(ENDED_STATUSES)}
        )
        changed = [row[0] for row in cursor.fetchall()]
        _note_known(account, answers, now)
        if with_context := [pk for pk in changed if answers[pk]["context_id"]]:
            note_used(Context, with_context)
        if changed:
            settle_wishes()
    return changed


def settle_wishes() -> int:
    """Mark the open wishes done whose session has ended, each with its place in the record. Returns how many.

    Whichever answer showed the end counts. The row locks let only one of two workers do it.
    """
    now = timezone.now()
    with transaction.atomic():
        seen_ended = Wish.objects.open().of_ended_sessions().select_related("session", "asked_by")
        wishes = list(seen_ended.select_for_update(of=("self",)).order_by("pk"))
        Wish.objects.filter(pk__in=[wish.pk for wish in wishes]).update(done_at=now)
        AuditEvent.objects.bulk_create([_end_seen(wish) for wish in wishes])
    return len(wishes)


def note_missing(session_id: str, error: errors.UpstreamError) -> None:
    """Remember since when upstream says that there is no such session. The row stays."""
    if isinstance(error, errors.NotFound):
        now = timezone.now()
        Session.objects.filter(pk=session_id, missing_since=None).update(missing_since=now, changed_at=now)


def _end_seen(wish: Wish) -> AuditEvent:
    return AuditEvent(
        action=AuditEvent.Action.ENDED,
        actor=wish.asked_by,
        actor_name=str(wish.asked_by or ""),
        session_id=wish.session_id,
        project_id=wish.session.project_id or "",
        detail=f"Seen {wish.session.status}.",
    )


def _note_known(account: Account, ids: Collection[str], now: datetime) -> None:
    """Upstream knows these sessions, and this account reaches them."""
    missing = Session.objects.exclude(missing_since=None).values_list("pk", flat=True)
    if known_again := [pk for pk in missing if pk in ids]:
        Session.objects.filter(pk__in=known_again).change(missing_since=None, changed_at=now)
    if bad := list(Account.objects.exclude(bad_key_since=None).exclude(pk=account.pk)):
        Session.objects.filter(account__in=bad, pk__in=ids).change(account=account)


def _each_once(sessions: Iterable[browserbase.Session], now: datetime) -> dict[str, dict[str, Any]]:
    """Answers by id. Two about the same session are judged as two in a row would be."""
    answers: dict[str, dict[str, Any]] = {}
    for session in sessions:
        answer = _answer(session, now)
        if session.id not in answers or _supersedes(answer, answers[session.id]):
            answers[session.id] = answer
    return answers


def _supersedes(answer: dict[str, Any], other: dict[str, Any]) -> bool:
    if answer["updated_at"] and other["updated_at"] and answer["updated_at"] != other["updated_at"]:
        return answer["updated_at"] > other["updated_at"]
    return _is_ended(answer) or not _is_ended(other)


def _is_ended(answer: dict[str, Any]) -> bool:
    return answer["ended_at"] is not None or answer["status"] in ENDED_STATUSES


def _answer(session: browserbase.Session, now: datetime) -> dict[str, Any]:
    """The fields that are stored: of the answer to a create, no credentials go to the database."""
    answer = {name: getattr(session, name) for name in COLUMNS}
    if session.updated_at and session.updated_at > now + CLOCK_SKEW:
        answer["updated_at"] = now
    return answer
