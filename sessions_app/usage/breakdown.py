"""Usage by period and by the values of a split: from the sums where they have it, else from the sessions themselves.

Both give the same numbers. The sums, the journal of what changed since and the sessions that are not settled are read
in one statement, so that nothing that is folded in meanwhile is missed or counted twice.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from operator import add
from typing import Any

from django.db import connection

from sessions_app.models import Session
from sessions_app.models.token import token_of
from sessions_app.query import Term, matching

from .cover import DAY, QUARTER, Cover
from .keys import Keys, Names, read_keys
from .limits import ALONE, GROUPING, limited
from .periods import Periods
from .settled import are_long, settled_amounts
from .splits import Key, Split
from .spread import Sql, rows_of, settled_between, spread, table_of, unsettled_before
from .summed import From, Summed, stored_by

Cells = dict[int, int]
Rows = dict[Keys, Cells]
NOT_SET: Keys = (None,)
OF_VALUES = {From.VALUES, From.VALUES_AT_EDGES}
AT_EDGES = {From.VALUES_AT_EDGES, From.ALL_AT_EDGES, From.SESSIONS_AT_EDGES}
NOT_SET_TEXT = {1: "NULL", 2: "'[null, null]'"}


@dataclass(frozen=True)
class Review:
    """What is asked: which of AMOUNTS, over which periods, split by what, of which sessions that `user` may see.

    Split by two, each pair is a key. What runs is counted until `as_of`.
    """

    amount: str
    periods: Periods
    splits: tuple[Split, ...]
    user: object
    as_of: datetime
    terms: tuple[Term, ...] = ()
    zone: tzinfo = UTC

    @property
    def sessions(self) -> Any:
        return matching(Session.objects.visible_to(self.user), list(self.terms), self.zone)

    @property
    def is_quick(self) -> bool:
        """Whether the sums tell it, and the keys are not many."""
        return self.cover is not None and self.cover.step == QUARTER

    @cached_property
    def cover(self) -> Cover | None:
        """What of the sums makes up its periods; None where they do not have it."""
        step = stored_by(self.splits[0]) if self.may_be_summed else None
        if step is None or (step == DAY and self.periods.by == "hour"):
            return None
        return Cover(self.periods, step)

    @property
    def may_be_summed(self) -> bool:
        """The sums know the whole, and of projects and accounts also parts of it."""
        if self.terms or len(self.splits) != 1:
            return False
        (split,) = self.splits
        return split.is_summable and (token_of(self.user) is None or split.is_place)


@dataclass
class Breakdown:
    """{keys, one for each split: {period from 0: amount}}, only of what is not nought."""

    review: Review
    rows: Rows = field(default_factory=dict)

    @property
    def totals(self) -> Cells:
        totals: Cells = defaultdict(int)
        for cells in self.rows.values():
            for period, amount in cells.items():
                totals[period] += amount
        return totals


@dataclass(frozen=True)
class Piece:
    """A part of what the sums say of a key: period by period its number, from 0, and each amount that was asked for.

    `sign` is -1 where it is taken away. What is at an edge counts the other way in the period after.
    """

    keys: Keys
    numbers: list[int]
    is_at_edge: bool
    sign: int = 1


def breakdown(review: Review) -> Breakdown:
    """Raises TooSlow."""
    pieces = _pieces(review, (review.amount,))
    if pieces is not None:
        return Breakdown(review, _named(review, _from_sums(pieces)))
    with limited(GROUPING):
        found = _from_sessions(review)
    return Breakdown(review, _named(review, found))


def sums(review: Review, names: tuple[str, ...]) -> dict[Keys, list[int]] | None:
    """By key these amounts of the whole range, from one moment; None where the sums do not have it. Raises TooSlow."""
    pieces = _pieces(review, names)
    if pieces is None:
        return None
    found: dict[Keys, list[int]] = {}
    for piece in pieces:
        amounts = _of_range(piece, len(names), len(review.periods))
        found[piece.keys] = list(map(add, found[piece.keys], amounts)) if piece.keys in found else amounts
    called = Names(review.splits, found)
    named: dict[Keys, list[int]] = {}
    for keys, amounts in found.items():
        if any(amounts):
            name = called.named(keys)
            named[name] = list(map(add, named[name], amounts)) if name in named else amounts
    return named


def _pieces(review: Review, names: tuple[str, ...]) -> list[Piece] | None:
    """None where the sums do not have it. Of metadata they have values only, and all: the rest is "not set"."""
    cover = review.cover
    if cover is None:
        return None
    (split,) = review.splits
    with limited(ALONE):
        rows = _fetched(*Summed(split, names, cover, review.sessions, review.user, review.as_of).statement())
    found: list[Piece] = []
    holds = False
    for kind, text, packed in rows:
        if kind == From.SUMMED:
            holds = packed == "1"
            continue
        numbers = [int(number) for number in packed.split()]
        found.append(Piece(read_keys(text, 1), numbers, kind in AT_EDGES))
        if split.path and kind in OF_VALUES:
            found.append(Piece(NOT_SET, numbers, kind in AT_EDGES, sign=-1))
    return found if holds else None


def _from_sums(pieces: list[Piece]) -> Rows:
    found: Rows = defaultdict(lambda: defaultdict(int))
    for piece in pieces:
        cells, sign = found[piece.keys], piece.sign
        for period, amount in zip(piece.numbers[::2], piece.numbers[1::2], strict=True):
            cells[period] += sign * amount
            if piece.is_at_edge:
                cells[period + 1] -= sign * amount
    return found


def _of_range(piece: Piece, amounts: int, periods: int) -> list[int]:
    """What the piece adds to the range as a whole, of each amount."""
    found, step = [0] * amounts, amounts + 1
    for place in range(0, len(piece.numbers), step):
        period = piece.numbers[place]
        times = (0 <= period < periods) - (piece.is_at_edge and 0 <= period + 1 < periods)
        if times:
            of_period = piece.numbers[place + 1 : place + step]
            found = [one + times * piece.sign * amount for one, amount in zip(found, of_period, strict=True)]
    return found


def _from_sessions(review: Review) -> Rows:
    """Each session is looked at."""
    key, gone = of_removed(review, (review.amount,))
    branches = [*_settled_or_not(review), *((of_one_period(key, sql), params) for sql, params in gone)]
    statement = " UNION ALL ".join(sql for sql, _ in branches)
    found: Rows = defaultdict(lambda: defaultdict(int))
    by_text: dict[str | None, Cells] = {}
    for text, first, amount, next_amount, third in _fetched(
        statement, [one for _, params in branches for one in params]
    ):
        if (cells := by_text.get(text)) is None:
            cells = by_text[text] = found[read_keys(text, len(review.splits))]
        cells[first - 1] += int(amount or 0)
        if next_amount:
            cells[first] += int(next_amount)
        if third:
            cells[first + 1] += int(third)
    return found


def _settled_or_not(review: Review) -> list[Sql]:
    """SQL of (key, first period, amounts of it and of the next two)."""
    key, table, periods = key_of(review.splits), table_of(review.sessions), review.periods
    unsettled = rows_of(table, key, unsettled_before(periods.end, review.as_of))
    if are_long(periods):
        return [settled_amounts(table, key, review.amount, periods), _spread(review, unsettled)]
    settled = rows_of(table, key, settled_between(periods.start, periods.end))
    return [_spread(review, settled), _spread(review, unsettled)]


def _spread(review: Review, rows: Sql) -> Sql:
    sql, params = spread(rows, (review.amount,), review.periods.borders, review.as_of)
    return of_one_period("key::text", sql), params


def of_removed(review: Review, names: tuple[str, ...]) -> tuple[str, list[Sql]]:
    """SQL of a key as text, and of (key, period, these amounts) of removed sessions in which it has a meaning.

    Of them only sums are known; where they do not tell what is asked, the whole of them is "not set".
    """
    if review.terms:
        return "NULL", []
    are_told = review.may_be_summed
    split, key = (review.splits[0], "key::text") if are_told else (Split("project"), NOT_SET_TEXT[len(review.splits)])
    return key, Summed(split, names, Cover(review.periods), review.sessions, review.user, review.as_of).removed()


def of_one_period(key: str, sql: str) -> str:
    columns = f"{key}, period, amount::text, NULL, NULL"
    return f"SELECT {columns} FROM ({sql}) AS single (key, period, amount)"  # noqa: S608 (SQL of ours)


def key_of(splits: tuple[Split, ...]) -> Key:
    if len(splits) == 1:
        return splits[0].key()
    keys = [split.key() for split in splits]
    return f"jsonb_build_array({', '.join(sql for sql, _ in keys)})", [one for _, params in keys for one in params]


def _fetched(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _named(review: Review, rows: Rows) -> Rows:
    """By what people call them, without what is nought or no period's."""
    names, last = Names(review.splits, rows), len(review.periods)
    found: Rows = {}
    for keys, cells in rows.items():
        if left := {period: amount for period, amount in cells.items() if amount and 0 <= period < last}:
            name = names.named(keys)
            found[name] = added(found[name], left) if name in found else left
    return found


def added(some: Cells, more: Cells) -> Cells:
    return {period: some.get(period, 0) + more.get(period, 0) for period in some.keys() | more.keys()}
