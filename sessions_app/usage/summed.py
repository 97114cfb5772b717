"""Reading the sums: one statement over what is stored, the journal, what is not settled, and the edges of the range."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import connection

from sessions_app.models import Project
from sessions_app.models.session import SessionQuerySet
from sessions_app.models.token import token_of

from .amounts import KEPT_AS
from .cover import DAY, Cover, Part
from .splits import MOST_SPLITS, STORED_PLACES, Split
from .spread import Sql, rows_of, settled_within, spread, table_of, unsettled_before

#: How many minutes the shortest stretches last that are stored of a split, 0 where none are, or minutes are rounded
#: otherwise in the sums. Of one that is not known there never was a value; once the sums have as many splits as they
#: may, it may be one that they left out.
STORED_BY = f"""
SELECT CASE WHEN rounded_otherwise THEN 0 ELSE coalesce(minutes, 15 * (splits < {MOST_SPLITS})::int) END
FROM (
    SELECT bool_or(round_minutes <> %s) AS rounded_otherwise, count(*) AS splits,
           max(CASE WHEN NOT is_summed THEN 0 WHEN has_quarters THEN 15 ELSE 1440 END)
               FILTER (WHERE name = %s AND path = %s::text[]) AS minutes
    FROM sessions_app_usagesplit WHERE NOT of_removed
) AS stored
"""  # noqa: S608 (a number of ours)
#: Part by part along the primary key: left to the planner, each part would be compared with each row, and all keys read
#: for each part. The sums of removed sessions are added.
CELLS = """
SELECT key_id, period, {names} FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::int[], %s::int[])
    AS part (since, until, period, sign),
