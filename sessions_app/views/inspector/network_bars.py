"""The bars of the waterfall, on an axis from the first request that is shown to the last byte."""

from collections.abc import Sequence
from dataclasses import dataclass

from .looked_at import LookedAt
from .network_asked import Row
from .strip_axis import Axis, Tick

TICKS_AT_MOST = {"few": 3, "some": 5, "many": 8}
#: In per cent of the axis: less is not seen.
THINNEST = 0.7
_SHORTEST_MS = 10.0
#: What begins within so much of the axis after the session's start is shown from the start on.
_SOON = 0.05


@dataclass(frozen=True)
class Bar:
    """In per cent of the axis. Waiting comes first, receiving after it; `is_open` where no end is in the log."""

    x: float
    waiting: float
    receiving: float
    is_open: bool

    @property
    def receiving_x(self) -> float:
        return round(self.x + self.waiting, 2)


def ticks_by_width(axis: Axis) -> dict[str, list[Tick]]:
    """By how much room the list has, of which the stylesheet knows and we do not."""
    return {name: axis.ticks_of(most) for name, most in TICKS_AT_MOST.items()}


def axis_of_rows(rows: Sequence[Row], looked: LookedAt) -> Axis:
    """The selected part, or as long as the rows take."""
    moments = [t for row in rows for t in (row.t, row.until) if t is not None]
    left = min(moments, default=0.0) if looked.from_ms is None else looked.from_ms
    right = max(moments, default=left) if looked.to_ms is None else looked.to_ms
    right = max(right, left + _SHORTEST_MS)
    if looked.from_ms is None and 0 < left < _SOON * right:
        left = 0.0
    return Axis(left, right, right)


def bar_of(row: Row, axis: Axis) -> Bar | None:
    """None where it is not known when it began."""
    if row.t is None:
        return None
    x = min(within(axis, row.t), 100 - THINNEST)
    end = max(within(axis, row.t if row.until is None else row.until), x)
    answered_ms = row.request.response_ms
    split = end if answered_ms is None else min(max(within(axis, row.t + answered_ms), x), end)
    waiting, receiving = round(split - x, 2), round(max(end - split, THINNEST - (split - x), 0), 2)
    return Bar(round(x, 2), waiting, receiving, row.request.duration_ms is None and not row.request.is_inline)


def within(axis: Axis, t: float) -> float:
    return min(max(axis.percent(t), 0.0), 100.0)
