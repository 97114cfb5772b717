"""How long sessions took: the average, and what 19 of 20 did not exceed."""

from dataclasses import dataclass

from django.db import connection

from sessions_app.models import Session

from .amounts import KNOWN_END
from .breakdown import Review, key_of
from .keys import Keys, Names, read_keys
from .limits import limited
from .spread import table_of

MOST_ROWS = 300_000  # among more, a part of the table's pages is looked at

ESTIMATE = """
SELECT greatest(reltuples, 0) * least(1, greatest(0, %s / greatest(date_part('epoch', now() - min(started_at)), 1)))
FROM pg_class, (SELECT min(started_at) AS started_at FROM sessions_app_session) AS oldest
WHERE oid = 'sessions_app_session'::regclass GROUP BY reltuples
"""
DURATIONS = """
SELECT grouping(key), key::text, period, count(*), avg(lasted),
       percentile_cont(0.95) WITHIN GROUP (ORDER BY lasted)
FROM (
    SELECT {key} AS key, width_bucket(started_at, %s::timestamptz[]) AS period,
           date_part('epoch', greatest({known_end} - started_at, interval '0')) AS lasted
    FROM {table}
    WHERE started_at >= %s AND started_at < %s AND {known_end} IS NOT NULL
) AS ended GROUP BY GROUPING SETS ((key, period), (key), (period), ())
"""


@dataclass(frozen=True)
class Duration:
    """Of the sessions that began in a stretch and are over: how many, and their seconds."""

    sessions: int
    average_s: float
    p95_s: float


@dataclass(frozen=True)
class Durations:
    """By keys and period, by period, and in all; period None is the whole range. `is_sampled`: from a part of them."""

    rows: dict[tuple[Keys, int | None], Duration]
    all: dict[int | None, Duration]
    is_sampled: bool


def durations(review: Review) -> Durations:
    """Raises TooSlow. Of the review, `amount` does not matter."""
    key, of_key = key_of(review.splits)
    table, of_table = table_of(review.sessions)
    periods = review.periods
    with limited(), connection.cursor() as cursor:
        share = _share(review)
        sql = DURATIONS.format(key=key, table=_sampled(table, share), known_end=KNOWN_END.format(""))
        cursor.execute(sql, [*of_key, list(periods.borders), *of_table, periods.start, periods.end])
        return _read(review, cursor.fetchall(), share < 1)


def _share(review: Review) -> float:
    """Which part of the sessions is looked at."""
    lasts = (review.periods.end - review.periods.start).total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATE, [lasts])
        found = cursor.fetchone()
    return min(1.0, MOST_ROWS / found[0]) if found and found[0] else 1.0


def _sampled(table: str, share: float) -> str:
    if share == 1:
        return table
    name = connection.ops.quote_name(Session._meta.db_table)
    return table.replace(f"FROM {name}", f"FROM {name} TABLESAMPLE SYSTEM ({100 * share:.4f}) REPEATABLE (9)", 1)


def _read(review: Review, found: list[tuple[int, str, int | None, int, float, float]], is_sampled: bool) -> Durations:
    """A row without a key is of all; one without a period of the whole range."""
    rows: dict[tuple[Keys, int | None], Duration] = {}
    whole: dict[int | None, Duration] = {}
    names = Names(review.splits, (read_keys(key, len(review.splits)) for is_all, key, *_ in found if not is_all))
    for is_all, key, period, sessions, average_s, p95_s in found:
        place, duration = None if period is None else period - 1, Duration(sessions, average_s, p95_s)
        if is_all:
            whole[place] = duration
        else:
            rows[names.named(read_keys(key, len(review.splits))), place] = duration
    return Durations(rows, whole, is_sampled)
