"""When something happened, out of four clocks.

An entry's timestamp is documented as milliseconds since 1970, and is sometimes missing, in seconds, or in the
protocol's own seconds since the machine's start (`Network.MonotonicTime`). Those are put in relation to 1970 by
messages that tell both. Timestamps run backwards now and then, so nothing here leans on their order.
"""

from datetime import UTC, datetime
from statistics import median
from typing import NamedTuple

_SECONDS_BEGIN, _MS_BEGIN, _US_BEGIN, _END = 1e8, 1e11, 1e14, 1e17
_KEPT_PAIRS = 1000


class Moment(NamedTuple):
    """What one message says of its time: milliseconds since 1970, and seconds since the machine's start."""

    wall_ms: float | None = None
    monotonic_s: float | None = None


UNKNOWN = Moment()


def moment_of(value: float | None) -> Moment:
    """A bare number, by its size: the protocol's machines have not been up for three years."""
    if value is None or not 0 < value < _END:
        return UNKNOWN
    if value < _SECONDS_BEGIN:
        return Moment(monotonic_s=value)
    if value < _MS_BEGIN:
        return Moment(wall_ms=value * 1000)
    return Moment(wall_ms=value if value < _US_BEGIN else value / 1000)


def from_iso(text: str) -> Moment:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return UNKNOWN
    return Moment(wall_ms=(moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def elapsed_ms(begin: Moment, end: Moment) -> float | None:
    """From one moment to another, by a clock that both tell; None where there is none, or it ran backwards."""
    if begin.monotonic_s is not None and end.monotonic_s is not None:
        elapsed = (end.monotonic_s - begin.monotonic_s) * 1000
    elif begin.wall_ms is not None and end.wall_ms is not None:
        elapsed = end.wall_ms - begin.wall_ms
    else:
        return None
    return round(elapsed, 3) if elapsed >= 0 else None


class Clock:
    """Learns from messages how the machine's seconds lie in time."""

    def __init__(self) -> None:
        self._told: list[float] = []  # by messages that tell both clocks
        self._received: list[float] = []  # by when a message came: a little late
        self._boot_ms: float | None = None  # of both, once somebody asks; since 1970
        self._lies_at_ms: float | None = None  # worked out once for many moments

    def learn(self, told: Moment, received: Moment) -> None:
        """`told` by the message itself, `received` by its entry."""
        if told.monotonic_s is None:
            return
        self._boot_ms = None
        self._lies_at_ms = None
        if told.wall_ms is not None and len(self._told) < _KEPT_PAIRS:
            self._told.append(told.wall_ms - told.monotonic_s * 1000)
        elif received.wall_ms is not None and len(self._received) < _KEPT_PAIRS:
            self._received.append(received.wall_ms - told.monotonic_s * 1000)

    def ms(self, moment: Moment) -> float | None:
        """Milliseconds since 1970, None where nothing tells."""
        if moment.wall_ms is not None:
            return moment.wall_ms
        pairs = self._told or self._received
        if moment.monotonic_s is None or not pairs:
            return None
        if self._lies_at_ms is None:
            self._lies_at_ms = median(pairs)
        return self._lies_at_ms + moment.monotonic_s * 1000
