"""Keeps an upstream that hangs from holding every thread of a worker: others have sessions to end as well.

What hangs is seen per account and process. Nothing is lost by forgetting it: the wishes stand in rows.
"""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from sessions_app.browserbase import errors

HUNG_FOR_S = 10
PROBES = 2

_hung_until: dict[int, float] = {}
_turns: defaultdict[int, BoundedSemaphore] = defaultdict(lambda: BoundedSemaphore(PROBES))


@contextmanager
def turn(account_id: int) -> Iterator[bool]:
    """Whether to call this account's upstream now. After a timeout only a few at once may, until one is answered."""
    is_probe = time.monotonic() < _hung_until.get(account_id, 0)
    if is_probe and not _turns[account_id].acquire(blocking=False):
        yield False
        return
    hangs = False
    try:
        yield True
    except errors.Timeout:
        hangs = True
        raise
    finally:
        _hung_until[account_id] = time.monotonic() + HUNG_FOR_S if hangs else 0
        if is_probe:
            _turns[account_id].release()
