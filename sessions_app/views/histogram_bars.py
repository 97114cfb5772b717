"""A histogram as bars: what `templates/list/histogram.html` draws as SVG. Places and sizes are per cent of the plot."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sessions_app.models.session import LIVE_STATUSES
from sessions_app.query.histogram import Histogram

from .as_json import iso
from .charts import Box

BAR_SHARE = 0.86  # of a bucket's width
LEAST_HEIGHT = 1.5  # of what is there at all
MOST_LABELS = 8
OUTCOMES = (  # (words, class, statuses), from the bottom up; what has another status comes last
    ("completed", "completed", ("COMPLETED",)),
    ("timed out", "timed-out", ("TIMED_OUT",)),
    ("error", "error", ("ERROR",)),
    ("running", "live", LIVE_STATUSES),
)
OTHER = ("other", "other")
NEAR_EDGE, NEAR_EDGE_OF_PHONE = 7, 20  # per cent
DAY, YEAR = timedelta(days=1), timedelta(days=330)
MINUTES = (5, 15, 30, 60, 180, 360, 720)
DAYS = (1, 2, 7, 14, 28, 91, 182, 364, 1820)
LABEL_STEPS = [timedelta(minutes=n) for n in MINUTES] + [timedelta(days=n) for n in DAYS]


@dataclass(frozen=True)
class Bar:
    """One bucket; `counts` are (words, class, sessions) of the outcomes that occur in it."""

    bucket: tuple[datetime, datetime]
    zone: tzinfo
    counts: list[tuple[str, str, int]]
    left: float
    width: float
    boxes: list[Box]
    is_marked: bool

    @property
    def start(self) -> str | None:
        return iso(self.bucket[0])

    @property
    def end(self) -> str | None:
        return iso(self.bucket[1])

    @property
    def start_words(self) -> str:
        return moment_words(self.bucket[0], self.zone)

    @property
    def end_words(self) -> str:
        return moment_words(self.bucket[1], self.zone)

    @property
    def counts_words(self) -> str:
        """1,204 sessions: 1,100 completed, 104 error."""
        split = ", ".join(f"{count:,} {words}" for words, _, count in self.counts)
        return f"{self.count:,} session{'' if self.count == 1 else 's'}" + (f": {split}" if split else "")

    @property
    def count(self) -> int:
        return sum(count for *_, count in self.counts)

    @property
    def x(self) -> float:
        return self.left + self.width * (1 - BAR_SHARE) / 2

    @property
    def bar_width(self) -> float:
        return self.width * BAR_SHARE


@dataclass(frozen=True)
class Label:
    """A moment under the bars; a minor one goes first where there is little room."""

    x: float
    words: str
    is_minor: bool = False


@dataclass(frozen=True)
class Bars:
    bars: list[Bar]
    labels: list[Label]
    each_words: str
    sampled: bool

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """(words, class) of those that occur, for the legend."""
        occurring = {(words, look) for bar in self.bars for words, look, _ in bar.counts}
        return [one for one in (*(outcome[:2] for outcome in OUTCOMES), OTHER) if one in occurring]


def drawn(histogram: Histogram, zone: tzinfo, start: datetime | None = None, end: datetime | None = None) -> Bars:
    """The bars that lie in the part between `start` and `end` are marked, none where both are None."""
    if histogram.end is None or not any(histogram.counts):
        return Bars([], [], "", False)
    edges = [*histogram.edges, histogram.end]
    top = max(counts.total() for counts in histogram.counts)
    width = 100 / len(histogram.counts)
    bars = []
    for k, counts in enumerate(histogram.counts):
        bucket = edges[k], edges[k + 1]
        outcomes = by_outcome(counts)
        boxes = stacked([(look, 100 * count / top) for _, look, count in outcomes])
        is_marked = bool(start or end) and (not start or bucket[1] > start) and (not end or bucket[0] < end)
        bars.append(Bar(bucket, zone, outcomes, k * width, width, boxes, is_marked))
    return Bars(bars, labels(edges, zone), length_words(edges[-1] - edges[-2]), histogram.sampled)


def by_outcome(counts: Counter[str]) -> list[tuple[str, str, int]]:
    found = [(words, look, sum(counts[status] for status in statuses)) for words, look, statuses in OUTCOMES]
    rest = counts.total() - sum(count for *_, count in found)
    return [one for one in (*found, (*OTHER, rest)) if one[2]]


def stacked(parts: list[tuple[str, float]]) -> list[Box]:
    """From the bottom up, each high enough to be seen."""
    boxes, below = [], 0.0
    for look, height in parts:
        height = max(height, LEAST_HEIGHT)
        boxes.append(Box(look, 100 - below - height, height))
        below += height
    return boxes


def moment_words(moment: datetime, zone: tzinfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%-d %b}" if is_midnight(local) else f"{local:%-d %b %H:%M}"


def is_midnight(local: datetime) -> bool:
    return (local.hour, local.minute) == (0, 0)


def length_words(length: timedelta) -> str:
    """5 min, 3 h, 1 d."""
    minutes = round(length / timedelta(minutes=1))
    unit, words = next((size, words) for size, words in ((1440, "d"), (60, "h"), (1, "min")) if minutes >= size)
    return f"{minutes / unit:g} {words}"


def labels(edges: list[datetime], zone: tzinfo) -> list[Label]:
    """One where the bars begin, and then at round moments, as many as there is room for."""
    local = [edge.astimezone(zone) for edge in edges[:-1]]
    choices = ([k for k, one in enumerate(local) if is_round(one, step)] for step in LABEL_STEPS)
    round_ones = next(found for found in choices if len(found) <= MOST_LABELS)
    words = labelled(edges[-1] - edges[0])
    places = [100 * k / len(local) for k in round_ones]
    found = [
        Label(x, words(local[k]), is_minor=n % 2 == 1 or x < NEAR_EDGE_OF_PHONE)
        for n, (x, k) in enumerate(zip(places, round_ones, strict=True))
        if NEAR_EDGE < x < 100 - NEAR_EDGE
    ]
    return [Label(0, moment_words(edges[0], zone)), *found]


def is_round(local: datetime, step: timedelta) -> bool:
    if step >= DAY:
        return is_midnight(local) and local.toordinal() % step.days == 0
    return (local.hour * 60 + local.minute) % (step // timedelta(minutes=1)) == 0


def labelled(length: timedelta) -> Callable[[datetime], str]:
    if length > YEAR:
        return lambda local: f"{local:%b %Y}"
    return lambda local: f"{local:%-d %b}" if is_midnight(local) else f"{local:%H:%M}"
