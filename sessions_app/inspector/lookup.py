"""One read of one session that somebody asks about: of an id our tables lack, or of one that seems to be over."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from sessions_app.browserbase import errors
from sessions_app.models import Account, Session
from sessions_app.pulls.store import note_missing, store_sessions

Answer = TypeVar("Answer")

#: What a person waits for at most, through all accounts.
LOOK_UP_S = 2.0


def look_up(session_id: str, accounts: Sequence[Account]) -> None:
    """Ask the accounts in turn and store what the first of them finds.

    Raises NotFound when none of them knows the id, and another UpstreamError when one could not say.
    """
    account, answer = first_to_know(accounts, lambda one, s: one.client().sessions.retrieve(session_id, total_s=s))
    store_sessions(account, [answer])
    if not Session.objects.filter(pk=session_id).exists():
        raise errors.NotFound("This session was removed here, by age.")


def first_to_know(accounts: Sequence[Account], ask: Callable[[Account, float], Answer]) -> tuple[Account, Answer]:
    """The first account that has an answer, and that. `ask` is given an account and how many seconds it has.

    Raises as `look_up` does.
    """
    ends_at = time.monotonic() + LOOK_UP_S
    unsaid: errors.UpstreamError | None = None
    for position, account in enumerate(accounts):
        share_s = (ends_at - time.monotonic()) / (len(accounts) - position)
        try:
            return account, ask(account, share_s)
        except errors.NotFound:
            continue
        except errors.UpstreamError as error:
            unsaid = unsaid or error
    raise unsaid or errors.NotFound(f"None of {len(accounts)} accounts knows this id.")


def read_again(session: Session) -> None:
    """Bring one row up to date now, also where upstream says that there is no such session. Raises UpstreamError."""
    try:
        answer = session.account.client().sessions.retrieve(session.id, total_s=LOOK_UP_S)
    except errors.NotFound as error:
        note_missing(session.id, error)
        raise
    store_sessions(session.account, [answer])
