"""Keeping the sums of settled sessions: folding in what the journal says, and computing them anew.

Reads see sums and journal in one snapshot, so that folding changes no figure. One worker at a time does it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pglock
from django.conf import settings
from django.db import connection, transaction

from sessions_app.models import UsageSplit
from sessions_app.models.session import DEEPEST_PATH

from .amounts import AMOUNTS, KNOWN_END, SETTLED, amount, timed
from .splits import (
    FIELD_KEYS,
    LONGEST_PATH,
    LONGEST_VALUE,
    MANY_BY_DAY,
    MOST_BY_DAY,
    MOST_PATHS_BY_DAY,
    MOST_SINGLE,
    MOST_SPLITS,
    MOST_VALUES,
)

LOCK = "usage roll-up"
FOLDED_AT_ONCE = 100_000
REBUILT_AT_ONCE = timedelta(days=14)

NAMES = ", ".join(AMOUNTS)
KEPT_NAMES = ", ".join(f"kept.{name}" for name in AMOUNTS)
SUMS = ", ".join(f"sum({name}) AS {name}" for name in AMOUNTS)
SUMMED = ", ".join(f"sum({name})" for name in AMOUNTS)
NOUGHTS = ", ".join("0" for _ in AMOUNTS)
CELL = ", ".join(f"{amount(name, 'start', 'start + QUARTER')} AS {name}" for name in AMOUNTS)
COLUMNS = "project_id, account_id, status, region, keep_alive, created_by_id, started_at, proxy_bytes, user_metadata"
FROM_JOURNAL = f"""
CREATE TEMPORARY TABLE usage_taken ON COMMIT DROP AS
WITH taken AS (
    DELETE FROM sessions_app_usagechange
    WHERE id IN (SELECT id FROM sessions_app_usagechange ORDER BY id LIMIT %s) RETURNING *
)
SELECT id, sign, {COLUMNS}, known_end FROM taken
"""  # noqa: S608 (SQL of ours)
FIRST_START = (
    "SELECT min(started_at) FROM sessions_app_session WHERE started_at >= coalesce(%s::timestamptz, '-infinity')"
)
FROM_SESSIONS = f"""
CREATE TEMPORARY TABLE usage_taken ON COMMIT DROP AS
SELECT row_number() OVER () AS id, 1 AS sign, {COLUMNS}, {KNOWN_END.format("")} AS known_end
FROM sessions_app_session WHERE started_at >= %s AND started_at < %s AND {SETTLED.format("")}
"""  # noqa: S608 (SQL of ours)
FROM_REMOVED = f"""
CREATE TEMPORARY TABLE usage_taken ON COMMIT DROP AS
SELECT row_number() OVER () AS id, 1 AS sign, {COLUMNS}, {KNOWN_END.format("")} AS known_end
FROM sessions_app_session WHERE id = ANY(%s)
"""  # noqa: S608 (SQL of ours)

#: Sums are kept in two sets: of the sessions in the table, and of those that were removed by age.
SET = "CREATE TEMPORARY TABLE usage_set ON COMMIT DROP AS SELECT %s AS of_removed, %s::smallint AS round_minutes"
THIS_SET = "(SELECT * FROM sessions_app_usagesplit WHERE of_removed = (SELECT of_removed FROM usage_set))"
#: Each metadata path of each session with a value that a key can be. For a long value the sessions of its path must be
#: looked at; of removed ones, which nobody can look at, it alone is left out, so that the sums of the others stay.
LEAVES = f"""
CREATE TEMPORARY TABLE usage_leaf ON COMMIT DROP AS
WITH RECURSIVE leaf AS (
    SELECT id, ARRAY[key] AS path, value
    FROM usage_taken, jsonb_each(CASE WHEN jsonb_typeof(user_metadata) = 'object' THEN user_metadata END)
    UNION ALL
    SELECT id, path || under.key, under.value
    FROM leaf, jsonb_each(CASE WHEN jsonb_typeof(leaf.value) = 'object' THEN leaf.value END) AS under
    WHERE cardinality(path) < {DEEPEST_PATH}
)
SELECT * FROM leaf WHERE jsonb_typeof(value) IN ('string', 'number', 'boolean')
                     AND length(array_to_string(path, '')) <= {LONGEST_PATH}
                     AND (length(value::text) <= {LONGEST_VALUE} OR NOT (SELECT of_removed FROM usage_set))
