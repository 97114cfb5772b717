"""The strip's time axis: moments of a session to places on it."""

from dataclasses import dataclass
from math import ceil, floor

from sessions_app.inspector.log.opened import Log
from sessions_app.models import Session
from sessions_app.templatetags.inspector_parts import since_start

from .looked_at import LookedAt

#: As many marks side by side are told apart, whatever the screen.
COLUMNS = 700
_MOST_TICKS = 7
#: Round in the unit that the clock counts in, and by two and five as far as that goes.
_SECONDS = "0.01 0.02 0.05 0.1 0.2 0.5 1 2 5 10 20 30 60 120 300 600 1200 1800 3600 7200 14400 21600 43200 86400 604800"
_STEPS_MS = tuple(float(seconds) * 1000 for seconds in _SECONDS.split())
_SHORTEST_MS = 50.0
#: Of its share of the width words take so much on either side of their tick.
_OF_ITS_SHARE = 0.4
#: A log whose clock is off by more is drawn as far as the session ran.
_BEYOND = 1.25


@dataclass(frozen=True)
class Tick:
    """`look` hides every second one where there is little room; `anchor` keeps the outermost within the axis."""

    place: str
    words: str
    look: str
    anchor: str


@dataclass(frozen=True)
class Axis:
    """From `left` to `right` of a session that lasts until `end`: milliseconds since its start."""

    left: float
    right: float
    end: float

    @property
    def is_zoomed(self) -> bool:
        return (self.left, self.right) != (0.0, self.end)

    def percent(self, t: float) -> float:
        return (t - self.left) / (self.right - self.left) * 100

    def place(self, t: float) -> str:
        """As SVG has it, cut at the edges."""
        return f"{min(max(self.percent(t), 0.0), 100.0):.2f}%"

    def width(self, from_t: float, to_t: float) -> str:
        begin, end = max(from_t, self.left), min(to_t, self.right)
        return f"{max((end - begin) / (self.right - self.left) * 100, 0.0):.2f}%"

    def column(self, t: float, wide: int = 1) -> int:
        """The column of this moment, or the first of the `wide` ones that are taken together."""
        column = min(int(self.percent(t) * COLUMNS / 100), COLUMNS - 1)
        return column - column % wide

    def moment(self, column: int) -> float:
        return self.left + (column + 0.5) * (self.right - self.left) / COLUMNS

    def holds(self, t: float | None, until: float | None = None) -> bool:
        return t is not None and t <= self.right and (t if until is None else until) >= self.left

    @property
    def ticks(self) -> list[Tick]:
        return self.ticks_of(_MOST_TICKS)

    def ticks_of(self, most: int) -> list[Tick]:
        """As many of the moments that are round as fit; each has an equal share of the width for its words."""
        length = self.right - self.left
        step = next((step for step in _STEPS_MS if length / step <= most), length)
        first, last = ceil(self.left / step), floor(self.right / step)
        edge = 100 / most * _OF_ITS_SHARE
        return [
            Tick(self.place(t), clock_words(t, step), "odd" if number % 2 else "even", self._anchor(t, edge))
            for number, t in enumerate(number * step for number in range(first, last + 1))
        ]

    def _anchor(self, t: float, edge: float) -> str:
        return "start" if self.percent(t) < edge else "end" if self.percent(t) > 100 - edge else "middle"


def clock_words(t: float, step: float) -> str:
    """0:41, and tenths only where ticks lie that close."""
    if step < 100:
        return f"{since_start(t)}{round(t) // 10 % 10}"
    return since_start(t) if step < 1000 else since_start(t).rpartition(".")[0]


def axis_of(session: Session, log: Log, looked: LookedAt) -> Axis:
    """All of it, or as `?left=&right=` have it zoomed."""
    ran = session.duration.total_seconds() * 1000
    last = log.offset_ms(log.pace.last_ms)
    end = max(last, ran) if last is not None and last <= ran * _BEYOND + 60_000 else ran
    end = max(end, _SHORTEST_MS)
    left = max(looked.left_ms or 0.0, 0.0)
    right = end if looked.right_ms is None else min(looked.right_ms, end)
    return Axis(left, right, end) if right - left >= _SHORTEST_MS else Axis(0.0, end, end)
