"""The sessions that hold slots now, and those that left that list a moment ago."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone

from sessions_app import browserbase
from sessions_app.browserbase import Browserbase, errors
from sessions_app.models import Account, Pull, Session
from sessions_app.models.session import LIVE_STATUSES

from .runs import Result, run
from .store import note_missing, store_sessions

LIST_S = 20
READ_S = 5
READS_AT_ONCE = 8
READS_PER_PULL = 96
READING_S = 5  # no further reads begin after this
FIRST_RECHECK = timedelta(minutes=1)


def pull(account: Account) -> Pull | None:
    return run(Pull.Kind.LIVE, account, lambda: _read(account))


def _read(account: Account) -> Result:
    client = account.client()
    # PENDING first: a session that starts running in between is in both lists rather than in neither.
    lists = [client.sessions.list(status=status, total_s=LIST_S) for status in LIVE_STATUSES]
    listed = [session for one in lists for session in one.sessions]
    problems = [problem for one in lists for problem in one.problems]
    changed = store_sessions(account, listed)
    left = _left_the_list(account, {session.id for session in listed})
    read, unread = _read_each(client, left)
    changed += store_sessions(account, read)
    return Result(len(listed) + len(read), len(changed), problems + unread)


def _left_the_list(account: Account, listed: set[str]) -> list[str]:
    """Ids of sessions that look alive in our table and were not listed, those longest unread first.

    One that upstream says it does not know is looked for more and more rarely, each time after as long again.
    """
    now = timezone.now()
    missed_for = F("checked_at") - F("missing_since")
    worth_a_read = Q(missing_since=None) | Q(checked_at__lt=now - Greatest(FIRST_RECHECK, missed_for))
    left = Session.objects.unended().filter(worth_a_read, account=account).exclude(pk__in=listed)
    return list(
        left.order_by(F("checked_at").asc(nulls_first=True), "started_at").values_list("pk", flat=True)[:READS_PER_PULL]
    )


def _read_each(client: Browserbase, ids: list[str]) -> tuple[list[browserbase.Session], list[str]]:
    """What upstream says of each, and a sentence for each that could not be read. Stops early when upstream is slow."""
    read, problems, before = [], [], time.monotonic()
    for start in range(0, len(ids), READS_AT_ONCE):
        if time.monotonic() - before > READING_S:
            break
        some = ids[start : start + READS_AT_ONCE]
        for session_id, answer in zip(some, _read_some(client, some), strict=True):
            if isinstance(answer, browserbase.Session):
                read.append(answer)
            else:
                problems.append(f"{session_id}: {answer.message}")
                note_missing(session_id, answer)
        Session.objects.filter(pk__in=some).change(checked_at=timezone.now())
    return read, problems


def _read_some(client: Browserbase, ids: list[str]) -> list[browserbase.Session | errors.UpstreamError]:
    def read_one(session_id: str) -> browserbase.Session | errors.UpstreamError:
        try:
            return client.sessions.retrieve(session_id, total_s=READ_S)
        except errors.UpstreamError as error:
            return error

    with ThreadPoolExecutor(READS_AT_ONCE) as pool:
        return list(pool.map(read_one, ids))
