"""When a session was at work: its tabs from first to last entry, and the stretches in which nothing was asked of it."""

from itertools import pairwise

import msgspec

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.times import Clock, Moment
from sessions_app.inspector.words import lasting

from .event import Event

#: A script that waits shorter is waiting for a page.
IDLE_MS = 10_000


class Lane(msgspec.Struct):
    """One tab, by the log's page number; milliseconds since 1970, None where nothing tells."""

    page: int | None
    entries: int = 0
    first_ms: float | None = None
    last_ms: float | None = None


class Stretch(msgspec.Struct):
    """A time without a command, in milliseconds since 1970."""

    from_ms: float
    to_ms: float

    @property
    def lasts_s(self) -> float:
        return (self.to_ms - self.from_ms) / 1000


class Pace:
    def __init__(self) -> None:
        self._moments: list[tuple[int | None, bool, Moment]] = []

    def take(self, message: Message) -> None:
        self._moments.append((message.page, message.is_command, message.moment))

    def measured(self, clock: Clock) -> "Measured":
        lanes: dict[int | None, Lane] = {}
        commands: list[float] = []
        others: list[float] = []
        for page, is_command, moment in self._moments:
            lane = lanes.setdefault(page, Lane(page))
            lane.entries += 1
            at = clock.ms(moment)
            if at is None:
                continue
            lane.first_ms = at if lane.first_ms is None else min(lane.first_ms, at)
            lane.last_ms = at if lane.last_ms is None else max(lane.last_ms, at)
            (commands if is_command else others).append(at)
        return Measured(list(lanes.values()), sorted(commands), sorted(others))


class Measured(msgspec.Struct):
    """`commands` and `others` are the known moments, in order."""

    lanes: list[Lane]
    commands: list[float]
    others: list[float]

    @property
    def first_ms(self) -> float | None:
        return min((moments[0] for moments in (self.commands, self.others) if moments), default=None)

    @property
    def last_ms(self) -> float | None:
        return max((moments[-1] for moments in (self.commands, self.others) if moments), default=None)

    @property
    def last_command_ms(self) -> float | None:
        return self.commands[-1] if self.commands else None

    def idle(self, ended_ms: float | None) -> list[Stretch]:
        """Between commands, or between entries of a log without any; to the session's end, where it is known."""
        moments = self.commands or self.others
        if ended_ms is not None and moments and ended_ms > moments[-1]:
            moments = [*moments, ended_ms]
        return [Stretch(one, other) for one, other in pairwise(moments) if other - one >= IDLE_MS]


def events_of_idle(stretches: list[Stretch], has_commands: bool) -> list[Event]:
    what = "no command" if has_commands else "nothing logged"
    return [
        Event(
            kind="idle",
            text=f"{what} for {lasting(stretch.lasts_s)}",
            page=None,
            moment=Moment(wall_ms=stretch.from_ms),
            until_ms=stretch.to_ms,
        )
        for stretch in stretches
    ]
