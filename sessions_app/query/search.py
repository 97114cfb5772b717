"""Looking for what a question means, newest first, within a bounded number of rows whatever the question is.

Nothing here hopes for the planner. A first short walk along the index finds what is common; where that is not enough
and an index knows all that can match, at most `LOOKED_UP` rows of it are taken; else the walk goes on, to the end if
that is at most `WALKED` rows away. Among more sessions it stops earlier, so that a million cost hardly more than ten
thousand, which are walked to their end.
"""

import json
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from sessions_app.models import Session
from sessions_app.models.session import SessionQuerySet

from .limits import limited
from .question import Question
from .values import FIRST
from .walk import NEWEST_FIRST, PLACED_BY, Place, Sql, Stretch, between, known_of, last_of, rows_of

WALKED = 50_000
FIRST_WALK = 2_000
AMONG_MORE = 36_000  # shared by a row itself and the weight of its condition
SCATTERED_WALK = 10_000  # where two rows of the walk rarely lie on the same page
LOOKED_UP = 4_000
TOO_MANY = 10 * LOOKED_UP  # by the planner's estimate: the index is not even asked
OFTEN = 10  # matches of the first walk: more than an index is worth asking for
COUNTED = 10_000
TIMEOUT_MS = 3_000

# The order of the index is the order of the walk, and one process for one reader. Pages cost nothing: otherwise the
# planner reads a lane along the whole table where it takes what is frequent for recent.
SETTINGS = {
    "statement_timeout": str(TIMEOUT_MS),
    "enable_seqscan": "off",
    "seq_page_cost": "0",
    "random_page_cost": "0",
    "max_parallel_workers_per_gather": "0",
    "work_mem": "16MB",
}


def bounded() -> AbstractContextManager[None]:
    """The settings of a search. Raises TooSlow."""
    return limited(SETTINGS)


@dataclass
class Found:
    """`ids` of the newest matches; `count` of all that were met; `edge`, where the search stopped, None at its end."""

    ids: list[str]
    count: int
    edge: Place | None

    def __add__(self, further: "Found") -> "Found":
        return Found(self.ids + further.ids, self.count + further.count, further.edge)


def search(question: Question, stretch: Stretch, most: int, counted: int = COUNTED) -> Found:
    """The newest `most` matches, and how many there are, counted to a little past `counted`. Raises TooSlow."""
    if not question.lanes:
        return Found([], 0, None)
    counted = max(counted + 1, most)
    with bounded():
        if question.anchor is None and (question.lanes == [{}] or question.is_only_lanes):
            return walk(question, stretch, rows_at_most(question, stretch), most, counted)
        first = min(FIRST_WALK, WALKED // question.weight)
        found = walk(question, stretch, first, most, counted)
        if found.edge is None or found.count >= counted:
            return found
        if len(found.ids) < min(most, OFTEN) and (known := look_up(question, stretch, most)):
            return known
        further = Stretch(found.edge, above=stretch.above)
        rows = rows_at_most(question, further)
        if rows < WALKED // question.weight and is_scattered(question, stretch, found.edge):
            if len(found.ids) >= most:
                return found
            rows = min(rows, SCATTERED_WALK)
        return found + walk(question, further, max(rows - first, first), most - len(found.ids), counted - found.count)


def walk(question: Question, stretch: Stretch, rows: int, most: int, counted: int) -> Found:
    """Along so many rows at most, until `counted` matches."""
    walked, of_walked = rows_of(question, stretch, rows=rows)
    last, of_last = last_of(question, stretch, rows)
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


def rows_at_most(question: Question, stretch: Stretch) -> int:
    """How many rows may be looked at where their order of time is all that is known."""
    rows = WALKED // question.weight
    if question.is_only_lanes or not is_long(question, stretch, rows):
        return rows
    return AMONG_MORE // (1 + question.weight)


def is_long(question: Question, stretch: Stretch, rows: int) -> bool:
    """Whether more sessions than so many lie ahead; in a table of many times that, it is taken for granted."""
    if question.span[0] == FIRST and not stretch.above and rows_in_table() > 2 * WALKED:
        return True
    return newest_first(question, stretch)[rows : rows + 1].exists()


def rows_in_table() -> float:
    """As it was last counted by VACUUM or ANALYZE; 1 where neither came by yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT greatest(reltuples, 1) FROM pg_class WHERE oid = %s::regclass", [Session._meta.db_table])
        return cursor.fetchone()[0]


def is_scattered(question: Question, stretch: Stretch, edge: Place) -> bool:
    """Whether more than two of three sessions of the time walked so far lie outside the walk's lanes."""
    if question.lanes == [{}]:
        return False
    passed = newest_first(question, stretch).filter(edge.here_and_newer)
    return passed[: 3 * FIRST_WALK + 1].count() > 3 * FIRST_WALK


def newest_first(question: Question, stretch: Stretch) -> SessionQuerySet:
    """All sessions of the question's time, meant or not: to be counted in the index alone."""
    return Session.objects.filter(stretch.condition, between(question)).order_by(*NEWEST_FIRST)


def look_up(question: Question, stretch: Stretch, most: int) -> Found | None:
    """All of it from an index, None where no index knows, or where there are too many."""
    if question.anchor is None or rows_estimated(question.anchor) > TOO_MANY:
        return None
    known, of_known = known_of(question, stretch, question.anchor, rows=LOOKED_UP + 1)
    statement = f"""
        WITH known AS MATERIALIZED ({known})
        SELECT (SELECT count(*) FROM known), (SELECT count(*) FROM known WHERE hit),
            ARRAY(SELECT id FROM known WHERE hit ORDER BY started_at DESC, id DESC LIMIT %s)
    """  # noqa: S608 (SQL that Django made)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*of_known, most])
        looked_up, count, ids = cursor.fetchone()
    return Found(ids, count, None) if looked_up <= LOOKED_UP else None


def rows_estimated(anchor: Q) -> int:
    """By the planner, which knows what is frequent from ANALYZE; where it is wrong, a search takes longer."""
    plan = json.loads(Session.objects.filter(anchor).order_by().explain(format="json"))
    return int(plan[0]["Plan"]["Plan Rows"])


def few_known(question: Question) -> Q | None:
    """The question's anchor where its index knows all that can match and that is little, else None."""
    if question.anchor is None or walk(question, Stretch(), FIRST_WALK, 0, OFTEN).count >= OFTEN:
        return None
    return question.anchor if look_up(question, Stretch(), most=0) else None


def newest(question: Question, *columns: str, most: int) -> Sql:
    """SQL of the newest matches' `columns`, from as many rows as a search looks at.

    To be run within `bounded`. `question.lanes` are not empty.
    """
    anchor = few_known(question)
    more = [column for column in columns if column not in PLACED_BY]
    if anchor is not None:
        rows, params = known_of(question, Stretch(), anchor, *more, rows=LOOKED_UP)
    else:
        rows, params = rows_of(question, Stretch(), *more, rows=rows_at_most(question, Stretch()))
    order = "ORDER BY started_at DESC, id DESC" if anchor is not None else ""
    return f"SELECT {', '.join(columns)} FROM ({rows}) met WHERE hit {order} LIMIT %s", [*params, most]  # noqa: S608
