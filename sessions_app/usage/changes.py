"""What changed most against the time before."""

from dataclasses import dataclass, replace

from .breakdown import Breakdown, Review
from .keys import Keys
from .periods import periods_between


@dataclass(frozen=True)
class Change:
    """An amount before and now, as `Breakdown` has it."""

    keys: Keys
    before: int
    now: int

    @property
    def difference(self) -> int:
        return self.now - self.before

    @property
    def ratio(self) -> float | None:
        """How many times as much; None where there was nothing before."""
        return self.now / self.before if self.before else None


def before(review: Review) -> Review:
    """The same asked of the time of equal length directly before."""
    periods = review.periods
    start = periods.start - (periods.end - periods.start)
    return replace(review, periods=periods_between(start, periods.start, periods.by, periods.zone))


def changes(now: Breakdown, earlier: Breakdown, most: int = 3) -> list[Change]:
    """The keys whose totals differ most, the greatest difference first; none that stayed the same."""
    found = [
        Change(keys, sum(earlier.rows.get(keys, {}).values()), sum(now.rows.get(keys, {}).values()))
        for keys in now.rows.keys() | earlier.rows.keys()
    ]
    moved = [change for change in found if change.difference]
    return sorted(moved, key=lambda change: (-abs(change.difference), str(change.keys)))[:most]
