"""Moments: seconds since 1970 inside, ISO 8601 UTC with milliseconds outside, and the agenda of what is due when."""

import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime

Action = Callable[[float], None]
FIRST_MOMENT, LAST_MOMENT = -62_135_596_800.0, 253_402_300_799.0
"""The begin of the year 1 and the end of the year 9999 in UTC: what a time in the API can name."""


def iso(moment: float) -> str:
    """1764097200.5 -> "2025-11-25T19:00:00.500Z", the way the API writes times."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parsed(text: object) -> float | None:
    """The moment an ISO 8601 text names (UTC if it names no zone), or None if it is no such text or out of range."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return seconds if FIRST_MOMENT <= seconds <= LAST_MOMENT else None


class Agenda:
    """Actions with the moment they are due. Each is called with exactly that moment, however late `run` comes."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int, Action]] = []
        self._order = itertools.count()

    def at(self, due: float, action: Action) -> None:
        heapq.heappush(self._entries, (due, next(self._order), action))

    def run(self, until: float) -> None:
        """Does everything due by `until`, in order of time; what an action adds is done too if it is due."""
        while self._entries and self._entries[0][0] <= until:
            due, _, action = heapq.heappop(self._entries)
            action(due)


def http_date(moment: float) -> str:
    """Tue, 25 Nov 2025 19:00:00 GMT"""
    return format_datetime(datetime.fromtimestamp(moment, UTC), usegmt=True)
