"""SQL of what the settled sessions of a table add to each period, where periods are longer than sessions can be.

Each session then lies in three periods at most, so that one pass over the rows groups them by the first of them.
"""

from datetime import timedelta
from itertools import pairwise

from .amounts import LONGEST_SETTLED_H, OUTCOMES, microseconds, timed
from .periods import Periods
from .splits import Key
from .spread import Sql, rows_of, settled_between

#: From when to when an amount lies; for one that belongs to a moment, that moment and what it is.
STRETCHES = {"used_us": ("since", "until"), "wasted_us": ("wasted_since", "wasted_until")}
MOMENTS = {
    "sessions": ("since", "1"),
    "lasted_us": ("since", microseconds("since", "ended")),
    "proxy_bytes": ("paid_at", "proxy_bytes"),
    "over": ("since", "1"),
    **{name: ("since", f"(status = '{status}')::int") for name, status in OUTCOMES.items()},
}
LASTING = f"""
SELECT key::text, first, sum({microseconds("since", "least(until, closes)")})::text,
       sum({microseconds("closes", "least(until, second)")}) FILTER (WHERE until > closes)::text,
       sum({microseconds("second", "least(until, third)")}) FILTER (WHERE until > second)::text
FROM (
    SELECT key, since, until, first, borders[first + 1] AS closes, borders[first + 2] AS second,
           borders[first + 3] AS third
    FROM (
        SELECT key, {{since}} AS since, {{until}} AS until, borders, width_bucket({{since}}, borders) AS first
        FROM ({{timed}}) AS row, (SELECT %s::timestamptz[] AS borders) AS cut WHERE {{since}} < {{until}} OFFSET 0
    ) AS row OFFSET 0
) AS row GROUP BY key, first
"""  # noqa: S608 (SQL of ours)
AT_ONCE = """
SELECT key::text, width_bucket({moment}, borders) AS first, sum({amount})::text, NULL, NULL
FROM ({timed}) AS row, (SELECT %s::timestamptz[] AS borders) AS cut GROUP BY key, first
"""


def are_long(periods: Periods) -> bool:
    """All but the first and the last, which may be cut."""
    longest = timedelta(hours=LONGEST_SETTLED_H)
    return all(end - start >= longest for start, end in pairwise(periods.borders[1:-1]))


def settled_amounts(table: Sql, key: Key, name: str, periods: Periods) -> Sql:
    """SQL of (key, number of the first period, from 1, amounts of it and of those that follow, each maybe NULL)."""
    rows, params = rows_of(table, key, settled_between(periods.start, periods.end))
    if name in STRETCHES:
        since, until = STRETCHES[name]
        statement = LASTING.format(since=since, until=until, timed=timed(rows))
    else:
        moment, amount = MOMENTS[name]
        statement = AT_ONCE.format(moment=moment, amount=amount, timed=timed(rows))
    return statement, [*params, periods.end, list(periods.borders)]
