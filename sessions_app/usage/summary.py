"""What sessions add up to over the whole of a range, by the keys of a split: the columns of a table of usage.

The sums tell it, or else a look at each session; how long 19 of 20 lasted at most only such a look.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from django.db import connection

from .amounts import AMOUNTS, KNOWN_END, amount, timed
from .breakdown import Review, key_of, of_removed, sums
from .keys import Keys, Names, read_keys
from .limits import limited
from .periods import Periods
from .removed import reach_into
from .spread import Sql, rows_of, settled_between, table_of, unsettled_before

NAMES = (*AMOUNTS, "over")
LONGEST = timedelta(days=100)  # of which p95 is told
P95 = "percentile_cont(0.95) WITHIN GROUP (ORDER BY lasted)"
LASTED = "date_part('epoch', greatest(ended, started_at) - started_at) AS lasted"
#: A single key as text, which sorts faster than JSON; that 1.0 and 1 are one number has to be said then.
NUMBER = "trim_scale((key #>> '{}')::numeric)::text"
TEXT = f"CASE WHEN jsonb_typeof(key) = 'number' THEN {NUMBER} ELSE key::text END COLLATE \"C\""
LOOKED_AT = f"""
SELECT sorted::text, CASE grouping(sorted) WHEN 1 THEN 'all' ELSE 'one key' END,
       {", ".join(f"sum({amount(name, 'opens', 'closes')})::bigint" for name in NAMES)}, {P95} FILTER (WHERE began)
FROM (SELECT row.*, opens, closes, since >= opens AND since < closes AS began, {LASTED}, {{sorted}} AS sorted
      FROM ({{timed}}) AS row, (SELECT %s::timestamptz AS opens, %s::timestamptz AS closes) AS cut OFFSET 0) AS row
