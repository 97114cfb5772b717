"""Looking upstream for the session of a create whose answer was lost. What is not found here, the sweep finds."""

import asyncio
import contextlib
import email.utils
from datetime import datetime, timedelta

from django.utils import timezone

from sessions_app.actions.creations import HANGS_AFTER, Search, find
from sessions_app.browserbase import Session, errors
from sessions_app.models import Account
from sessions_app.models.session import LIVE_STATUSES
from sessions_app.pulls.store import store_sessions

from .access import Access
from .answers import Headers, Refusal
from .batches import Batch
from .exchange import read_whole
from .freshen import sessions_in
from .headers import value_of
from .threads import in_thread

SURE_AFTER = timedelta(seconds=2)  # what upstream had begun by then its lists show
PAUSE_S = 0.5
ROUGHLY_S = 2  # a `date` header tells whole seconds
READ: Headers = [(b"accept", b"application/json"), (b"accept-encoding", b"identity")]

_accounts: dict[int, Batch[Access]] = {}
_clock_ahead_s: dict[int, float] = {}


async def is_found(access: Access, try_id: int, ended_at: datetime) -> bool:
    """Look until it is found or nothing more is to be expected. Raises Refusal where upstream cannot be asked."""
    while True:
        began = timezone.now()
        await _refresh(access)
        found = await in_thread(find, try_id, _clock_ahead_s.get(access.account_id))
        if found is Search.FOUND:
            return True
        if found is Search.NOTHING and began > ended_at + SURE_AFTER:
            return False
        await asyncio.sleep(PAUSE_S)


async def search(access: Access, try_id: int) -> None:
    """The same for nobody who waits: its owner shall show soon."""
    with contextlib.suppress(Refusal):
        await is_found(access, try_id, timezone.now())


async def search_during(access: Access, try_id: int, flight: asyncio.Future[None]) -> None:
    """The same while its answer is still to come, and nobody waits for that any more."""
    while not (await asyncio.wait({flight}, timeout=HANGS_AFTER.total_seconds()))[0]:
        with contextlib.suppress(Refusal):
            await _refresh(access)
            if await in_thread(find, try_id, _clock_ahead_s.get(access.account_id)) is Search.FOUND:
                return


async def _refresh(access: Access) -> None:
    """Upstream's live sessions into our tables, in one call for all who look at the same time."""
    batch = _accounts.setdefault(access.account_id, Batch(_refresh_once))
    await batch.add(access)


async def _refresh_once(looking: list[Access]) -> None:
    access = looking[-1]
    sessions = [session for status in LIVE_STATUSES for session in await _listed(access, status)]
    await in_thread(_store, access.account_id, sessions)


async def _listed(access: Access, status: str) -> list[Session]:
    """Live sessions; where upstream does not take the status as a filter, all of them."""
    for query in (f"?status={status}", ""):
        try:
            async with access.passage.send("GET", b"/v1/sessions" + query.encode(), READ, None) as answer:
                body = await read_whole(answer)
        except errors.UpstreamError as error:
            raise _unknown(error.message) from None
        if answer.status == 200:
            _note_clock(access, value_of(answer.headers, b"date").decode("latin-1"))
            return await in_thread(sessions_in, body)
        if answer.status not in (400, 422):
            break
    raise _unknown(f"It answers {answer.status}.")


def _unknown(why: str) -> Refusal:
    words = f"The answer to this create was lost, and Browserbase cannot be asked now what became of it. {why}"
    return Refusal(502, words, [(b"retry-after", b"1")])


def _note_clock(access: Access, date: str) -> None:
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        ahead_s = (email.utils.parsedate_to_datetime(date) - timezone.now()).total_seconds()
        _clock_ahead_s[access.account_id] = ahead_s if abs(ahead_s) > ROUGHLY_S else 0.0


def _store(account_id: int, sessions: list[Session]) -> None:
    store_sessions(Account.objects.get(pk=account_id), sessions)
