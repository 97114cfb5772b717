"""From a number of the usage page to the list of the sessions behind it: docs/query.md says what its terms mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from functools import cached_property, lru_cache
from urllib.parse import quote_plus, urlencode

import msgspec
from django.urls import reverse

from sessions_app.models import Project, Session
from sessions_app.query import write
from sessions_app.query.limits import TooSlow
from sessions_app.query.terms import write_path, write_value
from sessions_app.usage.long_runs import LONGEST_RUN, begun_by
from sessions_app.usage.splits import Split

from .usage_asked import AskedReview

MOST_VALUES, LONGEST_Q = 90, 1_900  # a query takes 100 values and 2,000 characters, encoded it has more of them
WASTED = "status:ERROR,TIMED_OUT"

Keys = Sequence[str | None]


@dataclass(frozen=True)
class Drill:
    """`accounts` are the projects of each account by its name, where it is split so."""

    asked: AskedReview
    user: object
    accounts: dict[str, list[str]]

    @classmethod
    def of(cls, asked: AskedReview, user: object) -> "Drill":
        accounts: dict[str, list[str]] = {}
        if any(split.name == "account" for split in asked.splits):
            for project_id, name in Project.objects.visible_to(user).order_by().values_list("pk", "account__name"):
                accounts.setdefault(name, []).append(project_id)
        return cls(asked, user, accounts)

    def url(self, terms: Sequence[str | None], start: datetime, end: datetime, measure: str = "") -> str:
        """The list's address; "" where a query cannot say it."""
        if None in terms:
            return ""
        within = self.within(start, end, measure or self.asked.measure)
        q = "+".join(quoted(part) for part in (self.q, *terms, *within) if part)
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

    def within(self, start: datetime, end: datetime, measure: str) -> list[str]:
        """Sessions that count in this stretch: began in it; for bytes, had some and ended in it; for minutes, ran."""
        until = "" if end == self.asked.as_of else moment(end, self.asked.zone)
        if measure == "sessions":
            return [since(start, self.asked.zone), *([f"started:<{until}"] if until else [])]
        begun = self.begun_by.get(start, start - LONGEST_RUN)
        ran = [since(begun, self.asked.zone), f"-ended:<{moment(start, self.asked.zone)}"]
        if measure == "proxy_bytes":
            return ["proxy_mb:>0", *ran, *([f"ended:<{until}"] if until else [])]
        waste = [WASTED] if measure == "wasted_minutes" else []
        return [*waste, *ran, *([f"started:<{until}"] if until else [])]

    def term(self, split: Split, keys: Keys, all_keys: Keys) -> str | None:
        """The term that finds the sessions of these keys; "" for all, None where there is no such term.

        Either all of the keys are set, or the only one is not.
        """
        if split.name == "account":
            return self._of_projects(keys)
        if tuple(keys) == (None,):
            return _none_of(split, all_keys)
        return _one_of(split, [key for key in keys if key is not None]) if len(keys) <= MOST_VALUES else None

    def _of_projects(self, keys: Keys) -> str | None:
        if len(self.accounts) <= 1:
            return ""
        names = [text_of(key) for key in keys if key is not None]
        projects = [project for name in names for project in self.accounts.get(name, [])]
        return _joined("project:", projects) if 0 < len(projects) <= MOST_VALUES else None


@lru_cache(maxsize=2_000)
def quoted(part: str) -> str:
    """A page has hundreds of addresses that are made of a few parts."""
    return quote_plus(part)


def _head(split: Split) -> str:
    return f"{write_path(split.path)}=" if split.path else f"{split.name}:"


def _joined(head: str, texts: Sequence[str]) -> str:
    return head + ",".join(write_value(text) for text in texts)


def _one_of(split: Split, keys: Sequence[str]) -> str:
    return _joined(_head(split), list(dict.fromkeys(text_of(key) for key in keys)))


def _none_of(split: Split, keys: Keys) -> str:
    """Null, lists and objects are "not set", and yet are something: what has none of the values is what is meant."""
    values = [key for key in keys if key is not None]
    if not split.path or not values or len(values) > MOST_VALUES:
        return f"-{_head(split)}*"
    excluded = f"-{_one_of(split, values)}"
    return excluded if len(excluded) < LONGEST_Q // 2 else f"-{_head(split)}*"


def text_of(key: str) -> str:
    """A key as a query writes it: a text without its quotation marks, all else as in JSON."""
    return str(msgspec.json.decode(key)) if key.startswith('"') else key


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
