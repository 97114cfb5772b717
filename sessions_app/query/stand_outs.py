"""What some sessions have more often than the others of the same time."""

import json
import math
from collections import Counter
from dataclasses import dataclass, fields
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any, Self

import msgspec
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q

from sessions_app.models import Project, Session, User
from sessions_app.models.session import SessionQuerySet

from .facets import COLUMNS, texts_by_path
from .question import Question
from .ranges import stretch
from .search import bounded, newest
from .terms import Path, field_term, metadata_term, write_path
from .values import FIRST
from .walk import NEWEST_FIRST, Sql, between

READ = 8_000  # sessions, of both sides together
THIN = 500  # a side with fewer in a sample is read by itself
READ_ALONE = 3_000
MOST_OF_TABLE = 0.1  # that a sample reads
ON_A_PAGE = 12  # sessions of a sample that started at nearly the same time

FEWEST = 5  # sessions of the selection with the value
SIGNIFICANT = 3.0  # standard deviations: one in 700 by chance
LEAST_DIFFERENCE = 0.01
MOST_FOUND = 20

READ_COLUMNS = ("started_at", *COLUMNS.values(), "user_metadata")
Key = tuple[str, Path]  # a field's name, or "metadata" and the path
METADATA = "metadata"
HOUR: Key = ("hour", ())
Feature = tuple[Key, Any]  # and what is stored
Row = tuple[Any, ...]  # READ_COLUMNS, metadata as JSON


@dataclass(frozen=True)
class StandOut:
    """`count` of `of` selected sessions have it, and `rest_count` of the `rest_of` others.

    `key` and `value` are for people; `term` finds it, "" where the language has none: an hour of the day.
    """

    key: str
    value: str
    term: str
    count: int
    of: int
    rest_count: int
    rest_of: int

    @property
    def share(self) -> float:
        return self.count / self.of

    @property
    def share_of_rest(self) -> float:
        return self.rest_count / self.rest_of


@dataclass(frozen=True)
class Compared:
    """`found`, the greatest difference of share first, among `of` selected sessions and `rest_of` others.

    Where it is `sampled`, there were more than these.
    """

    found: list[StandOut]
    of: int
    rest_of: int
    sampled: bool


@dataclass(frozen=True)
class Rest(Question):
    """The same question without what another means."""

    selection: Question

    @cached_property
    def condition(self) -> Q:
        return super().condition & ~self.selection.condition

    @property
    def weight(self) -> int:
        return self.selection.weight


@dataclass(frozen=True)
class Comparison:
    """The sessions of `selection` against `rest`; `all` are both.

    Of the keys that are `named` the selection is made: that their values stand out is no news.
    """

    all: Question
    selection: Question
    named: set[Key]
    is_of_same_time: bool = True

    @classmethod
    def of_query(cls, question: Question) -> Self | None:
        """What the question means against the others of its time; None where it speaks of nothing but time."""
        span = [term for term in question.terms if term.kind == "started"]
        named = {(term.kind, term.path) for term in question.terms if term.kind != "started"}
        return cls(question.only(*span), question, named) if named else None

    @classmethod
    def of_part(cls, question: Question, start: datetime | None, end: datetime | None) -> Self:
        """The part from `start` on and before `end` against what else the question means."""
        part = question.only(*question.terms, *stretch(start, end, question.zone))
        return cls(question, part, {HOUR}, is_of_same_time=False)

    @property
    def rest(self) -> Question:
        of_all = {field.name: getattr(self.all, field.name) for field in fields(Question)}
        return Rest(**of_all, selection=self.selection)


def stand_outs(comparison: Comparison) -> Compared:
    """Over all sessions of the time where those are few, else over a sample. Raises TooSlow."""
    with bounded():
        selected, others, sampled = _sides(comparison)
    alike = ON_A_PAGE if sampled else 1
    found = _differing(comparison, selected, others, alike) if selected and others else []
    return Compared(found, len(selected), len(others), sampled)


def _sides(comparison: Comparison) -> tuple[list[Row], list[Row], bool]:
    """Both sides' rows, and whether there are more."""
    of_time = Session.objects.filter(between(comparison.all)).order_by()
    sampled = of_time.order_by(*NEWEST_FIRST)[READ : READ + 1].exists()
    rows = _read(_sample(comparison, of_time) if sampled else _flagged(comparison, of_time))
    selected, others = ([row[1:] for row in rows if (row[0] is True) is flag] for flag in (True, False))
    if not sampled:
        return selected, others, False
    selected, since = _thick(selected, comparison.selection)
    others, others_since = _thick(others, comparison.rest)
    if comparison.is_of_same_time:
        oldest = max(since, others_since)
        selected, others = ([row for row in side if row[0] >= oldest] for side in (selected, others))
    return selected, others, True