"""  # noqa: S608 (SQL of ours)
FIELDS = f"""
INSERT INTO sessions_app_usagesplit (name, path, is_summed, has_quarters, of_removed, round_minutes)
SELECT name, '{{}}', true, true, of_removed, round_minutes FROM usage_set, (
    VALUES {", ".join(f"('{name}')" for name in FIELD_KEYS)}
) AS field (name) ON CONFLICT DO NOTHING
"""  # noqa: S608 (SQL of ours)
#: Once there are so many, a path that is not among them is one whose sessions must be looked at.
PATHS = f"""
INSERT INTO sessions_app_usagesplit (name, path, is_summed, has_quarters, of_removed, round_minutes)
SELECT 'metadata', path, true, true, of_removed, round_minutes FROM usage_leaf, usage_set
WHERE path NOT IN (SELECT path FROM {THIS_SET})
GROUP BY path, of_removed, round_minutes ORDER BY count(*) DESC, path
LIMIT greatest({MOST_SPLITS} - (SELECT count(*) FROM {THIS_SET}), 0)
"""  # noqa: S608 (SQL of ours)
LONG_VALUES = f"""
UPDATE sessions_app_usagesplit SET is_summed = false
WHERE is_summed AND id IN (SELECT id FROM {THIS_SET})
  AND path IN (SELECT path FROM usage_leaf WHERE length(value::text) > {LONGEST_VALUE}) RETURNING id
