"""What becomes known of contexts and extensions: from the sessions that use them, and from reading one by its id."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from sessions_app import browserbase
from sessions_app.browserbase import errors
from sessions_app.models import Account, Context, Extension, User
from sessions_app.models.belonging import Belonging

READ_AT_ONCE = 10  # of one account
READ_AGAIN = timedelta(days=1)
READ_S = 10.0

# With the sessions that bring them, since nothing else says which there are, and to find out from a million sessions
# would mean to look at all of them. To the minute: a busy context would have its row written by every session.
USED = """
INSERT INTO {table} AS known (id, account_id, project_id, name, first_seen, recent_at, last_used_at)
SELECT {field}, min(account_id), min(project_id), '', %(now)s, max(started_at), max(started_at)
FROM sessions_app_session WHERE id = ANY(%(sessions)s) AND {field} <> ''
GROUP BY {field} ORDER BY {field}
ON CONFLICT (id) DO UPDATE SET
    last_used_at = excluded.last_used_at, recent_at = greatest(known.recent_at, excluded.recent_at),
    project_id = coalesce(known.project_id, excluded.project_id)
WHERE known.last_used_at IS NULL OR excluded.last_used_at >= known.last_used_at + interval '1 minute'
"""


def note_used(kind: type[Belonging], session_ids: Collection[str]) -> None:
    """Remember what these stored sessions were started with, and when each was last used."""
    statement = USED.format(table=kind._meta.db_table, field=kind.session_field)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"sessions": list(session_ids), "now": timezone.now()})


def read(thing: Belonging, total_s: float | None = None) -> browserbase.Context | browserbase.Extension:
    """Upstream's answer about one, which the row then says too; that it is gone as well. Raises UpstreamError."""
    try:
        answer = ask(thing.account, type(thing), thing.pk, total_s)
    except errors.NotFound:
        note_gone(thing)
        raise
    keep(thing.account, type(thing), answer)
    return answer


def ask(
    account: Account, kind: type[Belonging], id: str, total_s: float | None = None
) -> browserbase.Context | browserbase.Extension:
    """Raises UpstreamError."""
    client = account.client()
    return (client.contexts if kind is Context else client.extensions).retrieve(id, total_s=total_s)


def keep(
    account: Account,
    kind: type[Belonging],
    answer: browserbase.Context | browserbase.Extension,
    created_by: User | None = None,
) -> None:
    """Store what upstream said of one, known before or not. `created_by` where it was made through here just now."""
    now = timezone.now()
    created_at = answer.created_at or (now if created_by else None)
    told: dict[str, Any] = {
        "name": answer.name if isinstance(answer, browserbase.Context) else answer.file_name,
        "created_at": created_at,
        "read_at": now if answer.raw else None,
        "gone_since": None,
        "deleted_by": None,
    }
    if answer.project_id:
        told["project_id"] = answer.project_id
    if created_by:
        told["created_by"] = created_by
    first = {"account": account, "recent_at": created_at or now}
    kind.objects.update_or_create(pk=answer.id, defaults=told, create_defaults=told | first)


def note_gone(thing: Belonging, deleted_by: User | None = None) -> None:
    """Upstream has it no more. Since when stays as it was first seen."""
    now = timezone.now()
    known = type(thing).objects.filter(pk=thing.pk)
    known.update(gone_since=Coalesce(F("gone_since"), now), read_at=now)
    if deleted_by:
        known.update(deleted_by=deleted_by)


def learn() -> None:
    """Read what nobody has read for a day, the latest used first: what a list can call by name is found by people."""
    for account in Account.objects.filter(bad_key_since=None):
        for kind in (Context, Extension):
            _learn_of(account, kind)


def _learn_of(account: Account, kind: type[Belonging]) -> None:
    """A few at a time. What fails now is read a minute later."""
    unread = Q(read_at=None) | Q(read_at__lt=timezone.now() - READ_AGAIN)
    known = kind.objects.present().filter(unread, account=account).select_related("account")
    for thing in known.order_by(F("read_at").asc(nulls_first=True), "-recent_at", "-id")[:READ_AT_ONCE]:
        try:
            read(thing, READ_S)
        except errors.NotFound:
            continue
        except errors.UpstreamError:
            return
