"""What figures from the counters must say of themselves: gaps between readings, and cycles that began."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sessions_app.usage.figures import Figures

from .listing_words import listed

MOST = 5
# Projects are read one after the other: what befell several within this time is one event.
TOGETHER = timedelta(minutes=15)


@dataclass(frozen=True)
class Note:
    """From `start` to `end` for the projects in `names`."""

    names: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Notes:
    """The newest MOST of each, and how many there are besides."""

    gaps: list[Note]
    more_gaps: int
    resets: list[Note]
    more_resets: int

    @classmethod
    def of(cls, figures: Figures) -> "Notes":
        gaps = _notes((row.name, gap.start, gap.end) for row in figures.rows for gap in row.gaps)
        resets = _notes((row.name, reset, reset) for row in figures.rows for reset in row.resets)
        return cls(gaps[:MOST], max(len(gaps) - MOST, 0), resets[:MOST], max(len(resets) - MOST, 0))


def _notes(events: Iterable[tuple[str, datetime, datetime]]) -> list[Note]:
    together: dict[tuple[int, int], list[tuple[str, datetime, datetime]]] = defaultdict(list)
    for event in events:
        together[_slot(event[1]), _slot(event[2])].append(event)
    notes = [
        Note(listed([name for name, _, _ in same]), min(start for _, start, _ in same), max(end for _, _, end in same))
        for same in together.values()
    ]
    return sorted(notes, key=lambda note: note.start, reverse=True)


def _slot(moment: datetime) -> int:
    return int(moment.timestamp() // TOGETHER.total_seconds())
