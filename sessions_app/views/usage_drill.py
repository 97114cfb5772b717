"""From a number of the usage page to the list of the sessions behind it: docs/query.md says what its terms mean."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, tzinfo
from decimal import Context, Decimal, localcontext
from functools import cached_property, lru_cache
from urllib.parse import quote_plus, urlencode

import msgspec
from django.urls import reverse

from sessions_app.models import Session
from sessions_app.query import write
from sessions_app.query.limits import TooSlow
from sessions_app.query.terms import Path, write_path, write_value
from sessions_app.usage.keys import NUMBER_BEGINS
from sessions_app.usage.long_runs import LONGEST_RUN, begun_by
from sessions_app.usage.splits import Split

from .usage_asked import AskedReview

JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
MOST_VALUES, LONGEST_Q = 90, 1_900  # a query takes 100 values and 2,000 characters, encoded it has more of them

Keys = Sequence[str | None]


@dataclass(frozen=True)
class Drill:
    """`hints` say what its links find besides what they stand at, or do not: what a query cannot tell apart."""

    asked: AskedReview
    user: object
    hints: set[str] = field(default_factory=set)
    known: dict[tuple[Split, tuple[str | None, ...]], str | None] = field(default_factory=dict)
    texts: dict[Split, Counter[str]] = field(default_factory=dict)
    stretches: dict[tuple[datetime, datetime, str], str] = field(default_factory=dict)

    def url(self, terms: Sequence[str | None], start: datetime, end: datetime, measure: str = "") -> str:
        """The list's address; "" where a query cannot say it."""
        if None in terms:
            return ""
        within = self.quoted_within(start, end, measure or self.asked.measure)
        q = "+".join([*(quoted(part) for part in (self.q, *terms) if part), within])
        return f"{self.base}{q}" if len(q) < LONGEST_Q else ""

    @cached_property
    def base(self) -> str:
        return f"{reverse('sessions')}?{urlencode({'tz': str(self.asked.zone)})}&q="

    @cached_property
    def q(self) -> str:
        return write(self.asked.terms)

    @cached_property
    def begun_by(self) -> dict[datetime, datetime]:
        """From when on the list has to look for what ran in each period: as short as that finds all."""
        try:
            return begun_by(Session.objects.visible_to(self.user), self.asked.periods, self.asked.as_of)
        except TooSlow:
            return {}

    def quoted_within(self, start: datetime, end: datetime, measure: str) -> str:
        """All bars of a period share it."""
        asked = start, end, measure
        if asked not in self.stretches:
            self.stretches[asked] = "+".join(map(quoted, self.within(*asked)))
        return self.stretches[asked]

    def within(self, start: datetime, end: datetime, measure: str) -> list[str]:
        """Sessions that count in this stretch: began in it; for bytes, had some and ended in it; for minutes, ran."""
        until = "" if end == self.asked.as_of else moment(end, self.asked.zone)
        if measure == "sessions":
            return [since(start, self.asked.zone), *([f"started:<{until}"] if until else [])]
        begun = since(self.begun_by.get(start, start - LONGEST_RUN), self.asked.zone)
        if measure == "proxy_bytes":
            over = f"-over:<{moment(start, self.asked.zone)}"
            return ["proxy_mb:>0", begun, over, *([f"over:<{until}"] if until else [])]
        kind = "wasted" if measure == "wasted_minutes" else "used"
        before = [f"started:<{until}", *([f"wasted:<{until}"] if kind == "wasted" else [])] if until else []
        return [begun, f"{kind}:>{moment(start, self.asked.zone)}", *before]

    def term(self, split: Split, keys: Keys, all_keys: Keys) -> str | None:
        """The term that finds the sessions of these keys; "" for all, None where there is no such term.

        Either all of the keys are set, or the only one is not. `all_keys` are those of the split, always the same.
        """
        asked = split, tuple(keys)
        if asked not in self.known:
            self.known[asked] = self._term(split, keys, all_keys)
        return self.known[asked]

    def _term(self, split: Split, keys: Keys, all_keys: Keys) -> str | None:
        if len(keys) > MOST_VALUES:
            return None
        if not split.path:
            return f"-{split.name}:*" if tuple(keys) == (None,) else _joined(f"{split.name}:", texts_of(keys))
        if tuple(keys) == (None,):
            return self._none_of(split.path, [key for key in all_keys if key is not None])
        if split not in self.texts:
            self.texts[split] = Counter(map(written, texts_of(all_keys)))
        return self._one_of(split.path, [key for key in keys if key is not None], self.texts[split])

    def _one_of(self, path: Path, keys: Sequence[str], texts: Counter[str]) -> str:
        """A number is compared, since 7 and 7.0 are one; a text is none of the numbers that read so."""
        name = write_path(path)
        if len(keys) == 1 and is_number(keys[0]):
            return f"{name}>{less_than(keys[0])} -{name}<{keys[0]} -{name}>{keys[0]}"
        if any(map(is_number, keys)):
            self.hints.add(f"A link to several numbers of {name} finds 7, but not where it is written 7.0.")
        if len(keys) > 1 or not is_text(keys[0]):
            return self._any_of(name, keys, texts)
        text = text_of(keys[0])
        if texts[written(text)] > 1 and is_number(text):
            return f"{_joined(f'{name}=', [text])} -{name}>{less_than(text)}"
        return self._any_of(name, keys, texts)

    def _any_of(self, name: str, keys: Sequence[str], texts: Counter[str]) -> str:
        """`texts`: how many of all keys are written so, or as the same number."""
        own = texts_of(keys)
        if any(texts[text] > count for text, count in Counter(map(written, own)).items()):
            self.hints.add(f"To a link, text of {name} and what reads the same as number or boolean are one.")
        return _joined(f"{name}=", dict.fromkeys(own))

    def _none_of(self, path: Path, keys: Sequence[str]) -> str:
        """Null, lists and objects are "not set" and yet something: what has none of the values is what is meant."""
        name = write_path(path)
        numbers, words = [key for key in keys if is_number(key)], texts_of(key for key in keys if not is_number(key))
        found = [f"-{_joined(f'{name}=', words)}"] if words else []
        found += [f"-{name}>{less_than(min(numbers, key=Decimal))}"] if numbers else []
        if len(words) <= MOST_VALUES and sum(map(len, found)) < LONGEST_Q // 2:
            return " ".join(found)
        self.hints.add(f"“Not set” leads to what has no {name}: null, lists and objects are not found.")
        return f"-{name}=*"


