"""Each pull leaves a row: when it ran, for how long, what it brought, or why it failed."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pglock
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from sessions_app.browserbase import errors
from sessions_app.models import Account, Project, Pull

logger = logging.getLogger(__name__)

MAX_PROBLEMS = 20


@dataclass
class Result:
    """What a pull brought. `problems` are sentences about single rows that could not be had."""

    rows: int
    changed: int
    problems: list[str] = field(default_factory=list)


def run(kind: str, account: Account, work: Callable[[], Result], project: Project | None = None) -> Pull | None:
    """Do the work and record it; None, and nothing done, while another worker is at the same.

    An error of upstream's or our own ends the run as failed with its words. Nothing is raised for either, but where the
    database is away: then the run is lost.
    """
    with pglock.advisory(f"pull:{kind}:{project.pk if project else account.pk}", timeout=0) as is_ours:
        if not is_ours:
            return None
        pull, before = _begin(kind, account, project), time.monotonic()
        try:
            result = work()
        except errors.UpstreamError as error:
            _mark_account(account, error)
            _fail(pull, error.message)
        except Exception as error:
            if isinstance(error, (OperationalError, InterfaceError)) and not connection.is_usable():
                raise
            logger.exception("Pulling %s of account %s failed here", kind, account)
            _fail(pull, "Sightglass itself failed; the worker's log says why.")
        else:
            _succeed(pull, result)
        pull.duration_s = time.monotonic() - before
        _finish(pull)
        return pull


def _begin(kind: str, account: Account, project: Project | None) -> Pull:
    """A row that says running. One left so by a worker that died is called lost: we hold its lock."""
    runs = Pull.objects.of(kind, account, project)
    runs.filter(outcome=Pull.Outcome.RUNNING).update(outcome=Pull.Outcome.LOST)
    newest = runs.filter(is_newest=True).first()
    pull = Pull(kind=kind, account=account, project=project, is_newest=newest is None)
    if newest:
        pull.failures_in_a_row = newest.failures_in_a_row
        pull.failing_since, pull.last_ok_at = newest.failing_since, newest.last_ok_at
    pull.save()
    return pull


def _succeed(pull: Pull, result: Result) -> None:
    pull.outcome = Pull.Outcome.OK
    pull.rows, pull.changed = result.rows, result.changed
    more = len(result.problems) - MAX_PROBLEMS
    pull.problems = result.problems[:MAX_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])
    pull.failures_in_a_row, pull.failing_since, pull.last_ok_at = 0, None, pull.started_at
    Account.objects.filter(pk=pull.account_id).exclude(bad_key_since=None).update(bad_key_since=None)


def _fail(pull: Pull, words: str) -> None:
    pull.outcome, pull.error = Pull.Outcome.FAILED, words
    pull.failures_in_a_row += 1
    pull.failing_since = pull.failing_since or pull.started_at


def _finish(pull: Pull) -> None:
    with transaction.atomic():
        runs = Pull.objects.of(pull.kind, pull.account, pull.project)
        runs.filter(is_newest=True).exclude(pk=pull.pk).update(is_newest=False)
        pull.is_newest = True
        pull.save()


def _mark_account(account: Account, error: errors.UpstreamError) -> None:
    """A bad key shows on the account; upstream's own retry-after holds back all of its pulls."""
    this = Account.objects.filter(pk=account.pk)
    if isinstance(error, errors.BadKey):
        this.filter(bad_key_since=None).update(bad_key_since=timezone.now())
    if error.retry_after_s:
        this.update(retry_at=timezone.now() + timedelta(seconds=error.retry_after_s))
