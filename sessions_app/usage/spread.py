"""SQL of what single sessions add to each period, by key."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import EmptyResultSet

from sessions_app.models.session import SessionQuerySet
from sessions_app.query.holds import NEVER

from .amounts import IS_LONG, KNOWN_END, LONGEST_SETTLED, LONGEST_SHORT, SETTLED, amount, timed
from .splits import Key

Sql = tuple[str, list[Any]]

COLUMNS = (
    *("project_id", "account_id", "status", "region", "keep_alive", "created_by_id", "started_at", "ended_at"),
    *("updated_at", "changed_at", "missing_since", "proxy_bytes", "user_metadata"),
)
#: In which periods a row has such an amount, where not in its first alone: from one that is placed to another.
PLACED = {"used_us": ("first", "last"), "wasted_us": ("first", "last"), "proxy_bytes": ("paid", "paid")}
IN_FIRST = ("first", "first")
ANYWHERE = ("least(first, paid)", "last")
#: `period` counts from 1, as PostgreSQL's arrays do. Nearly all sessions lie in one period alone: the others are found
#: by one comparison.
SPREAD = """
SELECT key, period, {sums} FROM (
    SELECT row.*, {period} AS period FROM (
        SELECT row.*, CASE WHEN until < borders[first + 1] THEN first ELSE width_bucket(until, borders) END AS last,
               CASE WHEN paid_at >= borders[first] AND paid_at < borders[first + 1] THEN first
                    ELSE width_bucket(paid_at, borders) END AS paid
        FROM (
            SELECT row.*, borders, width_bucket(since, borders) AS first
            FROM ({timed}) AS row, (SELECT {borders} AS borders) AS cut OFFSET 0
        ) AS row OFFSET 0
    ) AS row
) AS row WHERE period BETWEEN 1 AND cardinality(borders) - 1 GROUP BY key, period
"""


def spread(rows: Sql, names: Sequence[str], borders: Sequence[datetime] | str, as_of: datetime) -> Sql:
    """SQL of (key, period, the sum of each amount under its name) of rows as `rows_of` makes them.

    `borders` may be SQL of an array of them.
    """
    are_given = not isinstance(borders, str)
    sql, params = rows
    first, last = PLACED.get(names[0], IN_FIRST) if len(names) == 1 else ANYWHERE
    several = f"generate_series(greatest({first}, 1), least({last}, cardinality(borders) - 1))"
    statement = SPREAD.format(
        sums=", ".join(f"sum({amount(name, 'borders[period]', 'borders[period + 1]')}) AS {name}" for name in names),
        period=first if first == last else several,
        timed=timed(sql),
        borders="%s::timestamptz[]" if are_given else borders,
    )
    return statement, [*params, as_of, *([list(borders)] if are_given else [])]


def rows_of(table: Sql, key: Key, where: Sql, *, sign: str = "1", known_end: str = KNOWN_END.format("")) -> Sql:
    """The rows of a table or subquery that is named, with what `spread` needs of each."""
    from_, of_table = table
    condition, of_condition = where
    expression, of_key = key
    sql = f"""SELECT {expression} AS key, {sign} AS sign, {known_end} AS known_end, started_at, status, proxy_bytes
              FROM {from_} WHERE {condition}"""  # noqa: S608 (SQL of ours)
    return sql, [*of_key, *of_table, *of_condition]


def table_of(sessions: SessionQuerySet) -> Sql:
    try:
        sql, params = sessions.order_by().values(*COLUMNS).query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking, as of a token whose projects are none
        return table_of(sessions.model._default_manager.filter(NEVER))
    return f"({sql}) AS session", list(params)


def settled_between(start: datetime, end: datetime) -> Sql:
    """Of the settled sessions those that may have been used, or have begun or ended, between the two."""
    return settled_within("%s::timestamptz", "%s"), [start, end, start, end, start]


def settled_within(start: str, end: str) -> str:
    """SQL of the same between two moments in SQL."""
    rounding = f" + interval '{settings.ROUND_MINUTES} minutes'" if settings.ROUND_MINUTES else ""
    short = f"started_at >= {start} - {LONGEST_SHORT} AND started_at < {end}"
    long = f"started_at >= {start} - {LONGEST_SETTLED} AND started_at < {end} AND {IS_LONG.format('')}"
    ends = f"greatest({KNOWN_END.format('')}, started_at + interval '1 minute'){rounding} >= {start}"
    return f"({short} OR {long}) AND {ends} AND {SETTLED.format('')}"


def unsettled_before(end: datetime, as_of: datetime) -> Sql:
    """All that are not settled and began before, or whose bytes belong to a moment before: those that ended before they
    began, or run and begin later. An index holds just what is not settled.
    """
    condition = f"NOT {SETTLED.format('')} AND least(started_at, coalesce({KNOWN_END.format('')}, %s)) < %s"
    return condition, [as_of - timedelta(microseconds=1), end]
