"""The two truths side by side: what upstream's counters say, the sums over sessions, and why they may differ."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import connection

from .amounts import microseconds, timed
from .breakdown import Review
from .counter import Gap
from .figures import Row, by_counter
from .limits import limited
from .measures import measured
from .periods import Periods
from .readings import Measure
from .removed import reach_into
from .splits import Split
from .spread import rows_of, settled_between, table_of, unsettled_before

FIRST = datetime.min.replace(tzinfo=UTC)
ENOUGH = 0.005  # a difference of less than this share, or of a minute, needs no cause
FITS = 0.25  # a cause explains a difference that is off by this share of it at most
USED = microseconds("greatest(since, opens)", "least(until, closes)")
#: Of the sessions that were used in a stretch, which each project has its own of: exactly, what those within it would
#: add if rounded up to full minutes, those that run, bytes by the moment they belong to, bytes of what runs.
SEEN = f"""
SELECT key #>> '{{{{}}}}', sum({USED})::bigint,
       sum(CASE WHEN since >= opens AND until <= closes
                THEN ceil(date_part('epoch', until - since) / 60) * 60 - date_part('epoch', until - since) ELSE 0 END),
       sum({USED}) FILTER (WHERE known_end IS NULL)::bigint,
       coalesce(sum(proxy_bytes) FILTER (WHERE paid_at >= opens AND paid_at < closes), 0)::bigint,
       coalesce(sum(proxy_bytes) FILTER (WHERE known_end IS NULL), 0)::bigint,
       count(*) FILTER (WHERE until > opens AND since < closes)
FROM (
    SELECT row.*, coalesce(cut.opens, %s) AS opens, coalesce(cut.closes, %s) AS closes
    FROM ({{timed}}) AS row LEFT JOIN unnest(%s::text[], %s::timestamptz[], %s::timestamptz[])
        AS cut (project_id, opens, closes) ON cut.project_id = key #>> '{{{{}}}}'
) AS row GROUP BY key
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
    """One project's two amounts, of the part of the range that its counter covers, from `start` to `end`.

    `counter` is None where the counter was not read twice in the range; then the sessions are those of the whole range.
    """

    project_id: str | None
    name: str
    counter: float | int | None
    seen: Seen
    start: datetime
    end: datetime
    read_at: datetime | None
    gaps: list[Gap]
    is_partly_removed: bool = False

    @property
    def difference(self) -> float | None:
        """How much more the counter says."""
        return None if self.counter is None else self.counter - self.seen.amount

    @property
    def cause(self) -> str:
        """The likely one, as a key of CAUSES."""
        if self.difference is None:
            return "not_read"
        if self.is_partly_removed:
            return "removed"
        if abs(self.difference) <= max(1, ENOUGH * max(self.counter or 0, self.seen.amount)):
            return "none"
        if self.difference > 0:
            return "rounding" if fits(self.difference, self.seen.rounding) else "not_seen"
        return "running" if fits(-self.difference, self.seen.running) else "not_counted"


#: What a difference probably comes from.
CAUSES = {
    "none": "They agree.",
    "not_read": "The counter was not read twice in this time.",
    "removed": "Sessions of this time were removed here by age: their part is no more than a sum, and left out.",
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
    covered = {str(key): span for key, row in rows.items() if (span := covered_by(row, whole))}
    seen = sessions_side(Review(review.amount, whole, (Split("project"),), review.user, review.as_of), measure, covered)
    found = [
        truth(key, rows.get(key), seen.get(key, NOTHING_SEEN), covered.get(str(key), (whole.start, whole.end)))
        for key in {**rows, **seen}
    ]
    if reach_into(whole.start, whole.end):
        found = [replace(one, is_partly_removed=reach_into(one.start, one.end)) for one in found]
    known = [one for one in found if one.counter is not None or one.seen.sessions]
    return sorted(known, key=lambda one: (-max(one.counter or 0, one.seen.amount), one.name))


def covered_by(row: Row, whole: Periods) -> tuple[datetime, datetime] | None:
    """From when to when the counter tells of the range; None where it does not."""
    if row.total is None or row.known_from is None or row.known_until is None:
        return None
    return row.known_from, min(row.known_until, whole.end)


def truth(key: str | None, row: Row | None, seen: Seen, span: tuple[datetime, datetime]) -> Truth:
    if row is None:
        return Truth(key, key or "project not known", None, seen, *span, None, [])
    return Truth(key, row.name, row.total, seen, *span, row.known_until, row.gaps)


def sessions_side(
    review: Review, measure: Measure, covered: dict[str, tuple[datetime, datetime]]
) -> dict[str | None, Seen]:
    """By project; of those that are `covered`, only of that stretch."""
    start, end, table = review.periods.start, review.periods.end, table_of(review.sessions)
    key = review.splits[0].key()
    settled, of_settled = rows_of(table, key, settled_between(start, end))
    unsettled, of_unsettled = rows_of(table, key, unsettled_before(end, review.as_of))
    statement = SEEN.format(timed=timed(f"{settled} UNION ALL {unsettled}"))
    stretches = [list(column) for column in zip(*covered.values(), strict=True)] or [[], []]
    params = [start, end, *of_settled, *of_unsettled, review.as_of, list(covered), *stretches]
    with limited(), connection.cursor() as cursor:
        cursor.execute(statement, params)
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
    start, end = min((one.start for one in known), default=FIRST), max((one.end for one in known), default=FIRST)
    return Truth(None, "All", counter, seen, start, end, end, [], any(one.is_partly_removed for one in known))
