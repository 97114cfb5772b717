"""All sessions that a key can see."""

from sessions_app.models import Account, Pull

from .runs import Result, run
from .store import store_sessions


def pull(account: Account) -> Pull | None:
    return run(Pull.Kind.SESSIONS, account, lambda: _read(account))


def _read(account: Account) -> Result:
    """A row that the list does not mention stays: how far back upstream lists is not documented."""
    listed = account.client().sessions.list()
    changed = store_sessions(account, listed.sessions)
    return Result(len(listed.sessions), len(changed), listed.problems)
