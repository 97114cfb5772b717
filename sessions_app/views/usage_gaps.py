"""What figures from the counters must say of themselves: when nothing was read."""

from collections.abc import Sequence
from dataclasses import dataclass

from sessions_app.usage.counter import Gap

MOST = 5


@dataclass(frozen=True)
class Gaps:
    """The newest MOST, and how many there are besides."""

    newest: list[Gap]
    more: int

    @classmethod
    def of(cls, gaps: Sequence[Gap]) -> "Gaps":
        newest = sorted(gaps, key=lambda gap: gap.start, reverse=True)
        return cls(newest[:MOST], max(len(newest) - MOST, 0))
