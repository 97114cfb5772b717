"""Opening a session's log: read from upstream on demand, or what was read of it a moment ago."""

import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock
from weakref import WeakValueDictionary

from sessions_app.browserbase import SessionLog
from sessions_app.browserbase.errors import UpstreamError
from sessions_app.models import Session

from .kept import KEPT_S, Shelf
from .log.opened import Log

#: Of sessions that are over; a running session's log is never kept.
KEPT = Shelf("logs", most_files=32, most_bytes=512 << 20)
#: What a person or a program waits for at most.
READ_S = 30.0
#: So long after a session's end upstream may still add to its log.
SETTLES = timedelta(minutes=1)
SOON_S = 3.0
_MOST_OPEN, _MOST_OPEN_BYTES = 8, 100 << 20
_Key = tuple[int, str, str]


def open_log(session: Session) -> Log:
    """Raises UpstreamError: NotFound where upstream has none (any more), TooBig. Takes READ_S at most.

    The log of a session that is over is kept for ten minutes, in files (KEPT) and, decoded, in this process. That of
    one that runs is good for SOON_S: the parts of a page ask for it at the same moment, and one of them reads it.
    """
    key = (session.account_id, session.id, f"{session.status} {session.updated_at}")
    with _opened.one_at_a_time(key):
        if log := _opened.get(key):
            return log
        entries = read(session, key)
        log = decoded(session, entries)
        _opened.put(key, log, len(entries.data), KEPT_S if is_settled(session) else SOON_S)
        return log


def read(session: Session, key: _Key) -> SessionLog:
    if is_settled(session) and (data := KEPT.read(*key)) is not None:
        return SessionLog(data)
    entries = session.account.client().traces.log(session.id, total_s=READ_S)
    if is_settled(session):
        KEPT.keep(entries.data, *key)
    return entries


def decoded(session: Session, entries: SessionLog) -> Log:
    return Log(entries, session.started_at.timestamp() * 1000, ended_ms(session))


def ended_ms(session: Session) -> float | None:
    """None while it runs, and where the moment is not known."""
    end = session.ended_at or session.last_known_end
    return end.timestamp() * 1000 if end else None


def is_settled(session: Session) -> bool:
    end = session.ended_at or session.last_known_end
    return session.is_ended and end is not None and datetime.now(UTC) - end > SETTLES


class Turn:
    """Who reads a log, while others wait for the same: they are told of its failure, instead of failing one by one."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.failed: UpstreamError | None = None


class _Opened:
    """The logs that were decoded last, in this process; bounded by how long they were as JSON."""

    def __init__(self) -> None:
        self._logs: OrderedDict[_Key, tuple[float, Log, int]] = OrderedDict()
        self._lock = Lock()
        self._turns: WeakValueDictionary[_Key, Turn] = WeakValueDictionary()

    @contextmanager
    def one_at_a_time(self, key: _Key) -> Iterator[None]:
        with self._lock:
            turn = self._turns.setdefault(key, Turn())
        with turn.lock:
            if turn.failed:
                raise turn.failed
            try:
                yield
            except UpstreamError as error:
                turn.failed = error
                with self._lock:  # whoever comes from now on tries anew
                    self._turns.pop(key, None)
                raise

    def get(self, key: _Key) -> Log | None:
        with self._lock:
            self._drop_old()
            return self._logs[key][1] if key in self._logs else None

    def put(self, key: _Key, log: Log, length: int, good_for_s: float) -> None:
        with self._lock:
            self._logs.pop(key, None)
            self._logs[key] = (time.monotonic() + good_for_s, log, length)
            while len(self._logs) > _MOST_OPEN or self._length() > _MOST_OPEN_BYTES:
                self._logs.popitem(last=False)

    def _drop_old(self) -> None:
        for key in [key for key, (until, _, _) in self._logs.items() if time.monotonic() > until]:
            del self._logs[key]

    def _length(self) -> int:
        return sum(length for _, _, length in self._logs.values())


_opened = _Opened()