@lru_cache(maxsize=2_000)
def quoted(part: str) -> str:
    """A page has hundreds of addresses that are made of a few parts."""
    return quote_plus(part)


def _joined(head: str, texts: Iterable[str]) -> str:
    return head + ",".join(write_value(text) for text in texts)


def less_than(number: str) -> str:
    """A number below this one, whatever its length."""
    with localcontext() as context:
        context.prec = len(number) + 5
        return f"{Decimal(number) - 1:f}"


def is_text(key: str) -> bool:
    return key.startswith('"')


def is_number(key: str) -> bool:
    return key[0] in NUMBER_BEGINS if key else False


def texts_of(keys: Iterable[str | None]) -> list[str]:
    return [text_of(key) for key in keys if key is not None]


def text_of(key: str) -> str:
    """A key as a query writes it: a text without its quotation marks, all else as in JSON."""
    return str(msgspec.json.decode(key)) if is_text(key) else key


def written(text: str) -> str:
    """A number in its one form, whatever zeros it is written with; any other text as it is."""
    if not JSON_NUMBER.fullmatch(text):
        return text
    return str(Decimal(text).normalize(Context(prec=len(text))))


def since(start: datetime, zone: tzinfo) -> str:
    """A day counts with `>`, of any other moment only what is later."""
    text = moment(start, zone)
    return f"started:>{text}" if "T" not in text else f"-started:<{text}"


def moment(at: datetime, zone: tzinfo) -> str:
    """A date where a day of the zone begins, else to the microsecond, with its offset."""
    local = at.astimezone(zone)
    if local.time() == time():
        return f"{local:%Y-%m-%d}"
    return local.isoformat(timespec="auto" if local.microsecond else "seconds" if local.second else "minutes")
