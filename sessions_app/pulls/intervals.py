"""How long from one pull to the next."""

from datetime import UTC, datetime, timedelta

from django.conf import settings

from sessions_app.models import Account, Pull

INTERVAL_S = {
    Pull.Kind.PROJECTS: settings.PULL_PROJECTS_S,
    Pull.Kind.LIVE: settings.PULL_LIVE_S,
    Pull.Kind.SESSIONS: settings.PULL_SESSIONS_S,
    Pull.Kind.USAGE: settings.PULL_USAGE_S,
}
MANY_ROWS = 20_000
LONG_S = 10
BAD_KEY_RETRY_S = 20
LONGEST_RETRY_S = 10
EVER = datetime.min.replace(tzinfo=UTC)


def interval_s(newest: Pull) -> float:
    """Seconds between two pulls that go well; all sessions are pulled more rarely the more there are."""
    return INTERVAL_S[Pull.Kind(newest.kind)] * (_stretch(newest) if newest.kind == Pull.Kind.SESSIONS else 1)


def slowed_because(newest: Pull) -> str:
    """Why this pull runs more rarely than set, in words; "" where it does not."""
    if newest.kind != Pull.Kind.SESSIONS or _stretch(newest) == 1:
        return ""
    size = f"{newest.rows or 0:,} sessions in {newest.duration_s or 0:.0f} s"
    return f"Every {interval_s(newest):.0f} s instead of {settings.PULL_SESSIONS_S:g} s: the last list had {size}."


def due_at(newest: Pull | None, account: Account) -> datetime:
    """When the next run should begin. `newest` is the last finished run of its kind.

    After a failure soon, so that everything catches up within 30 s once upstream is back, but not before upstream's
    own retry-after.
    """
    if newest is None or newest.outcome == Pull.Outcome.RUNNING:
        due = EVER
    elif newest.outcome == Pull.Outcome.OK:
        due = newest.started_at + timedelta(seconds=interval_s(newest))
    else:
        due = newest.finished_at + timedelta(seconds=_retry_s(newest, account))
    return max(due, account.retry_at or EVER)


def _retry_s(newest: Pull, account: Account) -> float:
    if account.bad_key_since:
        return BAD_KEY_RETRY_S
    return min(LONGEST_RETRY_S, 2 ** min(newest.failures_in_a_row, 4))


def _stretch(newest: Pull) -> float:
    return max(1.0, (newest.rows or 0) / MANY_ROWS, (newest.duration_s or 0) / LONG_S)