def _thick(side: list[Row], question: Question) -> tuple[list[Row], datetime]:
    """The newest of that side instead, where a sample has few of it; and since when that is all of them."""
    if len(side) >= THIN:
        return side, FIRST
    rows = _read(newest(question, *READ_COLUMNS, most=READ_ALONE)) if question.lanes else []
    return rows, min(row[0] for row in rows) if len(rows) == READ_ALONE else FIRST


def _flagged(comparison: Comparison, of_time: SessionQuerySet) -> Sql:
    """SQL of the rows of both sides, with whether they are selected before."""
    flags = {
        "hit": ExpressionWrapper(comparison.all.condition, BooleanField()),
        "selected": ExpressionWrapper(comparison.selection.condition, BooleanField()),
    }
    sql, params = of_time.annotate(**flags).values_list("hit", "selected", *READ_COLUMNS).query.sql_with_params()
    return f"SELECT selected, {', '.join(READ_COLUMNS)} FROM ({sql}) met WHERE hit", list(params)  # noqa: S608


def _sample(comparison: Comparison, of_time: SessionQuerySet) -> Sql:
    """The same from some pages of the table, the same each time."""
    expected = json.loads(of_time.explain(format="json"))[0]["Plan"]["Plan Rows"]
    per_cent = 100 * min(READ / comparison.selection.weight / max(expected, 1), MOST_OF_TABLE)
    table = connection.ops.quote_name(Session._meta.db_table)
    sql, params = _flagged(comparison, of_time)
    return sql.replace(f"FROM {table}", f"FROM {table} TABLESAMPLE SYSTEM ({per_cent:.4f}) REPEATABLE (9)", 1), params


def _read(statement: Sql) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(*statement)
        return cursor.fetchall()


def _differing(comparison: Comparison, selected: list[Row], others: list[Row], alike: int) -> list[StandOut]:
    """The hours of sessions are alike where these lie together; so are runs: in a sample one page says nothing."""
    fewest = max(FEWEST, alike + 1) if len(selected) >= THIN else FEWEST
    counts, rest = (_counted(rows, comparison.all.zone) for rows in (selected, others))
    found = []
    for key in counts.keys() - comparison.named:
        of_rest, alike_here = rest.get(key, Counter()), alike if key == HOUR else 1
        for stored, count in counts[key].items():
            numbers = count, len(selected), of_rest[stored], len(others)
            if stored is not None and count >= fewest and is_more(*numbers, alike=alike_here):
                found.append(((key, stored), numbers))
    found.sort(key=lambda one: (-difference(*one[1]), -one[1][0], str(one[0])))
    names = _names([feature for feature, _ in found[:MOST_FOUND]])
    return [StandOut(*_in_words(feature, names), *numbers) for feature, numbers in found[:MOST_FOUND]]


def difference(count: int, of: int, rest_count: int, rest_of: int) -> float:
    """Of the shares."""
    return count / of - rest_count / rest_of


def is_more(count: int, of: int, rest_count: int, rest_of: int, alike: int = 1) -> bool:
    """Whether the first share is greater, by more than chance makes it (two-proportion z-test).

    `alike` sessions count as one where they were not picked one by one.
    """
    if difference(count, of, rest_count, rest_of) < LEAST_DIFFERENCE:
        return False
    share = (count + rest_count) / (of + rest_of)
    spread = math.sqrt(alike * share * (1 - share) * (1 / of + 1 / rest_of))
    return difference(count, of, rest_count, rest_of) >= SIGNIFICANT * spread


def _counted(rows: list[Row], zone: tzinfo) -> dict[Key, Counter[Any]]:
    """The hours of their starts, and what they have that a term can name."""
    moments, *columns, metadata = zip(*rows, strict=True)
    counts = {HOUR: Counter(moment.astimezone(zone).hour for moment in moments)}
    counts |= {(name, ()): Counter(column) for name, column in zip(COLUMNS, columns, strict=True)}
    documents = msgspec.json.decode(f"[{','.join(metadata)}]")
    return counts | {(METADATA, path): Counter(texts) for path, texts, _ in texts_by_path(documents)}


def _names(features: list[Feature]) -> dict[Feature, str]:
    """Of projects and people."""
    stored = {name: [one for (kind, _), one in features if kind == name] for name in ("project", "by")}
    projects = Project.objects.filter(pk__in=stored["project"]).values_list("pk", "name")
    people = User.objects.filter(pk__in=stored["by"]).values_list("pk", "username")
    return {(("project", ()), pk): name for pk, name in projects} | {(("by", ()), pk): name for pk, name in people}


def _in_words(feature: Feature, names: dict[Feature, str]) -> tuple[str, str, str]:
    """The key, the value and the term."""
    (kind, path), stored = feature
    if kind == METADATA:
        return write_path(path), stored, metadata_term(path, stored)
    if (kind, path) == HOUR:
        return kind, f"{stored:02}:00", ""
    name = names.get(feature, str(stored))
    return kind, name, field_term(kind, name if kind == "by" else stored)
