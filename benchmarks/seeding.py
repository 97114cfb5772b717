"""A team's month into the tables, by COPY: sessions, counters, a day of pulls, some ends with their record."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import msgspec
from django.db import connection
from django.utils import timezone

from sessions_app.models import Account, AuditEvent, Project, Pull, Session, UsageChange, UsageSnapshot, User, Wish
from sessions_app.pulls.intervals import INTERVAL_S
from sessions_app.usage.rollups import fold
from simulator.seeding import DAY_S, HISTORY_DAYS

from .timing import wait_until
from .world import Counter, SessionObject, World

COLLEAGUES = ("ana", "ben", "chris")
STARTED_HERE = 0.1  # the share of sessions that somebody started in the dashboard
ENDED_HERE = 0.03
KEY = "bb_demo"
SESSION_COLUMNS = (
    *("id", "project_id", "status", "region", "created_at", "updated_at", "started_at", "ended_at", "expires_at"),
    *("keep_alive", "context_id", "proxy_bytes", "user_metadata", "raw", "first_seen", "changed_at"),
    *("account_id", "created_by_id"),
)


def seed(world: World, base_url: str) -> Account:
    """Nothing but this world is in the tables afterwards, and they are vacuumed and analyzed as they would be by now.

    The account's pulls wait until `retry_at` is taken away.
    """
    empty_tables()
    account = add_account(base_url)
    for project in world.projects:
        Project.objects.create(id=project.id, account=account, name=project.name, concurrency=project.concurrency)
    account.readable_projects.set(Project.objects.all())
    month = Month(world, account)
    copy(Session, SESSION_COLUMNS, (month.row(session) for session in world.session_objects()))
    month.copy_ends()
    month.copy_readings()
    copy_pulls(world, account)
    wait_until(lambda: fold() > 0 or not UsageChange.objects.exists(), within_s=300)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return account


def empty_tables() -> None:
    """No pull is in the middle of its work then."""
    Account.objects.update(retry_at=timezone.now() + timedelta(days=1))
    wait_until(lambda: not Pull.objects.filter(outcome=Pull.Outcome.RUNNING).exists(), within_s=90)
    names = ", ".join(
        model._meta.db_table for model in (Account, Project, Session, UsageSnapshot, Pull, Wish, AuditEvent)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} CASCADE")


def add_account(base_url: str) -> Account:
    account = Account(name="demo", base_url=base_url)
    account.set_key(KEY)
    account.retry_at = timezone.now() + timedelta(days=1)
    account.save()
    return account


class Month:
    """Sessions as rows, and what follows from them: the counters, and whom somebody ended here."""

    def __init__(self, world: World, account: Account) -> None:
        self.random = Random(world.sessions)
        self.account = account
        self.people = [User.objects.get_or_create(username=name)[0] for name in COLLEAGUES]
        self.counters = {project.id: Counter(world.now - HISTORY_DAYS * DAY_S) for project in world.projects}
        self.ended: list[tuple[str, str, datetime]] = []

    def row(self, session: SessionObject) -> tuple[Any, ...]:
        started, expires = (datetime.fromisoformat(session[name]) for name in ("startedAt", "expiresAt"))
        ended = datetime.fromisoformat(session["endedAt"]) if "endedAt" in session else None
        seen = ended or started
        self.counters[session["projectId"]].add(started.timestamp(), seen.timestamp(), session["proxyBytes"])
        if ended and self.random.random() < ENDED_HERE:
            self.ended.append((session["id"], session["projectId"], ended))
        return (
            *(session["id"], session["projectId"], session["status"], session["region"]),
            *(started, seen, started, ended, expires, session["keepAlive"], session.get("contextId", "")),
            *(session["proxyBytes"], as_json(session["userMetadata"]), as_json(session), started, seen),
            *(self.account.pk, self.random.choice(self.people).pk if self.random.random() < STARTED_HERE else None),
        )

    def copy_ends(self) -> None:
        """A wish that is done, and in the record that it was asked for, tried and seen."""
        copy(Wish, ("session_id", "asked_at", "due_at", "tries", "last_error", "done_at"), self._wishes())
        columns = ("at", "actor_name", "action", "session_id", "project_id", "succeeded", "detail")
        copy(AuditEvent, columns, self._events())

    def copy_readings(self) -> None:
        rows = (
            (project_id, at(taken), at(until), minutes, proxy_bytes)
            for project_id, counter in self.counters.items()
            for taken, until, minutes, proxy_bytes in counter.readings()
        )
        copy(UsageSnapshot, ("project_id", "taken_at", "unchanged_until", "browser_minutes", "proxy_bytes"), rows)

    def _wishes(self) -> Iterator[tuple[Any, ...]]:
        return ((session_id, ended, ended, 1, "", ended) for session_id, _, ended in self.ended)

    def _events(self) -> Iterator[tuple[Any, ...]]:
        actions = AuditEvent.Action
        for session_id, project_id, ended in self.ended:
            for action in (actions.END_ASKED, actions.END_TRIED, actions.ENDED):
                yield ended, COLLEAGUES[0], action.value, session_id, project_id, True, ""


def copy_pulls(world: World, account: Account) -> None:
    """Every pull of the last day, none of which failed."""
    columns = (
        *("account_id", "kind", "project_id", "started_at", "duration_s", "rows", "changed", "outcome", "error"),
        *("problems", "failures_in_a_row", "last_ok_at", "is_newest"),
    )
    whose: list[tuple[str, str | None]] = [(kind, None) for kind in INTERVAL_S if kind != Pull.Kind.USAGE]
    whose += [(Pull.Kind.USAGE, project.id) for project in world.projects]
    copy(Pull, columns, (row for kind, project in whose for row in _pulls(kind, project, account.pk, world.now)))


def _pulls(kind: str, project_id: str | None, account_id: int, now: float) -> Iterator[tuple[Any, ...]]:
    interval_s = INTERVAL_S[Pull.Kind(kind)]
    runs = int(DAY_S // interval_s)
    for run in range(runs):
        started = at(now - (runs - run) * interval_s)
        newest = run == runs - 1
        yield account_id, str(kind), project_id, started, 0.05, 20, 1, "ok", "", "[]", 0, started, newest


def copy(model: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    statement = f"COPY {model._meta.db_table} ({', '.join(columns)}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in rows:
            stream.write_row(row)


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