GROUP BY GROUPING SETS ((sorted), ())
"""  # noqa: S608 (SQL of ours)
REMOVED = f"""
SELECT {{key}}, 'removed', {", ".join(f"sum({name})::bigint" for name in NAMES)}, NULL
FROM ({{cells}}) AS kept (key, period, {", ".join(NAMES)}) WHERE period = 1 GROUP BY 1
"""  # noqa: S608 (SQL of ours)
LASTING = f"""
WITH lasting AS MATERIALIZED (
    SELECT {{text}} AS key, {LASTED} FROM (
        SELECT {{key}} AS key, started_at, coalesce({KNOWN_END.format("")}, %s) AS ended
        FROM {{table}} WHERE started_at >= %s AND started_at < %s OFFSET 0
    ) AS row
)
SELECT key, false, {P95} FROM lasting GROUP BY key UNION ALL SELECT NULL, true, {P95} FROM lasting
"""  # noqa: S608 (SQL of ours)


@dataclass(frozen=True)
class Summary:
    """All that one key's sessions add up to, as AMOUNTS have it; `over` are those that began in the range and ended.

    `p95_s`: seconds, of the sessions that began in the range; None where it is not known, or `is_p95_awaited`.
    """

    used_us: int = 0
    wasted_us: int = 0
    sessions: int = 0
    proxy_bytes: int = 0
    lasted_us: int = 0
    completed: int = 0
    timed_out: int = 0
    failed: int = 0
    over: int = 0
    p95_s: float | None = None
    is_p95_awaited: bool = field(default=False, kw_only=True)

    @property
    def is_nothing(self) -> bool:
        return not any(getattr(self, name) for name in NAMES)

    @property
    def running(self) -> int:
        return self.sessions - self.over

    @property
    def average_s(self) -> float | None:
        return max(self.lasted_us, 0) / 1e6 / self.sessions if self.sessions else None

    @property
    def succeeded(self) -> float | None:
        """The share of what is over that completed, from 0 to 1."""
        return self.completed / self.over if self.over else None


NOTHING = Summary()
Summaries = tuple[dict[Keys, Summary], Summary]


def summaries(review: Review) -> Summaries:
    """By key, and all together. The review's amount and its inner borders do not matter. Raises TooSlow.

    Where the sums have it, p95 is left out of a long time, and of one whose sessions were removed in part.
    """
    known = at_once(review)
    if known is None:
        return look_at(review)
    found, whole = known
    if not whole.is_p95_awaited:
        return known
    p95, of_all = longest(review)
    found = {keys: replace(one, p95_s=p95.get(keys), is_p95_awaited=False) for keys, one in found.items()}
    return found, replace(whole, p95_s=of_all, is_p95_awaited=False)


def at_once(review: Review) -> Summaries | None:
    """What of `summaries` takes no look at each session; None where all of it does."""
    found = summed_up(review)
    if found is None:
        return None
    awaited = {"is_p95_awaited": has_p95(review.periods)}
    whole = together(found.values()) or NOTHING
    return {keys: replace(one, **awaited) for keys, one in found.items()}, replace(whole, **awaited)


def has_p95(periods: Periods) -> bool:
    return periods.end - periods.start <= LONGEST and not reach_into(periods.start, periods.end)


def summed_up(review: Review) -> dict[Keys, Summary] | None:
    """What the sums tell; None where they do not have it."""
    found = sums(review, NAMES)
    return None if found is None else {keys: Summary(*amounts) for keys, amounts in found.items()}


def together(found: Iterable[Summary | None]) -> Summary | None:
    """What several add up to; of the longest 1 in 20, parts say nothing about the whole."""
    known = [one for one in found if one is not None]
    return Summary(*(sum(getattr(one, name) for one in known) for name in NAMES)) if known else None


def look_at(review: Review) -> Summaries:
    """Each session is looked at; what removed ones add is known from sums, but not how long they lasted."""
    with limited(), connection.cursor() as cursor:
        cursor.execute(*_looked_at_and_removed(review))
        rows = cursor.fetchall()
    whole = next(
        (Summary(*amounts) for _, which, *amounts in rows if which == "all" and amounts[0] is not None), NOTHING
    )
    found = dict(_of(review, rows, "one key"))
    for keys, one in _together_by_key(_of(review, rows, "removed")).items():
        found[keys], whole = together((found.get(keys), one)) or one, together((whole, one)) or one
    return found, whole


def _of(review: Review, rows: list[tuple[Any, ...]], which: str) -> list[tuple[Keys, Summary]]:
    of_these = [(read_keys(text, len(review.splits)), Summary(*row)) for text, kind, *row in rows if kind == which]
    names = Names(review.splits, (keys for keys, _ in of_these))
    return [(names.named(keys), one) for keys, one in of_these]


def _together_by_key(parts: Iterable[tuple[Keys, Summary]]) -> dict[Keys, Summary]:
    """Without those that add up to nothing."""
    found: dict[Keys, Summary] = {}
    for keys, one in parts:
        found[keys] = together((found.get(keys), one)) or one
    return {keys: one for keys, one in found.items() if not one.is_nothing}


def _looked_at_and_removed(review: Review) -> Sql:
    """SQL of (key, which of them it is, the amounts of NAMES, p95)."""
    whole = Periods((review.periods.start, review.periods.end), "month", review.periods.zone)
    key, gone = of_removed(replace(review, periods=whole), NAMES)
    looked_at, params = _looked_at(review)
    union = " UNION ALL ".join([looked_at, *(REMOVED.format(key=key, cells=sql) for sql, _ in gone)])
    return union, [*params, *(one for _, of_gone in gone for one in of_gone)]


def _looked_at(review: Review) -> Sql:
    start, end, table = review.periods.start, review.periods.end, table_of(review.sessions)
    key = key_of(review.splits)
    settled, of_settled = rows_of(table, key, settled_between(start, end))
    unsettled, of_unsettled = rows_of(table, key, unsettled_before(end, review.as_of))
    rows_timed = timed(f"{settled} UNION ALL {unsettled}")
    statement = LOOKED_AT.format(timed=rows_timed, sorted=TEXT if len(review.splits) == 1 else "key")
    return statement, [*of_settled, *of_unsettled, review.as_of, start, end]


def longest(review: Review) -> tuple[dict[Keys, float], float | None]:
    """How many seconds 19 of 20 sessions lasted at most, by the keys of one split, and of all together."""
    (sql, of_table), (key, of_key) = table_of(review.sessions), key_of(review.splits)
    statement = LASTING.format(key=key, table=sql, text=TEXT)
    with limited(), connection.cursor() as cursor:
        cursor.execute(statement, [*of_key, review.as_of, *of_table, review.periods.start, review.periods.end])
        rows = cursor.fetchall()
    found = {read_keys(key, 1): seconds for key, is_all, seconds in rows if not is_all}
    names = Names(review.splits, found)
    return {names.named(keys): seconds for keys, seconds in found.items()}, next(
        seconds for _, is_all, seconds in rows if is_all
    )
