"""Queries among a million sessions, and among ten thousand, beside what else could answer them."""

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

#: A query, and the address of the same in Django admin's list, "" where it has none.
QUERIES = {
    "": "?",
    "status:ERROR": "?status__exact=ERROR",
    "status:RUNNING": "?status__exact=RUNNING",
    "project:shop-0": "?project__id__exact=project-00",
    "project:shop-11 env=dev": "",
    "team=growth": "?user_metadata__team=growth",
    "team=growth env=prod status:COMPLETED": "",
    "run=4711": "?user_metadata__run=4711",
    "customer=whale": "?user_metadata__customer=whale",
    "customer=nobody": "?user_metadata__customer=nobody",
    "campaign=launch": "?user_metadata__campaign=launch",
    "-env=prod": "",
    "-env=prod status:TIMED_OUT": "",
    "order.status=shipped": "",
    "order=*": "",
    "attempt>3": "",
    "duration:>30m": "",
    "started:<2h": "",
    "started:<2026-09-01 team=ops": "",
    "by:ana": "",
    "context:context-7": "?context_id__exact=context-7",
    "region:us-west-2 -team=growth": "",
    "id:abc": "?id__startswith=abc",
    "checkout": "?q=checkout",
    '"nightly retry"': "",
    "zzzz": "?q=zzzz",
    "proxy_mb:>100": "",
}
FRAGMENTS = ("", "team=growth", "campaign=launch", "checkout")


@dataclass
class Measured:
    """Seconds among few and many sessions; of the many also in SQL and in the admin."""

    walked: bool = False
    few: Times = field(default_factory=Times)
    many: Times = field(default_factory=Times)
    sql: Times = field(default_factory=Times)
    admin: Times = field(default_factory=Times)

    @property
    def limit_s(self) -> float:
        return WALKED_S if self.walked else USUAL_S


def measure(reader: Reader, repetitions: int) -> list[Table]:
    """The tables hold the million afterwards."""
    User.objects.filter(username=NAME).update(is_staff=True, is_superuser=True)
    found = {q: Measured() for q in QUERIES}
    empty = Measured()
    million.seed(FEW, timezone.now())
    time_queries(reader, {address(q): one.few for q, one in found.items()}, repetitions)
    million.seed(MANY, timezone.now())
    times = {address(q): one.many for q, one in found.items()} | {EMPTY: empty.many}
    time_queries(reader, times, repetitions)
    for q, one in found.items():
        count = reader.get(address(q)).json()["count"]
        one.walked = count["capped"] and count["value"] < 10_000
        time_plainly(reader, q, one)
    return [as_table(found, empty.many, repetitions), measure_fragments(reader, repetitions)]


def address(q: str, place: str = "") -> str:
    return f"/sessions/{place}?{urlencode({'q': q, 'format': 'json'})}"


def time_queries(reader: Reader, times: dict[str, Times], repetitions: int) -> None:
    """In turns, each time in another order; the first only warms up."""
    random, paths = Random(repetitions), list(times)
    for path in paths:
        reader.seconds(path)
    for _ in rounds(repetitions, BUDGET_S):
        for path in random.sample(paths, len(paths)):
            times[path].append(reader.seconds(path))


def time_plainly(reader: Reader, q: str, measured: Measured) -> None:
    """The newest 50 by SQL without bounds, and the same rows in the admin."""
    rows = matching(Session.objects.all(), parse(q)).newest_first()[:50]
    sql, params = rows.query.sql_with_params()

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            cursor.fetchall()

    for _ in range(PLAIN_ROUNDS):
        measured.sql.append(clocked(run))
        if QUERIES[q]:
            measured.admin.append(reader.seconds(f"{ADMIN}sessions_app/session/{QUERIES[q]}"))


def as_table(found: dict[str, Measured], empty: Times, repetitions: int) -> Table:
    columns = ("query", "ms", "p95", "of its limit", "x 10,000", "bare SQL, ms", "admin, ms", "x empty view")
    table = Table(f"Queries among {MANY:,} sessions", columns)
    for q, one in found.items():
        admin = ms(one.admin.median) if one.admin else ""
        measured = (ms(one.many.median), ms(one.many.p95), f"{share(one.many.p95, one.limit_s)} of {ms(one.limit_s)}")
        beside = (ratio(one.many.median, one.few.median), ms(one.sql.median), admin)
        table.add(q or "(all)", *measured, *beside, ratio(one.many.median, empty.median))
        if one.many.p95 > one.limit_s:
            table.over.append(f"{q}: p95 {ms(one.many.p95)} ms of {ms(one.limit_s)}")
        if not one.walked and one.many.median > GROWTH * one.few.median:
            table.over.append(f"{q}: a million costs {ratio(one.many.median, one.few.median)} ten thousand")
    table.notes.append(
        f"Rows, next page and count as JSON over HTTP, {repetitions} times each at most. The limit is 120 ms where the "
        f"walk is used up. Bare SQL is the newest 50 without bounds or count; the admin shows 50 rows of the same."
    )
    return table


def measure_fragments(reader: Reader, repetitions: int) -> Table:
    table = Table(f"Facets and histograms among {MANY:,} sessions", ("what", "ms", "p95", "p95 of 250 ms"))
    times = {address(q, place): Times() for place in ("facets/", "histogram/") for q in FRAGMENTS}
    time_queries(reader, times, repetitions)
    for path, measured in times.items():
        table.add(path, ms(measured.median), ms(measured.p95), share(measured.p95, FRAGMENT_S))
        if measured.p95 > FRAGMENT_S:
            table.over.append(f"{path}: p95 {ms(measured.p95)} ms of 250")
    return table
