"""Terms -> conditions on rows. No condition is ever NULL: what a term does not find, its negation does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from django.db.models import DurationField, F, Q
from django.db.models import Value as Constant

from sessions_app.models.session import last_moment

from . import metadata
from .holds import NEVER, any_of, holds
from .names import Names, is_storable
from .spent import SPANS, is_ever, lies, of_account
from .terms import Term, Value
from .values import before, is_duration, read_boolean, read_duration, read_moment, read_number

SECOND = timedelta(seconds=1)


class Filters:
    """What terms mean at one moment, to a reader in one zone."""

    def __init__(self, names: Names, now: datetime, zone: tzinfo = UTC) -> None:
        self.names = names
        self.now = now
        self.zone = zone

    def condition(self, term: Term) -> Q:
        held = self._held(term)
        return ~held if term.negated else held

    def _held(self, term: Term) -> Q:
        if term.kind == "metadata":
            return self._metadata(term)
        conditions = []
        if term.kind in SETS:
            column = SETS[term.kind]
            conditions.append(Q(**{f"{column}__in": stored}) if (stored := self.names.stored(term)) else NEVER)
        else:
            conditions += [self._value(term.kind, value) for value in term.values if value.compare != "*"]
        if any(value.compare == "*" for value in term.values):
            conditions.append(is_ever(term.kind, self.now) if term.kind in SPANS else PRESENT[term.kind])
        return any_of(conditions)

    def _metadata(self, term: Term) -> Q:
        if not all(is_storable(key) for key in term.path):
            return NEVER
        texts = [value.text for value in term.values if value.compare == "=" and is_storable(value.text)]
        conditions = [metadata.is_one_of(term.path, texts)] if texts else []
        for value in term.values:
            if value.compare == "*":
                conditions.append(metadata.is_present(term.path))
            elif value.compare != "=":
                conditions.append(metadata.compares(term.path, value.compare, read_number(value.text)))
        return any_of(conditions)

    def _value(self, kind: str, value: Value) -> Q:
        if not is_storable(value.text):
            return NEVER
        read: dict[str, Callable[[Value], Q]] = {
            "started": lambda value: self.moment("started_at", value),
            "ended": lambda value: self.moment("ended_at", value),
            "duration": self._duration,
            "keep_alive": lambda value: Q(keep_alive=read_boolean(value.text)),
            "context": lambda value: Q(context_id=value.text),
            "extension": lambda value: Q(extension_id=value.text),
            "id": lambda value: Q(id__startswith=value.text),
            "proxy_mb": _megabytes,
            "account": lambda value: of_account(value.text),
            **dict.fromkeys(SPANS, lambda value: lies(kind, value, self.now, self.zone)),
            "word": _word,
        }
        return read[kind](value)

    def moment(self, column: str, value: Value) -> Q:
        """`>` of a date includes that date; `<2h` is less than two hours ago."""
        if value.compare != "=" and is_duration(value.text):
            ago = before(self.now, read_duration(value.text))
            return Q(**{f"{column}__{'gt' if value.compare == '<' else 'lt'}": ago})
        span = read_moment(value.text).span(self.zone)
        if value.compare == "<":
            return Q(**{f"{column}__lt": span.start})
        if value.compare == ">":
            return Q(**{f"{column}__{'gte' if span.is_day else 'gt'}": span.start})
        return Q(**{f"{column}__gte": span.start, f"{column}__lt": span.end})

    def _duration(self, value: Value) -> Q:
        """Without `<` or `>` it is meant to the second."""
        length = read_duration(value.text)
        if value.compare != "=":
            return self._lasts(value.compare, length)
        return self._lasts(">=", length) & self._lasts("<", length + min(SECOND, timedelta.max - length))

    def _lasts(self, compare: str, length: timedelta) -> Q:
        template = f"(greatest({{0}} - {{1}}, interval '0') {compare} {{2}})"
        return holds(template, last_moment(self.now), F("started_at"), Constant(length, DurationField()))


def _megabytes(value: Value) -> Q:
    """Millions of bytes."""
    number = metadata.text(str(read_number(value.text)))
    return holds(f"({{0}} / 1000000.0 {value.compare} {{1}}::numeric)", F("proxy_bytes"), number)


def _word(value: Value) -> Q:
    begins, found = Q(id__startswith=value.text), metadata.has_words(value.text)
    return begins | found if found else begins


#: Fields whose values are looked up first: their column.
SETS = {"status": "status", "region": "region", "project": "project_id", "by": "created_by_id"}

#: What `field:*` means.
PRESENT = {
    "status": ~Q(status=""),
    "region": ~Q(region=""),
    "project": Q(project_id__isnull=False) & ~Q(project_id=""),
    "by": Q(created_by_id__isnull=False),
    "context": ~Q(context_id=""),
    "extension": ~Q(extension_id=""),
    "ended": Q(ended_at__isnull=False),
    **dict.fromkeys(("id", "started", "duration", "keep_alive", "proxy_mb", "account"), holds("true")),
}
