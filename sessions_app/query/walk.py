"""Looking for what a question means, newest first, within a bounded number of rows whatever the question is.

Nothing here hopes for the planner. A first short walk along the index finds what is common; where that is not enough
and an index knows all that can match, at most `LOOKED_UP` rows of it are taken; else the walk goes on to `WALKED` rows.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db import OperationalError, connection, transaction
from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, F, Q, TextField, Value
from psycopg.errors import QueryCanceled

from sessions_app.models import Session

from .holds import holds
from .question import Question
from .values import FIRST, LAST

WALKED = 50_000
FIRST_WALK = 2_000
SCATTERED_WALK = 15_000  # where two rows of the walk rarely lie on the same page
LOOKED_UP = 4_000
COUNTED = 10_000
TIMEOUT_MS = 3_000

# The order of the index is the order of the walk, and one process for one reader.
SETTINGS = {
    "statement_timeout": str(TIMEOUT_MS),
    "enable_seqscan": "off",
    "max_parallel_workers_per_gather": "0",
    "work_mem": "16MB",
}


class TooSlow(Exception):
    """The database gave up: too much else goes on, or the query has more conditions than is good for it."""


@dataclass(frozen=True)
class Place:
    """A session's place in the order of time. `passed` matches lie before it."""

    started_at: datetime
    session_id: str
    passed: int = 0

    @classmethod
    def of(cls, session: Session, passed: int = 0) -> Self:
        return cls(session.started_at, session.id, passed)

    @property
    def older(self) -> Q:
        return self._beyond("<")

    @property
    def newer(self) -> Q:
        return self._beyond(">")

    def _beyond(self, compare: str) -> Q:
        """As one comparison of pairs, the index also tells apart what started at the same moment."""
        here = Value(self.started_at, DateTimeField()), Value(self.session_id, TextField())
        return holds(f"(({{0}}, {{1}}) {compare} ({{2}}, {{3}}))", F("started_at"), F("id"), *here)


@dataclass
class Found:
    """`ids` of the newest matches; `count` of all that were met; `edge`, where the search stopped, None at its end."""

    ids: list[str]
    count: int
    edge: Place | None

    def __add__(self, further: "Found") -> "Found":
        return Found(self.ids + further.ids, self.count + further.count, further.edge)


@dataclass(frozen=True)
class Stretch:
    """Where to look: after one place, or from one on (`top`), or only what is newer than one."""

    after: Place | None = None
    top: Place | None = None
    above: Place | None = None

    @property
    def condition(self) -> Q:
        found = Q()
        if self.after:
            found &= self.after.older
        if self.top:
            found &= ~self.top.newer
        if self.above:
            found &= self.above.newer
        return found


def search(question: Question, stretch: Stretch, most: int, counted: int = COUNTED, walked: int = WALKED) -> Found:
    """The newest `most` matches, and how many there are, counted to a little past `counted`. Raises TooSlow."""
    if not question.lanes:
        return Found([], 0, None)
    counted = max(counted + 1, most)
    with bounded():
        found = walk(question, stretch, min(FIRST_WALK, walked), most, counted)
        if found.edge is None or found.count >= counted or walked <= FIRST_WALK:
            return found
        if len(found.ids) < most and (known := look_up(question, stretch, most)):
            return known
        further = Stretch(found.edge, above=stretch.above)
        rows = min(walked, SCATTERED_WALK) if is_scattered(question, stretch, found.edge) else walked
        return found + walk(question, further, rows - FIRST_WALK, most - len(found.ids), counted - found.count)


@contextmanager
def bounded() -> Iterator[None]:
    """The settings of a search. Raises TooSlow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            calls = ", ".join("set_config(%s, %s, true)" for _ in SETTINGS)
            cursor.execute(f"SELECT {calls}", [word for setting in SETTINGS.items() for word in setting])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise


def rows_of(question: Question, stretch: Stretch, *columns: str, rows: int, skipped: int = 0) -> tuple[str, list[Any]]:
    """SQL of the rows that are walked, newest first, matching or not: `started_at`, `id` and `columns`, and `hit`."""
    hit = ExpressionWrapper(question.condition, BooleanField())
    base = Session.objects.filter(stretch.condition & between(question)).annotate(hit=hit)
    order = ("-started_at", "-id")
    lanes = [
        base.filter(**lane).values_list("started_at", "id", "hit", *columns).order_by(*order)[: skipped + rows]
        for lane in question.lanes
    ]
    walked = lanes[0] if len(lanes) == 1 else lanes[0].union(*lanes[1:], all=True).order_by(*order)
    sql, params = walked[skipped : skipped + rows].query.sql_with_params()
    return sql, list(params)


def between(question: Question) -> Q:
    start, end = question.span
    return Q(*([Q(started_at__gte=start)] if start > FIRST else []), *([Q(started_at__lte=end)] if end < LAST else []))


def walk(question: Question, stretch: Stretch, rows: int, most: int, counted: int) -> Found:
    """Along so many rows at most, until `counted` matches."""
    walked, of_walked = rows_of(question, stretch, rows=rows)
    last, of_last = rows_of(question, stretch, rows=1, skipped=rows - 1)
    statement = f"""
        WITH hits AS MATERIALIZED (SELECT started_at, id FROM ({walked}) walked WHERE hit LIMIT %s)
        SELECT ARRAY(SELECT id FROM hits LIMIT %s), hit.count, edge.started_at, edge.id
        FROM (SELECT count(*) FROM hits) hit LEFT JOIN LATERAL (
            (SELECT started_at, id FROM hits WHERE hit.count >= %s OFFSET %s)
            UNION ALL
            (SELECT started_at, id FROM ({last}) last WHERE hit.count < %s)
        ) edge ON true
    """  # noqa: S608 (SQL that Django made)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*of_walked, counted, max(most, 0), counted, counted - 1, *of_last, counted])
        ids, count, started_at, session_id = cursor.fetchone()
    return Found(ids, count, Place(started_at, session_id) if session_id is not None else None)


def is_scattered(question: Question, stretch: Stretch, edge: Place) -> bool:
    """Whether more than two of three sessions of the time walked so far lie outside the walk's lanes."""
    if question.lanes == [{}]:
        return False
    passed = Session.objects.filter(stretch.condition & ~edge.older, between(question))
    return passed.order_by("-started_at", "-id")[: 3 * FIRST_WALK + 1].count() > 3 * FIRST_WALK


def look_up(question: Question, stretch: Stretch, most: int) -> Found | None:
    """All of it from an index, None where no index knows, or where there are too many."""
    if question.anchor is None:
        return None
    met = question.condition & stretch.condition & between(question)
    known = Session.objects.filter(question.anchor).annotate(hit=ExpressionWrapper(met, BooleanField()))
    sql, params = known.values_list("started_at", "id", "hit").order_by()[: LOOKED_UP + 1].query.sql_with_params()
    statement = f"""
        WITH known AS MATERIALIZED ({sql})
        SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM known WHERE hit),
            ARRAY(SELECT id FROM known WHERE hit ORDER BY started_at DESC, id DESC LIMIT %s)
    """  # noqa: S608 (SQL that Django made)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, most])
        looked_up, count, ids = cursor.fetchone()
    return Found(ids, count, None) if looked_up <= LOOKED_UP else None
