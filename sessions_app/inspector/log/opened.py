"""A log as the pages and the exports read it."""

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec

from sessions_app.browserbase import LogEntry, SessionLog
from sessions_app.inspector.network import assembly, sockets
from sessions_app.inspector.network.assembly import Traffic
from sessions_app.inspector.network.request import Request
from sessions_app.inspector.secrets import Cover, TypedTexts
from sessions_app.inspector.secrets import typed as typed_texts
from sessions_app.inspector.secrets.entries import cover_entry
from sessions_app.inspector.story import console, gestures, happenings, visits
from sessions_app.inspector.story.console import Console, Line
from sessions_app.inspector.story.event import Event
from sessions_app.inspector.story.failures import events_of_failures
from sessions_app.inspector.story.gestures import Gestures
from sessions_app.inspector.story.happenings import Happenings
from sessions_app.inspector.story.pace import Lane, Measured, Pace, Stretch, events_of_idle
from sessions_app.inspector.story.visits import Visit, Visits, events_of_visits

from .index import Index
from .messages import Message, Reading

Taker = Callable[[Message], None]


class Log:
    """What one session's log tells. Nothing in it is covered: `cover` does that, with what was typed in mind.

    Moments are milliseconds since 1970, None where nothing tells; `offset_ms` makes them milliseconds since the
    session's start. `ended_ms` is the session's end, None while it runs or where that is not known.
    """

    def __init__(self, entries: SessionLog, started_ms: float, ended_ms: float | None = None) -> None:
        self._entries = entries
        self.started_ms, self.ended_ms = started_ms, ended_ms
        with looking_for_no_circles():
            self._read()

    def _read(self) -> None:
        reading, traffic, typed, pace, index = Reading(), Traffic(), TypedTexts(), Pace(), Index(len(self))
        said, hands, others, seen = Console(), Gestures(), Happenings(), Visits()
        takers = takers_of(traffic, typed, said, hands, others, seen)
        for message in reading.messages(self._entries):
            pace.take(message)
            index.take(message)
            for take in takers.get(message.method, ()):
                take(message)
            if message.error:
                others.take_error(message)
        self._clock = reading.clock
        index.settle(self._clock)
        self.index = index
        self.requests: list[Request] = traffic.requests(self._clock)
        self.unreadable, self.unpaired = reading.unreadable, traffic.unpaired
        self.cover = Cover(typed.texts())
        self.visits: list[Visit] = seen.visits(self.requests, self._clock)
        self.pace: Measured = pace.measured(self._clock)
        self.idle: list[Stretch] = self.pace.idle(self.ended_ms)
        self.console: list[Line] = self._timed(said.all_lines())
        self.events: list[Event] = self._in_order([*said.events, *hands.events, *others.events])

    def _in_order(self, events: list[Event]) -> list[Event]:
        """By time; what has none stays after its neighbour in the log."""
        events += events_of_visits(self.visits)
        events += events_of_failures(self.requests)
        events += events_of_idle(self.idle, bool(self.pace.commands))
        events.sort(key=lambda event: (event.number is None, event.number or 0))
        return self._timed(events)

    def _timed(self, things: list[Any]) -> list[Any]:
        keys, last = {}, float("-inf")
        for thing in things:
            thing.at_ms = self._clock.ms(thing.moment)
            last = last if thing.at_ms is None else thing.at_ms
            keys[id(thing)] = last
        return sorted(things, key=lambda thing: keys[id(thing)])

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def lanes(self) -> list[Lane]:
        """The browser's tabs, in the order in which the log first names them."""
        return self.pace.lanes

    def offset_ms(self, at_ms: float | None) -> float | None:
        return None if at_ms is None else round(at_ms - self.started_ms, 3)

    def raw(self, first: int, count: int, cover: Cover) -> list[dict[str, Any]]:
        """Entries as upstream gave them, but for what `cover` hides; `{}` for one that is no object."""
        return [cover_entry(cover, entry.raw) for entry in self._entries[first : first + count]]

    def entry(self, number: int) -> LogEntry:
        """Raises IndexError."""
        return self._entries[number]

    def data(self, number: int) -> bytes:
        """An entry as JSON, as it came. Nothing of it is covered."""
        return self._entries.data_of(number)

    def covered(self, number: int) -> str:
        """An entry as JSON, its secrets covered."""
        return msgspec.json.encode(cover_entry(self.cover, self._entries[number].raw)).decode()


def takers_of(
    traffic: Traffic, typed: TypedTexts, said: Console, hands: Gestures, others: Happenings, seen: Visits
) -> dict[str, list[Taker]]:
    """Who reads which methods: most of a log is nobody's."""
    takers: dict[str, list[Taker]] = defaultdict(list)
    network = assembly.METHODS | sockets.SOCKET_METHODS
    readers: list[tuple[Any, Taker]] = [
        (network, traffic.take),
        (typed_texts.METHODS, typed.take),
        (console.METHODS, said.take),
        (gestures.METHODS, hands.take),
        (happenings.METHODS, others.take),
        (visits.METHODS, seen.take),
    ]
    for methods, take in readers:
        for method in methods:
            takers[method].append(take)
    return takers


@contextmanager
def looking_for_no_circles() -> Iterator[None]:
    """A long log makes a million objects, none of which lead back to themselves. Python looks for such ones again and
    again while it makes them, which takes a third of the time. It can only be told not to for the whole process; what
    other threads leave behind meanwhile is found afterwards.
    """
    was_looking = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_looking:
            gc.enable()


def as_time(at_ms: float) -> datetime | None:
    """None for what no calendar holds."""
    try:
        return datetime.fromtimestamp(at_ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return None
