"""How many of the sessions that a question means started when, by status."""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Max, Min

from sessions_app.models import Session

from .question import Question
from .search import LOOKED_UP, WALKED, bounded, few_known, is_long, rows_in_table
from .walk import Sql, Stretch, between, known_of, rows_of

MOST_BUCKETS = 60
MINUTE, HOUR, DAY = 60, 3_600, 86_400
STEPS_S = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 28 * DAY, 364 * DAY)
SAMPLED_ROWS = 40_000  # shared among a row itself and what its condition weighs


@dataclass(frozen=True)
class Histogram:
    """`counts` of each bucket by status; buckets begin at `edges` and the last ends at `end`.

    Where it is `sampled`, the counts are estimates from some pages of the table.
    """

    edges: list[datetime]
    end: datetime | None
    counts: list[Counter[str]]
    sampled: bool


EMPTY = Histogram([], None, [], False)


def histogram(question: Question) -> Histogram:
    """Over the time that the question names, or from the oldest session to the newest. Raises TooSlow."""
    if not question.lanes:
        return EMPTY
    with bounded():
        start, end = _range(question)
        if start is None or end is None or start > end:
            return EMPTY
        edges = _edges(start, end, question)
        (rows, params), share = _rows(question)
        return Histogram(edges[:-1], edges[-1], _counts(edges, rows, params, share), share < 1)


def _range(question: Question) -> tuple[datetime | None, datetime | None]:
    found = Session.objects.filter(between(question)).order_by().aggregate(Min("started_at"), Max("started_at"))
    return found["started_at__min"], found["started_at__max"]


def _edges(start: datetime, end: datetime, question: Question) -> list[datetime]:
    """Round ones in the reader's zone, one after the end too."""
    seconds = (end - start).total_seconds()
    step_s = next((step for step in STEPS_S if seconds / step < MOST_BUCKETS - 1), STEPS_S[-1])
    local = start.astimezone(question.zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    edges = [midnight.astimezone(UTC)]
    while edges[-1] <= end:
        if step_s < DAY:
            edges.append(edges[-1] + timedelta(seconds=step_s))
        else:
            edges.append((midnight + len(edges) * timedelta(seconds=step_s)).astimezone(UTC))
    return edges[max(bisect_right(edges, start) - 1, 0) :]


def _rows(question: Question) -> tuple[Sql, float]:
    """The rows to count, and which share of all they are."""
    most = WALKED // question.weight
    if not is_long(question, Stretch(), most):
        return rows_of(question, Stretch(), "status", rows=most), 1
    anchor = few_known(question)
    return _sample(question) if anchor is None else (known_of(question, Stretch(), anchor, "status", rows=LOOKED_UP), 1)


def _sample(question: Question) -> tuple[Sql, float]:
    """Some pages of the table, the same each time."""
    table = connection.ops.quote_name(Session._meta.db_table)
    share = min(SAMPLED_ROWS / (1 + question.weight) / rows_in_table(), 0.5)
    hit = ExpressionWrapper(question.condition, BooleanField())
    rows = Session.objects.annotate(hit=hit).filter(between(question)).order_by()
    sql, params = rows.values_list("started_at", "id", "status", "hit").query.sql_with_params()
    sampled = f"FROM {table} TABLESAMPLE SYSTEM ({100 * share:.4f}) REPEATABLE (9)"
    return (sql.replace(f"FROM {table}", sampled, 1), list(params)), share


def _counts(edges: list[datetime], rows: str, params: list[Any], share: float) -> list[Counter[str]]:
    counts: list[Counter[str]] = [Counter() for _ in edges[:-1]]
    statement = f"""
        SELECT width_bucket(started_at, %s::timestamptz[]) - 1, status, count(*) FROM ({rows}) met WHERE hit
        GROUP BY 1, 2
    """  # noqa: S608 (SQL that Django made)
    with connection.cursor() as cursor:
        cursor.execute(statement, [edges, *params])
        for bucket, status, count in cursor.fetchall():
            if 0 <= bucket < len(counts):
                counts[bucket][status] += round(count / share)
    return counts
