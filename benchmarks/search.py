"""Queries among a million sessions, and among ten thousand, beside what else could answer them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from sessions_app.models import Session, User
from sessions_app.query import matching, parse

from . import million
from .reader import NAME, Reader
from .tables import Table
from .timing import Times, clocked, ms, ratio, rounds, share
from .urls import ADMIN, EMPTY

FEW, MANY = 10_000, 1_000_000
USUAL_S, WALKED_S, FRAGMENT_S = 0.05, 0.12, 0.25
BUDGET_S = 45.0
PLAIN_ROUNDS = 3  # the plain ones can take a second each
GROWTH = 1.5

QUERIES = (
    "",
    "status:ERROR",
    "status:RUNNING",
    "project:shop-0",
    "project:shop-11 env=dev",
    "team=growth",
    "team=growth env=prod status:COMPLETED",
    "run=4711",
    "customer=whale",
    "customer=nobody",
    "campaign=launch",
    "-env=prod",
    "-env=prod status:TIMED_OUT",
    "order.status=shipped",
    "order=*",
    "attempt>3",
    "duration:>30m",
    "started:<2h",
    "started:<2026-09-01 team=ops",
    "by:ana",
    "context:context-7",
    "region:us-west-2 -team=growth",
    "id:abc",
    "checkout",
    '"nightly retry"',
    "zzzz",
    "proxy_mb:>100",
)
FRAGMENTS = ("", "team=growth", "campaign=launch", "checkout")
PLACES = ("facets/", "histogram/", "stand-outs/")


@dataclass
class Measured:
    """Seconds for a script's rows among few and many sessions; among the many also for what stands beside it."""

    walked: bool = False
    few_rows: int = 0
    many_rows: int = 0
    few: Times = field(default_factory=Times)
    many: Times = field(default_factory=Times)
    page: Times = field(default_factory=Times)
    sql: Times = field(default_factory=Times)
    admin: Times = field(default_factory=Times)

    @property
    def limit_s(self) -> float:
        return WALKED_S if self.walked else USUAL_S

    @property
    def growth(self) -> float:
        return self.many.median / self.few.median


Found = dict[str, Measured]


def measure(reader: Reader, repetitions: int) -> Iterator[Table]:
    """The tables hold the million afterwards."""
    User.objects.filter(username=NAME).update(is_staff=True, is_superuser=True)
    found, empty = {q: Measured() for q in QUERIES}, Times()
    million.seed(FEW, timezone.now())
    time_queries(reader, {address(q): one.few for q, one in found.items()}, repetitions)
    for q, one in found.items():
        one.few_rows = len(reader.get(address(q)).json()["results"])
    million.seed(MANY, timezone.now())
    time_queries(reader, {address(q): one.many for q, one in found.items()} | {EMPTY: empty}, repetitions)
    time_queries(reader, {page_of(q): one.page for q, one in found.items()}, repetitions)
    for q, one in found.items():
        answer = reader.get(address(q)).json()
        one.many_rows = len(answer["results"])
        one.walked = answer["count"]["capped"] and answer["count"]["value"] < 10_000
        time_plainly(reader, q, one)
    yield as_table(found, empty, repetitions)
    yield as_growth(found)
    yield measure_fragments(reader, repetitions)


def address(q: str, place: str = "") -> str:
    return f"/sessions/{place}?{urlencode({'q': q, 'format': 'json'})}"


def page_of(q: str) -> str:
    return f"/sessions/?{urlencode({'q': q})}"


def time_queries(reader: Reader, times: dict[str, Times], repetitions: int) -> None:
    """In turns, each time in another order; the first only warms up."""
    random, paths = Random(repetitions), list(times)
    for path in paths:
        reader.seconds(path)
    for _ in rounds(repetitions, BUDGET_S):
        for path in random.sample(paths, len(paths)):
            times[path].append(reader.seconds(path))


def time_plainly(reader: Reader, q: str, measured: Measured) -> None:
    """The newest 50 by SQL without bounds, and the same rows in the admin, whose search takes the same query."""
    rows = matching(Session.objects.all(), parse(q)).newest_first()[:50]
    sql, params = rows.query.sql_with_params()

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()

    for _ in range(PLAIN_ROUNDS):
        measured.sql.append(clocked(run))
        measured.admin.append(reader.seconds(f"{ADMIN}sessions_app/session/?{urlencode({'q': q})}"))


def as_table(found: Found, empty: Times, repetitions: int) -> Table:
    table = Table(
        f"Queries among {MANY:,} sessions",
        ("query", "rows, ms", "p95", "of its limit", "page, ms", "p95", "admin, ms", "bare SQL, ms", "x empty view"),
    )
    for q, one in found.items():
        limited = f"{share(max(one.many.p95, one.page.p95), one.limit_s)} of {ms(one.limit_s)}"
        measured = (ms(one.many.median), ms(one.many.p95), limited, ms(one.page.median), ms(one.page.p95))
        table.add(q or "(all)", *measured, ms(one.admin.median), ms(one.sql.median), times_of(one.many, empty))
        for words, times in (("rows", one.many), ("page", one.page)):
            if times.p95 > one.limit_s:
                table.over.append(f"{words} of {q or '(all)'}: p95 {ms(times.p95)} ms of {ms(one.limit_s)}")
    table.add("(an empty view)", ms(empty.median), ms(empty.p95), *[""] * 5, "1x")
    table.notes.append(
        f"Over HTTP, {repetitions} times each at most: rows are 50 rows, next page and count as JSON, the page is all "
        f"of it as HTML. The limit is {ms(WALKED_S)} ms where the walk is used up. The admin shows 50 rows of the same "
        f"query, and bare SQL is the newest 50 without bounds or count, {PLAIN_ROUNDS} times each."
    )
    return table


def times_of(measured: Times, beside: Times) -> str:
    return ratio(measured.median, beside.median)


def as_growth(found: Found) -> Table:
    """What the same query costs more among a million: each as far as both answer with as many rows, and together."""
    columns = ("query", "rows of 10,000, ms", "rows of a million, ms", f"ratio (at most {GROWTH})")
    table = Table("What a million sessions cost more than ten thousand", columns)
    for q, one in found.items():
        same = one.few_rows == one.many_rows
        unlike = "" if same else f", for {one.many_rows} rows beside {one.few_rows}"
        table.add(q or "(all)", ms(one.few.median), ms(one.many.median), times_of(one.many, one.few) + unlike)
        if same and one.growth > GROWTH:
            table.over.append(f"{q or '(all)'}: a million cost {one.growth:.2f} times ten thousand")
    few, many = sum(one.few.median for one in found.values()), sum(one.many.median for one in found.values())
    table.add("(together)", ms(few), ms(many), ratio(many, few))
    if many > GROWTH * few:
        table.over.append(f"All queries together: a million cost {many / few:.2f} times ten thousand")
    return table


def measure_fragments(reader: Reader, repetitions: int) -> Table:
    title = f"What stands beside the list, among {MANY:,} sessions"
    table = Table(title, ("what", "ms", "p95", "p95 of 250 ms"))
    times = {address(q, place): Times() for place in PLACES for q in FRAGMENTS}
    time_queries(reader, times, repetitions)
    for path, measured in times.items():
        table.add(path, ms(measured.median), ms(measured.p95), share(measured.p95, FRAGMENT_S))
        if measured.p95 > FRAGMENT_S:
            table.over.append(f"{path}: p95 {ms(measured.p95)} ms of 250")
    return table