LATERAL (
    SELECT key_id, {sums} FROM sessions_app_{table} AS stored
    WHERE start >= since AND start < until AND stored.split_id = ANY(ARRAY(
        SELECT id FROM sessions_app_usagesplit
        WHERE name = %s AND path = %s::text[] AND is_summed AND of_removed >= {of_removed}
    ))
    GROUP BY key_id
) AS stored
"""
KEYED = """
SELECT {key}, {columns} FROM ({cells}) AS cell,
LATERAL (SELECT value FROM sessions_app_usagekey WHERE id = cell.key_id OFFSET 0) AS key WHERE {narrowed}
"""
#: All of a key in one text, from which Python has the numbers much sooner than from a row for each: a period, from 0,
#: and its amounts, then the next one.
PACKED = """
SELECT {key}, string_agg(concat_ws(' ', period - 1, {names}), ' ') AS packed
FROM ({cells}) AS cell ({key}, period, {names}) GROUP BY {key}
"""
#: What an edge takes from the next period.
AT_EDGES = """
SELECT key, period + later, {signed}
FROM ({sql}) AS edge (key, period, {names}), (VALUES (0, 1), (1, -1)) AS next (later, sign)
"""
#: What has a value is not "not set".
AND_THE_REST = """
SELECT CASE sign WHEN 1 THEN key END, period, {signed}
FROM ({sql}) AS kept (key, period, {names}), (VALUES (1), (-1)) AS either (sign)
"""
#: What single sessions add between the borders and where they were moved to.
ENDS = """
SELECT key, number, {names}
FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::int[], %s::int[]) AS part (since, until, number, sign),
LATERAL ({spread}) AS single (key, period, {names})
"""
TABLES = {"days": "usageday", "quarters": "usagequarter", "edges": "usagequarter"}


class From(StrEnum):
    """Where a row of the statement comes from. Edges count in two periods; `SUMMED` says whether the sums hold."""

    SESSIONS = "sessions"
    SESSIONS_AT_EDGES = "sessions at edges"
    VALUES = "values"
    VALUES_AT_EDGES = "values at edges"
    ALL = "all"
    ALL_AT_EDGES = "all at edges"
    SUMMED = "summed"


def stored_by(split: Split) -> timedelta | None:
    """How long the shortest stretches are that are stored of a split: QUARTER, DAY; None where it is not summed."""
    with connection.cursor() as cursor:
        cursor.execute(STORED_BY, asked_of(split))
        return timedelta(minutes=cursor.fetchone()[0]) or None


def asked_of(split: Split) -> list[Any]:
    return [settings.ROUND_MINUTES, split.summed_as, list(split.path)]


@dataclass(frozen=True)
class Summed:
    """What is read: the amounts of these `names`. `sessions` are those that `user` may see."""

    split: Split
    names: tuple[str, ...]
    cover: Cover
    sessions: SessionQuerySet
    user: object
    as_of: datetime

    def statement(self) -> Sql:
        """SQL of (where from, key, cells as PACKED has them). One row is from SUMMED: 1 where the sums have the split.

        Of metadata the sums have values only: what is "not set" is the rest of ALL.
        """
        values = self._stored(self.split, From.VALUES, From.VALUES_AT_EDGES)
        whole = self._stored(Split("all"), From.ALL, From.ALL_AT_EDGES) if self.split.path else []
        single = [(From.SESSIONS, self._journal()), (From.SESSIONS, self._unsettled())]
        ends = [(From.SESSIONS_AT_EDGES, self._ends())] if self.cover.ends else []
        branches = [*values, *whole, *((kind, self._packed("key", cells)) for kind, cells in (*single, *ends))]
        selects = [f"SELECT '{kind}', key::text, packed FROM ({sql}) AS b (key, packed)" for kind, (sql, _) in branches]  # noqa: S608
        selects.append(f"SELECT '{From.SUMMED}', NULL, (({STORED_BY}) = %s)::int::text")
        params = [param for _, (_, of_branch) in branches for param in of_branch]
        minutes = self.cover.step // timedelta(minutes=1)
        return " UNION ALL ".join(selects), [*params, *asked_of(self.split), minutes]

    @property
    def columns(self) -> str:
        return ", ".join(self.names)

    def removed(self) -> list[Sql]:
        """SQL of (key, period, amounts) of removed sessions alone, none where nothing stored lies in the periods.

        Of metadata the sums have values only, as above.
        """
        values = self._removed(self.split)
        if not self.split.path:
            return values
        return [*(self._signed(AND_THE_REST, one) for one in values), *self._removed(Split("all"))]

    def _removed(self, split: Split) -> list[Sql]:
        cells = self._cells(split, From.VALUES, From.VALUES_AT_EDGES, of_removed=True)
        keyed = [(kind, self._keyed(split, one, f"period, {self.columns}")) for kind, one in cells]
        return [self._signed(AT_EDGES, one) if kind == From.VALUES_AT_EDGES else one for kind, one in keyed]

    def _signed(self, statement: str, cells: Sql) -> Sql:
        sql, params = cells
        signed = ", ".join(f"sign * {name}" for name in self.names)
        return statement.format(sql=sql, names=self.columns, signed=signed), params

    def _stored(self, split: Split, within: From, at_edges: From) -> list[tuple[From, Sql]]:
        cells = self._cells(split, within, at_edges)
        return [(kind, self._keyed(split, self._packed("key_id", one), "packed")) for kind, one in cells]

    def _cells(self, split: Split, within: From, at_edges: From, of_removed: bool = False) -> list[tuple[From, Sql]]:
        """Of a split that is stored by days the ends tell the edges, but those of removed sessions."""
        kinds = {"days": within, "quarters": within, "edges": at_edges}
        only_removed = {"edges": of_removed or self.cover.step == DAY}
        return [
            (kinds[which], self._sums(split, TABLES[which], parts, only_removed.get(which, of_removed)))
            for which in TABLES
            if (parts := getattr(self.cover, which))
        ]

    def _sums(self, split: Split, table: str, parts: list[Part], of_removed: bool) -> Sql:
        sums = ", ".join(f"sum(sign * {KEPT_AS.get(name, name)}) AS {name}" for name in self.names)
        sql = CELLS.format(names=self.columns, sums=sums, table=table, of_removed=of_removed)
        return sql, [*columns_of(parts), split.summed_as, list(split.path)]

    def _keyed(self, split: Split, cells: Sql, columns: str) -> Sql:
        """With keys for their numbers."""
        narrowed, of_user = narrowing(self.user, "(value ->> 0)", "(value ->> 1)::bigint")
        key = STORED_PLACES.get(split.name, "key.value")
        sql, params = cells
        return KEYED.format(key=key, columns=columns, cells=sql, narrowed=narrowed), [*params, *of_user]

    def _packed(self, key: str, cells: Sql) -> Sql:
        sql, params = cells
        return PACKED.format(key=key, names=self.columns, cells=sql), params

    def _journal(self) -> Sql:
        """With the borders that the sums have."""
        narrowed = narrowing(self.user, "project_id", "account_id")
        table: Sql = ("sessions_app_usagechange", [])
        rows = rows_of(table, self.split.key(), narrowed, sign="sign", known_end="known_end")
        return spread(rows, self.names, self.cover.borders, self.as_of)

    def _unsettled(self) -> Sql:
        periods = self.cover.periods
        rows = rows_of(table_of(self.sessions), self.split.key(), unsettled_before(periods.end, self.as_of))
        return spread(rows, self.names, periods.borders, self.as_of)

    def _ends(self) -> Sql:
        """Of settled sessions, as everything that is not stored yet."""
        within: Sql = (settled_within("part.since", "part.until"), [])
        rows = rows_of(table_of(self.sessions), self.split.key(), within, sign="part.sign")
        sql, params = spread(rows, self.names, "ARRAY[part.since, part.until]", self.as_of)
        return ENDS.format(names=self.columns, spread=sql), [*columns_of(self.cover.ends), *params]


def columns_of(parts: list[Part]) -> list[list[Any]]:
    columns = zip(*((part.start, part.end, part.period, part.sign) for part in parts), strict=True)
    return list(map(list, columns))


def narrowing(user: object, project: str, account: str) -> Sql:
    """As `visible_to` has it for sessions, for tables that only know of project and account."""
    token = token_of(user)
    if token is None:
        return "true", []
    shown = list(Project.objects.visible_to(user).order_by().values_list("pk", flat=True))
    if token.project_ids is not None:
        return f"{project} = ANY(%s)", [shown]
    return f"({account} = %s OR {project} = ANY(%s))", [token.account_id, shown]
