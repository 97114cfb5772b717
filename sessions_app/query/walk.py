"""The way through the sessions, newest first: where one is, which stretch is walked, the SQL of its rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import BooleanField, DateTimeField, ExpressionWrapper, F, Q, TextField, Value

from sessions_app.models import Session

from .holds import holds
from .question import Question
from .values import FIRST, LAST

NEWEST_FIRST = ("-started_at", "-id")
PLACED_BY = ("started_at", "id")  # what every row of a walk has
Sql = tuple[str, list[Any]]


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
    def here_and_older(self) -> Q:
        return self._beyond("<=")

    @property
    def here_and_newer(self) -> Q:
        return self._beyond(">=")

    @property
    def newer(self) -> Q:
        return self._beyond(">")

    def _beyond(self, compare: str) -> Q:
        """As one comparison of pairs, the index also tells apart what started at the same moment."""
        here = Value(self.started_at, DateTimeField()), Value(self.session_id, TextField())
        return holds(f"(({{0}}, {{1}}) {compare} ({{2}}, {{3}}))", F("started_at"), F("id"), *here)


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
            found &= self.top.here_and_older
        if self.above:
            found &= self.above.newer
        return found


def rows_of(question: Question, stretch: Stretch, *columns: str, rows: int) -> Sql:
    """The rows that are walked, matching or not: `started_at`, `id`, `columns`, and whether it is a `hit`."""
    hit = ExpressionWrapper(question.condition, BooleanField())
    return _along(question, stretch, (*columns, "hit"), slice(rows), hit=hit)


def last_of(question: Question, stretch: Stretch, rows: int) -> Sql:
    """The last of so many rows, as the index has it: `started_at` and `id`; nothing where there are fewer."""
    return _along(question, stretch, (), slice(rows - 1, rows))


def _along(question: Question, stretch: Stretch, columns: tuple[str, ...], part: slice, **more: Any) -> Sql:
    """Several lanes are merged: each is in order."""
    base = Session.objects.annotate(**more).filter(stretch.condition & between(question))
    lanes = [
        base.filter(**lane).order_by(*NEWEST_FIRST).values_list("started_at", "id", *columns)[: part.stop]
        for lane in question.lanes
    ]
    merged = lanes[0] if len(lanes) == 1 else lanes[0].union(*lanes[1:], all=True).order_by(*NEWEST_FIRST)
    sql, params = merged[part].query.sql_with_params()
    return sql, list(params)


def between(question: Question) -> Q:
    """Within the time that the question names."""
    start, end = question.span
    found = Q(started_at__gte=start) if start > FIRST else Q()
    return found & Q(started_at__lte=end) if end < LAST else found


def known_of(question: Question, stretch: Stretch, anchor: Q, *columns: str, rows: int) -> Sql:
    """So many of those that the anchor's index knows, in no order: as `rows_of` has them."""
    met = ExpressionWrapper(question.condition & stretch.condition & between(question), BooleanField())
    known = Session.objects.filter(anchor).annotate(hit=met).order_by()
    sql, params = known.values_list("started_at", "id", *columns, "hit")[:rows].query.sql_with_params()
    return sql, list(params)
