"""What only a look at each session tells, by the keys of a split: how long 19 of 20 took at most, how they ended."""

from dataclasses import dataclass

from django.db import connection

from .amounts import AMOUNTS, amount, timed
from .breakdown import Review, key_of
from .keys import Keys, Names, read_keys
from .limits import limited
from .spread import rows_of, settled_between, table_of, unsettled_before

OUTCOMES = ("COMPLETED", "TIMED_OUT", "ERROR")
LOOKED_AT = f"""
SELECT key::text, grouping(key) = 1 AS is_all,
       {", ".join(f"sum({amount(name, 'opens', 'closes')})::bigint" for name in AMOUNTS)},
       percentile_cont(0.95) WITHIN GROUP (ORDER BY date_part('epoch', greatest(ended, since) - since))
           FILTER (WHERE began),
       {", ".join(f"count(*) FILTER (WHERE began AND known_end IS NOT NULL AND status = '{one}')" for one in OUTCOMES)},
       count(*) FILTER (WHERE began AND known_end IS NULL)
FROM (SELECT row.*, opens, closes, since >= opens AND since < closes AS began FROM ({{timed}}) AS row,
      (SELECT %s::timestamptz AS opens, %s::timestamptz AS closes) AS cut) AS row
GROUP BY GROUPING SETS ((key), ())
"""  # noqa: S608 (SQL of ours)


@dataclass(frozen=True)
class LookedAt:
    """All that one key's sessions add up to, as AMOUNTS have it.

    `p95_s` is seconds and, like the outcomes, of the sessions that began in the range; None where nothing is known.
    """

    used_us: int
    wasted_us: int
    sessions: int
    proxy_bytes: int
    lasted_us: int
    p95_s: float | None
    completed: int | None
    timed_out: int | None
    failed: int | None
    running: int | None

    @property
    def average_s(self) -> float | None:
        return max(self.lasted_us, 0) / 1e6 / self.sessions if self.sessions else None

    @property
    def succeeded(self) -> float | None:
        """The share of what is over that completed, from 0 to 1."""
        over = self.sessions - (self.running or 0)
        return self.completed / over if self.completed is not None and over else None


NOTHING = LookedAt(0, 0, 0, 0, 0, None, 0, 0, 0, 0)


def look_at(review: Review) -> tuple[dict[Keys, LookedAt], LookedAt]:
    """By key, and all together. The review's amount and its inner borders do not matter. Raises TooSlow."""
    start, end, table = review.periods.start, review.periods.end, table_of(review.sessions)
    key = key_of(review.splits)
    settled, of_settled = rows_of(table, key, settled_between(start, end))
    unsettled, of_unsettled = rows_of(table, key, unsettled_before(end))
    statement = LOOKED_AT.format(timed=timed(f"{settled} UNION ALL {unsettled}"))
    with limited(), connection.cursor() as cursor:
        cursor.execute(statement, [*of_settled, *of_unsettled, review.as_of, start, end])
        rows = cursor.fetchall()
    whole = next((LookedAt(*row) for _, is_all, *row in rows if is_all and row[0] is not None), NOTHING)
    found = {read_keys(key, len(review.splits)): LookedAt(*row) for key, is_all, *row in rows if not is_all}
    names = Names(review.splits, found)
    return {names.named(keys): one for keys, one in found.items()}, whole
