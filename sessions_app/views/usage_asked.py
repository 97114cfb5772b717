"""What the address of the usage page asks for, and the addresses of its other states."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import cast, get_args
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.urls import reverse

from sessions_app.models import Account
from sessions_app.query import Term
from sessions_app.usage.breakdown import Review
from sessions_app.usage.figures import Source
from sessions_app.usage.measures import MEASURES, amount_of
from sessions_app.usage.periods import By, Periods, TooManyPeriods, periods_between
from sessions_app.usage.ranges import NAMED, Range, between
from sessions_app.usage.readings import Measure
from sessions_app.usage.splits import PLACES, BadSplit, Split

from .access import wants_json
from .api_usage_asked import BadParameter, choice, read_bound, read_terms, read_zone
from .frame import reader_zone

MOST_PERIODS = 400  # that a chart can show
ORDERS = ("total", "name", "change", "sessions", "average", "p95", "succeeded", "wasted", "proxy")
RANGES = {"24h": "24 hours", "7d": "7 days", "30d": "30 days", "cycle": "This cycle", "last_cycle": "Last cycle"}
SOURCES = {"sessions": "By sessions", "counter": "By the counter"}
MEASURE_WORDS = {
    "browser_minutes": "Browser minutes",
    "sessions": "Sessions",
    "proxy_bytes": "Proxy bytes",
    "wasted_minutes": "Wasted minutes",
}
#: What an address has where it says nothing.
USUAL = {
    "range": "30d",
    "split": "project",
    "measure": "browser_minutes",
    "source": "sessions",
    "order": "-total",
    "numbers": "-time",
}
PARAMETERS = ("q", "range", "from", "to", "cycle", "by", "split", "split2", "measure", "source", "tz", "rows", "order")


@dataclass(frozen=True)
class AskedReview:
    """All of it understood. `range_name` is "" for dates of somebody's own; `given` are the address's own words."""

    range_name: str
    range: Range
    periods: Periods
    splits: tuple[Split, ...]
    measure: str
    source: Source
    zone: tzinfo
    terms: tuple[Term, ...]
    order: str
    shows_all: bool
    as_of: datetime
    given: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, query: QueryDict, zone: tzinfo, now: datetime, cycle_day: int) -> "AskedReview":
        """Raises BadParameter."""
        zone = read_zone(query) if "tz" in query else zone
        name, span = read_range(query, zone, now, cycle_day)
        source = cast(Source, choice(query, "source", get_args(Source), USUAL["source"]))
        asked = cls(
            range_name=name,
            range=span,
            periods=read_periods(query, span, zone),
            splits=read_splits(query),
            measure=choice(query, "measure", MEASURES, USUAL["measure"]),
            source=source,
            zone=zone,
            terms=read_terms(query),
            order=choice(query, "order", [*ORDERS, *(f"-{one}" for one in ORDERS)], USUAL["order"]),
            shows_all=query.get("rows") == "all",
            as_of=now,
            given={one: text for one in (*PARAMETERS, "numbers") if (text := query.get(one))},
        )
        check_source(asked)
        return asked

    @classmethod
    def read_kindly(cls, request: HttpRequest) -> "tuple[AskedReview, list[BadParameter]]":
        """What is wrong counts as not said. Raises BadParameter for `q`, of which nothing else can be made."""
        query, now, day = request.GET.copy(), datetime.now(UTC), cycle_day(request.user)
        wrong: list[BadParameter] = []
        while True:
            try:
                return cls.read(query, reader_zone(request), now, day), wrong
            except BadParameter as error:
                if error.parameter == "q" or error.parameter not in query:
                    raise
                wrong.append(error)
                del query[error.parameter]

    @property
    def split(self) -> Split:
        return self.splits[0]

    @property
    def q(self) -> str:
        return self.given.get("q", "")

    @property
    def goes_on(self) -> bool:
        """Whether the range ends now."""
        return self.range.end == self.as_of

    def review(self, user: object, periods: Periods | None = None, amount: str = "") -> Review:
        return Review(
            amount or amount_of(self.measure),
            periods or self.periods,
            self.splits,
            user,
            self.as_of,
            self.terms,
            self.zone,
        )

    def address(self, name: str = "usage", **change: str) -> str:
        """This page's, or another's of the same parameters, with some changed; "" takes one away."""
        wanted = {**self.given, **change}
        if "range" in change:
            wanted = {**wanted, "from": "", "to": "", "by": change.get("by", "")}
        wanted = {one: text for one, text in wanted.items() if text and text != USUAL.get(one)}
        return f"{reverse(name)}?{urlencode(wanted)}" if wanted else reverse(name)

    def api_address(self, **change: str) -> str:
        """The same numbers for scripts: from and to are written out, since what is meant by 30 days moves on."""
        wanted = {
            "from": self.range.start.astimezone(self.zone).isoformat(),
            "to": "" if self.goes_on else self.range.end.astimezone(self.zone).isoformat(),
            "by": self.periods.by,
            "split": str(self.split),
            "measure": self.measure,
            "source": self.source,
            "tz": str(self.zone),
            "q": self.q,
            **change,
        }
        return f"{reverse('api_usage')}?{urlencode({one: text for one, text in wanted.items() if text})}"


def cycle_day(user: object) -> int:
    """The day of the month on which the billing cycle begins: of the first account that has one, else the 1st."""
    days = Account.objects.visible_to(user).exclude(cycle_day=None).values_list("cycle_day", flat=True)
    return days.first() or 1


def read_range(query: QueryDict, zone: tzinfo, now: datetime, day: int) -> tuple[str, Range]:
    if "from" in query or "to" in query:
        end = min(read_end(query, zone, now), now)
        start = read_bound(query, "from", zone, lambda: end - timedelta(days=30))
        if start >= end:
            raise BadParameter("from" if "from" in query else "to", "from must be before to, and not in the future.")
        return "", between(start, end)
    name = choice(query, "range", NAMED, USUAL["range"])
    text = query.get("cycle", "")
    if text and not (text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= 31):
        raise BadParameter("cycle", "cycle is the day of the month on which it begins, from 1 to 31.")
    return name, NAMED[name](now, zone, int(text or day))


def read_end(query: QueryDict, zone: tzinfo, now: datetime) -> datetime:
    """As scripts have it: the moment itself is not in it. What is left empty in the form is not said."""
    return read_bound(query, "to", zone, lambda: now) if query.get("to") else now


def read_periods(query: QueryDict, span: Range, zone: tzinfo) -> Periods:
    by = cast(By, choice(query, "by", get_args(By), span.usual_by))
    try:
        periods = periods_between(span.start, span.end, by, zone)
    except TooManyPeriods as error:
        raise BadParameter("by", f"There are too many {by}s in this time for a page.") from error
    if len(periods) > MOST_PERIODS:
        raise BadParameter("by", f"There are {len(periods):,} {by}s in this time; a chart shows {MOST_PERIODS}.")
    return periods


def read_splits(query: QueryDict) -> tuple[Split, ...]:
    found: list[Split] = []
    for name in ("split", "split2"):
        text = query.get(name) or ("project" if name == "split" else "")
        try:
            found += [Split.read(text)] if text else []
        except BadSplit as error:
            raise BadParameter(name, str(error)) from error
    return tuple(dict.fromkeys(found))


def check_source(asked: AskedReview) -> None:
    """Upstream's counters know minutes and bytes of whole projects, and nothing else."""
    if asked.source == "counter" and (
        len(asked.splits) > 1 or asked.split.name not in PLACES or asked.measure not in get_args(Measure) or asked.terms
    ):
        words = "The counter has browser minutes and proxy bytes of whole projects and accounts, and knows no filter."
        raise BadParameter("source", words)


def is_for_script(request: HttpRequest) -> bool:
    """Numbers, or an error in a shape of its own, instead of a part of the page."""
    return wants_json(request) or request.GET.get("format") == "csv"
