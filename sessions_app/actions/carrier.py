"""Carries out the wishes: a thread in each worker finds those that are due, and each call waits in one of its own.

So an upstream that hangs holds none of the threads that tasks run in, and however many wait for it there is one
database connection. Nothing is lost with this process: what it tries is due again when the lease in its row ends.
"""

import logging
import threading
import time
from collections import defaultdict
from queue import SimpleQueue

from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models import Case, Q, When, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from sessions_app.models import Wish
from sessions_app.pulls.store import settle_wishes

from .attempts import CALM_WAIT, MOST_CALLS, Outcome, keep, make, take
from .pace import Pace

LOOK_S = 0.5  # a bell that was lost costs this much
TICK_S = 0.05  # while wishes wait for a place
SEEN_AT_ONCE = 1000
REFUSED_S = 0.2  # no failed try is shorter: what is refused at once must not be asked hundreds of times a second
DATABASE_AWAY_S = 1

logger = logging.getLogger(__name__)


class Carrier:
    """`start` it once in a process; `wake` it when there may be something to do."""

    def __init__(self) -> None:
        self._bell = threading.Event()
        self._look_at = 0.0
        self._due: dict[int, list[int]] = {}  # wishes by account, those first that must come first
        self._paces: defaultdict[int, Pace] = defaultdict(Pace)
        self._ended: SimpleQueue[tuple[Wish, Outcome | None]] = SimpleQueue()

    def start(self) -> None:
        threading.Thread(target=self._run, name="wishes", daemon=True).start()

    def wake(self) -> None:
        self._look_at = 0.0
        self._bell.set()

    def _run(self) -> None:
        while True:
            self._bell.wait(TICK_S if any(self._due.values()) else LOOK_S)
            self._bell.clear()
            try:
                close_old_connections()
                self._round()
            except (OperationalError, InterfaceError) as error:
                logger.warning("Wishes wait for the database: %s", str(error).partition("\n")[0])
                time.sleep(DATABASE_AWAY_S)
            except Exception:
                logger.exception("Carrying out wishes failed here")
                time.sleep(DATABASE_AWAY_S)

    def _round(self) -> None:
        self._keep_ended()
        if time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + LOOK_S
            settle_wishes()
            self._due = due_by_account()
        busy = [account_id for account_id in {*self._due, *self._paces} if self._is_busy(account_id)]
        for account_id in busy:
            self._begin_some(account_id, MOST_CALLS // len(busy))

    def _is_busy(self, account_id: int) -> bool:
        return bool(self._due.get(account_id) or self._paces[account_id].under_way)

    def _keep_ended(self) -> None:
        ended = [self._ended.get() for _ in range(self._ended.qsize())]
        for wish, outcome in ended:
            retry_after_s = outcome.error.retry_after_s if outcome and outcome.error else None
            self._paces[wish.session.account_id].end(wish.pk, retry_after_s)
        if outcomes := [outcome for _, outcome in ended if outcome]:
            keep(outcomes)

    def _begin_some(self, account_id: int, most: int) -> None:
        pace, due = self._paces[account_id], self._due.get(account_id, [])
        some = due[: pace.free(len(due), most)]
        del due[: len(some)]
        for wish in take(some) if some else []:
            threading.Thread(target=self._call, args=[wish], daemon=True).start()
            pace.begin(wish.pk)

    def _call(self, wish: Wish) -> None:
        begun, outcome = time.monotonic(), None
        try:
            outcome = make(wish)
            if outcome.error and not outcome.read:
                time.sleep(max(0, begun + REFUSED_S - time.monotonic()))
        finally:
            self._ended.put((wish, outcome))
            self._bell.set()


def due_by_account() -> dict[int, list[int]]:
    """Ids of due wishes by account, at most SEEN_AT_ONCE of each.

    First what was asked just now, so that a click needs not wait behind what hangs; then those whose last try is long
    past; then the rest.
    """
    long_past = timezone.now() - CALM_WAIT
    is_new = Q(last_tried_at=None, asked_at__gt=long_past)
    urgency = Case(When(is_new, then=0), When(since__lt=long_past, then=1), default=2)
    place = Window(RowNumber(), partition_by="session__account", order_by=[urgency, "since"])
    due = Wish.objects.due().annotate(since=Coalesce("last_tried_at", "asked_at"), place=place)
    due = due.filter(place__lte=SEEN_AT_ONCE).order_by("place")
    found: defaultdict[int, list[int]] = defaultdict(list)
    for wish_id, account_id in due.values_list("pk", "session__account_id"):
        found[account_id].append(wish_id)
    return found
