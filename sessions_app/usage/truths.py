"""The two truths side by side: what upstream's counters say, the sums over sessions, and why they may differ."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from .amounts import TIMED, microseconds
from .breakdown import Review
from .counter import Gap
from .figures import Row, by_counter
from .limits import limited
from .measures import measured
from .periods import Periods
from .readings import Measure
from .splits import Split
from .spread import rows_of, settled_between, table_of, unsettled_before

ENOUGH = 0.005  # a difference of less than this share, or of a minute, needs no cause
FITS = 0.25  # a cause explains a difference that is off by this share of it at most
USED = microseconds("greatest(since, opens)", "least(until, closes)")
#: Of the sessions that were used in a stretch: exactly, each that began in it rounded up to full minutes, those that
#: run, bytes by the moment they belong to, bytes of what runs.
SEEN = f"""
SELECT key #>> '{{{{}}}}', sum({USED})::bigint,
       sum(CASE WHEN since >= opens AND until <= closes
                THEN ceil(date_part('epoch', until - since) / 60) * 60 - date_part('epoch', until - since) ELSE 0 END),
       sum({USED}) FILTER (WHERE known_end IS NULL)::bigint,
       coalesce(sum(proxy_bytes) FILTER (WHERE paid_at >= opens AND paid_at < closes), 0)::bigint,
       coalesce(sum(proxy_bytes) FILTER (WHERE known_end IS NULL), 0)::bigint,
       count(*)
FROM (SELECT row.*, opens, closes FROM ({{timed}}) AS row,
      (SELECT %s::timestamptz AS opens, %s::timestamptz AS closes) AS cut) AS row GROUP BY key
"""  # noqa: S608 (SQL of ours)


@dataclass(frozen=True)
class Seen:
    """The sessions' side of one project: amounts in the measure's unit. `rounding` is what full minutes would add."""

    amount: float
    rounding: float
    running: float
    sessions: int


NOTHING_SEEN = Seen(0, 0, 0, 0)


@dataclass(frozen=True)
class Truth:
    """One project's two amounts. `counter` is None where its counter was not read twice in the range."""

    project_id: str | None
    name: str
    counter: float | int | None
    seen: Seen
    known_from: datetime | None
    known_until: datetime | None
    gaps: list[Gap]
    is_whole: bool  # the counter is known from the range's start on

    @property
    def difference(self) -> float | None:
        """How much more the counter says."""
        return None if self.counter is None else self.counter - self.seen.amount

    @property
    def cause(self) -> str:
        """The likely one, as a key of CAUSES."""
        if self.difference is None:
            return "not_read"
        if abs(self.difference) <= max(1, ENOUGH * max(self.counter or 0, self.seen.amount)):
            return "none"
        if not self.is_whole and self.difference < 0:
            return "read_later"
        if self.difference > 0:
            return "rounding" if fits(self.difference, self.seen.rounding) else "not_seen"
        return "running" if fits(-self.difference, self.seen.running) else "not_counted"


#: What a difference probably comes from.
CAUSES = {
    "none": "They agree.",
    "not_read": "The counter was not read twice in this time.",
    "read_later": "The counter was first read later than the range begins.",
    "rounding": "Each session rounded up to full minutes makes about as much.",
    "running": "Sessions that still run make about as much: a counter may count them at their end.",
    "not_seen": "More than rounding explains: sessions that were not seen here, or are counted otherwise upstream.",
    "not_counted": "The counter has not counted all of the sessions seen here, or counts them in another cycle.",
}


def fits(difference: float, explained: float) -> bool:
    return abs(difference - explained) <= FITS * difference


def truths(review: Review, measure: Measure) -> list[Truth]:
    """Every project that either side knows, the greatest first. Raises TooSlow."""
    whole = Periods((review.periods.start, review.periods.end), "month", review.periods.zone)
    rows = {row.key: row for row in by_counter(review.user, whole, measure).rows}
    seen = sessions_side(Review(review.amount, whole, (Split("project"),), review.user, review.as_of), measure)
    found = [truth(key, rows.get(key), seen.get(key, NOTHING_SEEN), whole) for key in {**rows, **seen}]
    known = [one for one in found if one.counter is not None or one.seen.sessions]
    return sorted(known, key=lambda one: (-max(one.counter or 0, one.seen.amount), one.name))


def truth(key: str | None, row: Row | None, seen: Seen, whole: Periods) -> Truth:
    if row is None:
        return Truth(key, key or "project not known", None, seen, None, None, [], is_whole=False)
    is_whole = row.known_from == whole.start
    return Truth(key, row.name, row.total, seen, row.known_from, row.known_until, row.gaps, is_whole)


def sessions_side(review: Review, measure: Measure) -> dict[str | None, Seen]:
    start, end, table = review.periods.start, review.periods.end, table_of(review.sessions)
    key = review.splits[0].key()
    settled, of_settled = rows_of(table, key, settled_between(start, end))
    unsettled, of_unsettled = rows_of(table, key, unsettled_before(end))
    statement = SEEN.format(timed=TIMED.format(rows=f"{settled} UNION ALL {unsettled}"))
    with limited(), connection.cursor() as cursor:
        cursor.execute(statement, [*of_settled, *of_unsettled, review.as_of, start, end])
        return {key: seen_of(row, measure) for key, *row in cursor.fetchall()}


def seen_of(row: list[float], measure: Measure) -> Seen:
    used, rounding_s, running, paid, paid_running, sessions = row
    if measure == "proxy_bytes":
        return Seen(int(paid), 0, int(paid_running), int(sessions))
    minutes = [measured(measure, int(amount or 0)) for amount in (used, running)]
    return Seen(minutes[0], float(rounding_s or 0) / 60, minutes[1], int(sessions))


def together(found: Iterable[Truth]) -> Truth:
    """All projects as one; of those that the counter does not know, nothing is compared."""
    known = [one for one in found if one.counter is not None]
    seen = Seen(*(sum(getattr(one.seen, name) for one in known) for name in Seen.__dataclass_fields__))
    counter = sum(one.counter or 0 for one in known) if known else None
    last = min((one.known_until for one in known if one.known_until), default=None)
    first = max((one.known_from for one in known if one.known_from), default=None)
    return Truth(None, "All", counter, seen, first, last, [], is_whole=all(one.is_whole for one in known))