"""  # noqa: S608 (SQL of ours)
#: What was taken, by quarter of an hour and by each value of each split. The quarter that begins at a session's end is
#: looked at for its bytes.
PIECES = f"""
CREATE TEMPORARY TABLE usage_piece ON COMMIT DROP AS
WITH keyed AS (
    SELECT taken.id, split.id AS split_id, coalesce(field.value, 'null') AS value
    FROM usage_taken AS taken, LATERAL (VALUES {", ".join(f"('{name}', {key})" for name, key in FIELD_KEYS.items())})
        AS field (name, value) JOIN {THIS_SET} AS split USING (name)
    UNION ALL
    SELECT leaf.id, split.id, value FROM usage_leaf AS leaf JOIN {THIS_SET} AS split USING (path)
    WHERE is_summed
), cell AS (
    SELECT id, start, {CELL.replace("QUARTER", "interval '15 minutes'")}
    FROM ({{timed}}) AS row, LATERAL generate_series(
        date_bin('15 minutes', since, '2000-01-01Z'), until, interval '15 minutes'
    ) AS start
)
SELECT split_id, value, start, {SUMS}
FROM cell JOIN keyed USING (id) GROUP BY split_id, value, start HAVING ({SUMMED}) <> ({NOUGHTS})
"""  # noqa: S608 (SQL of ours)
KEYS = """
INSERT INTO sessions_app_usagekey (split_id, value)
SELECT DISTINCT split_id, value FROM usage_piece ON CONFLICT DO NOTHING
"""
ADD = """
INSERT INTO sessions_app_{table} AS kept (split_id, key_id, start, {names})
SELECT split_id, key.id, date_bin('{stretch}', start, '2000-01-01Z'), {sums}
FROM usage_piece JOIN sessions_app_usagekey AS key USING (split_id, value)
WHERE {stored} GROUP BY 1, 2, 3 ORDER BY 1, 3, 2
ON CONFLICT (split_id, start, key_id) DO UPDATE SET {added}
"""
#: Only what was taken away can leave nothing.
NOTHING_LEFT = """
DELETE FROM sessions_app_{table} AS kept USING (
    SELECT DISTINCT split_id, date_bin('{stretch}', start, '2000-01-01Z') AS start FROM usage_piece
    WHERE EXISTS (SELECT FROM usage_taken WHERE sign < 0)
) AS piece
WHERE kept.split_id = piece.split_id AND kept.start = piece.start AND ({names}) = ({noughts})
"""
#: Paths with such a day.
PATHS_WITH_DAYS = """
id IN (
    SELECT split_id FROM sessions_app_usageday JOIN (
        SELECT DISTINCT split_id, date_bin('1 day', start, '2000-01-01Z') AS start FROM usage_piece
    ) AS piece USING (split_id, start)
    GROUP BY split_id, start HAVING {such}
) AND is_summed AND name = 'metadata'
"""
HAS_MANY = f"count(*) > {MOST_VALUES}"
HAS_TOO_MANY = f"count(*) > {MOST_BY_DAY} OR (count(*) > {MANY_BY_DAY} AND count(*) > {MOST_SINGLE} * sum(sessions))"
#: The edges of days would be added up from the sessions, which of removed ones nobody can look at.
MANY_VALUES = f"""
UPDATE sessions_app_usagesplit SET has_quarters = false, is_summed = NOT of_removed
WHERE {PATHS_WITH_DAYS.format(such=HAS_MANY)} AND has_quarters RETURNING id, is_summed
"""  # noqa: S608 (SQL of ours)
TOO_MANY_VALUES = f"""
UPDATE sessions_app_usagesplit SET is_summed = false
WHERE {PATHS_WITH_DAYS.format(such=HAS_TOO_MANY)} RETURNING id
"""  # noqa: S608 (SQL of ours)
#: Those with the fewest values stay.
TOO_MANY_PATHS = f"""
UPDATE sessions_app_usagesplit SET is_summed = false WHERE id IN (
    SELECT id FROM sessions_app_usagesplit AS split WHERE is_summed AND NOT has_quarters
    ORDER BY (SELECT count(*) FROM sessions_app_usagekey WHERE split_id = split.id), id OFFSET {MOST_PATHS_BY_DAY}
) RETURNING id
"""  # noqa: S608 (SQL of ours)
OF_SPLITS = "DELETE FROM sessions_app_{table} WHERE split_id = ANY(%s)"
STRETCHES = {"usagequarter": "15 minutes", "usageday": "1 day"}
HAVING_QUARTERS = "split_id IN (SELECT id FROM sessions_app_usagesplit WHERE has_quarters)"
STORED = {"usagequarter": HAVING_QUARTERS, "usageday": "true"}
TABLES = (*STRETCHES, "usagekey", "usagesplit")


def fold() -> int:
    """Take the journal into the sums, but not what comes meanwhile; all anew where minutes are rounded otherwise now.

    Returns how many changes; 0, too, while another worker is at it.
    """
    taken, batch = 0, FOLDED_AT_ONCE
    with pglock.advisory(LOCK, timeout=0) as is_ours:
        if is_ours and are_rounded_otherwise():
            return rebuild()
        while is_ours and batch == FOLDED_AT_ONCE:
            batch = _fold_some()
            taken += batch
    return taken


def rebuild() -> int:
    """Compute the sums anew from all sessions, as they are at this moment. Returns how many were settled.

    Nobody waits for it: others see the old sums until the new ones are there, and what changes meanwhile stays in the
    journal. The sums of removed sessions stay. Not within a transaction.
    """
    with pglock.advisory(LOCK), transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("DELETE FROM sessions_app_usagechange")
        _forget(list(UsageSplit.objects.filter(of_removed=False).values_list("pk", flat=True)))
        UsageSplit.objects.filter(of_removed=False).delete()
        return sum(_add_from(FROM_SESSIONS, window) for window in _windows())


def keep_removed(ids: list[str]) -> None:
    """Add these sessions to the sums of those that are removed, which is for the caller to do in this transaction."""
    _add_from(FROM_REMOVED, [ids], of_removed=True)


def are_rounded_otherwise() -> bool:
    return UsageSplit.objects.filter(of_removed=False).exclude(round_minutes=settings.ROUND_MINUTES).exists()


def _fold_some() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM sessions_app_usagechange)")
        return _add_from(FROM_JOURNAL, (FOLDED_AT_ONCE,)) if cursor.fetchone()[0] else 0


def _windows() -> Iterator[tuple[datetime, datetime]]:
    """Stretches of time that hold all starts."""
    end: datetime | None = None
    with connection.cursor() as cursor:
        while True:
            cursor.execute(FIRST_START, [end])
            start = cursor.fetchone()[0]
            if start is None:
                return
            end = start + REBUILT_AT_ONCE
            yield start, end


def _add_from(source: str, params: Sequence[Any], of_removed: bool = False) -> int:
    with connection.cursor() as cursor, _temporary("usage_taken", "usage_leaf", "usage_piece", "usage_set"):
        cursor.execute("SET LOCAL work_mem = '64MB'")
        cursor.execute(SET, [of_removed, settings.ROUND_MINUTES])
        cursor.execute(source, params)
        taken = cursor.rowcount
        for statement in (LEAVES, "ANALYZE usage_taken, usage_leaf", FIELDS, PATHS):
            cursor.execute(statement)
        _leave_out(LONG_VALUES)
        cursor.execute(PIECES.format(timed=timed("SELECT * FROM usage_taken")), [None])
        for statement in ("ANALYZE usage_piece", KEYS, *map(_add_to, STRETCHES), *map(_tidy, STRETCHES)):
            cursor.execute(statement)
        _leave_out_many()
    return taken


def _leave_out(statement: str) -> None:
    """What was stored of the splits that are not summed any more goes."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        _forget([pk for (pk,) in cursor.fetchall()])


def _leave_out_many() -> None:
    """Days stay of what has many values, nothing of what has too many."""
    with connection.cursor() as cursor:
        cursor.execute(MANY_VALUES)
        found = cursor.fetchall()
    _forget([pk for pk, _ in found], "usagequarter")
    _forget([pk for pk, is_summed in found if not is_summed])
    _leave_out(TOO_MANY_VALUES)
    if found:
        _leave_out(TOO_MANY_PATHS)


def _forget(splits: list[int], *tables: str) -> None:
    if splits:
        with connection.cursor() as cursor:
            for table in tables or (*STRETCHES, "usagekey"):
                cursor.execute(OF_SPLITS.format(table=table), [splits])


def _add_to(table: str) -> str:
    added = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in AMOUNTS)
    stored = STORED[table]
    return ADD.format(table=table, stretch=STRETCHES[table], names=NAMES, sums=SUMS, added=added, stored=stored)


def _tidy(table: str) -> str:
    return NOTHING_LEFT.format(table=table, stretch=STRETCHES[table], names=KEPT_NAMES, noughts=NOUGHTS)


@contextmanager
def _temporary(*tables: str) -> Iterator[None]:
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {', '.join(tables)}")
