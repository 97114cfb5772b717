"""A query as somebody asks it: which rows it means, and where among a million they can be."""

from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone

from sessions_app.models.session import LIVE_STATUSES, SessionQuerySet, visibility
from sessions_app.models.token import token_of

from .filters import SETS, Filters
from .holds import NEVER, all_of
from .metadata import contains
from .names import Names, is_storable
from .terms import Term, Value
from .values import FIRST, LAST, before, is_duration, read_duration, read_moment

MOST_LANES = 12

Lane = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """Terms, who asks, in which zone and when. `names` are looked up once, by `ask`."""

    terms: tuple[Term, ...]
    user: object
    zone: tzinfo
    now: datetime
    names: Names

    @classmethod
    def ask(cls, terms: list[Term], user: object, zone: tzinfo = UTC) -> "Question":
        return cls(tuple(terms), user, zone, timezone.now(), Names(terms))

    def only(self, *terms: Term) -> "Question":
        """The same question with some of its terms."""
        return replace(self, terms=terms)

    @cached_property
    def filters(self) -> Filters:
        return Filters(self.names, self.now, self.zone)

    @cached_property
    def condition(self) -> Q:
        """Whether a row is meant, and may be seen."""
        return all_of([visibility(self.user), *(self.filters.condition(term) for term in self.terms)])

    @property
    def weight(self) -> int:
        """How much a row's condition costs, at least 1: words are looked for in every text of a row."""
        words = sum(len(term.values) for term in self.terms if term.kind == "word")
        return 1 + words + sum(len(term.values) for term in self.terms) // 10

    @cached_property
    def span(self) -> tuple[datetime, datetime]:
        """All that is meant started in between, both ends included."""
        spans = [span for term in self.terms if term.kind == "started" for span in self._spans(term)]
        return max([FIRST, *(start for start, _ in spans)]), min([LAST, *(end for _, end in spans)])

    def _spans(self, term: Term) -> list[tuple[datetime, datetime]]:
        """All of them hold. `-started:<X` is "from X on"; what other negations leave is no one stretch of time."""
        spans = [self._span_of(value) for value in term.values]
        if not term.negated:
            return [(min(start for start, _ in spans), max(end for _, end in spans))]
        before = [end for value, (_, end) in zip(term.values, spans, strict=True) if value.compare == "<"]
        return [(end, LAST) for end in before if end < LAST]

    def _span_of(self, value: Value) -> tuple[datetime, datetime]:
        if value.compare == "*":
            return FIRST, LAST
        if value.compare != "=" and is_duration(value.text):
            ago = before(self.now, read_duration(value.text))
            return (ago, LAST) if value.compare == "<" else (FIRST, ago)
        found = read_moment(value.text).span(self.zone)
        return FIRST if value.compare == "<" else found.start, {"<": found.start, ">": LAST}.get(
            value.compare, found.end
        )

    @cached_property
    def lanes(self) -> list[Lane]:
        """Equalities with an index in order of time behind each: what is meant lies in one of them.

        [{}] where there is none, [] where nothing at all is meant.
        """
        if any(not self.names.stored(term) for term in self._equalities(SETS)):
            return []
        found = [self._lanes(term) for kind in LANES for term in self._equalities([kind])]
        token = token_of(self.user)
        if token is not None and token.project_ids is not None:
            found.append([{"project_id": project_id} for project_id in dict.fromkeys(token.project_ids)])
        live = [lanes for lanes in found if all(lane.get("status") in LIVE_STATUSES for lane in lanes)]
        fitting = [lanes for lanes in (*live, *found) if len(lanes) <= MOST_LANES]
        return fitting[0] if fitting else [{}]

    def _lanes(self, term: Term) -> list[Lane]:
        return [{SETS[term.kind]: stored} for stored in self.names.stored(term)]

    def _equalities(self, kinds: Container[str]) -> list[Term]:
        """Terms of these kinds that say what a value is."""
        return [
            term
            for term in self.terms
            if term.kind in kinds and not term.negated and all(value.compare == "=" for value in term.values)
        ]

    @property
    def is_only_lanes(self) -> bool:
        """Whether an index in order of time knows of each row whether it is meant."""
        others = [term for term in self.terms if term.kind != "started"]
        return token_of(self.user) is None and (not others or (others == self._equalities(LANES) and len(others) == 1))

    @cached_property
    def anchor(self) -> Q | None:
        """A necessary condition that one kind of index answers by itself, whatever the time; None where none does."""
        return next((all_of(conditions) for kind in ANCHORS if (conditions := self._anchors(kind))), None)

    def _anchors(self, kind: str) -> list[Q]:
        return [self._indexed(term) for term in self._equalities([kind])]

    def _indexed(self, term: Term) -> Q:
        if term.kind != "metadata":
            return self.filters.condition(term)
        texts = [value.text for value in term.values if is_storable(value.text)]
        return contains(term.path, texts) if all(map(is_storable, term.path)) else NEVER


LANES = ("by", "project", "status")
ANCHORS = ("id", "metadata", "context", "extension", "region")


def matching(sessions: SessionQuerySet, terms: list[Term], zone: tzinfo = UTC) -> SessionQuerySet:
    """The sessions for which every term holds, for whoever can bound the rows in another way."""
    filters = Filters(Names(terms), timezone.now(), zone)
    return sessions.filter(all_of([filters.condition(term) for term in terms]))
