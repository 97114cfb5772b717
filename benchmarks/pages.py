"""Every page and its JSON, with few and many sessions, while upstream is stopped and while it hangs."""

import time
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from django.db import connection
from django.test.utils import CaptureQueriesContext

from sessions_app.models import Project, Session
from sessions_app.views.cursor import Cursor

from . import seeding, upstreams
from .reader import Reader, sign_in
from .tables import Table
from .timing import Times, ms, ratio, rounds, share
from .urls import EMPTY
from .world import World

LIMIT_S = 0.3
BUDGET_S = 18.0
LOOK_UP_LIMIT_S = 2.0 + LIMIT_S  # it may ask upstream for 2 s
NO_JSON = ("/", "/sessions/new/")


@dataclass(frozen=True)
class Size:
    sessions: int
    projects: int
    running: int  # in each project


FEW = Size(600, projects=3, running=4)


@dataclass
class Page:
    """What one address costs: seconds while upstream is stopped and while it hangs."""

    words: str
    path: str
    queries: int
    stopped: Times
    hanging: Times


def measure(reader: Reader, size: Size, repetitions: int, look_ups: int) -> list[Table]:
    """The tables stay seeded, and upstream stopped."""
    world = World.of(time.time(), size.sessions, size.projects, size.running)
    with upstreams.closed_port() as closed, upstreams.hanging() as hangs:
        seeding.seed(world, closed)
        pages = [Page(words, path, count_queries(path), Times(), Times()) for words, path in addresses().items()]
        upstreams.turn_to(closed)
        time_all(reader, {page.path: page.stopped for page in pages}, repetitions)
        upstreams.turn_to(hangs)
        time_all(reader, {page.path: page.hanging for page in pages}, repetitions)
        tables = [as_table(size, pages)]
        if look_ups:
            tables.append(time_look_ups(reader, look_ups))
        upstreams.turn_to(closed)
    return tables


def addresses() -> dict[str, str]:
    """{words: path}, the empty page first."""
    session = Session.objects.filter(status="RUNNING").order_by("id")[0]
    middle = Session.objects.newest_first()[Session.objects.count() // 2]
    project = Project.objects.order_by("name")[0]
    pages = {
        "/": "/",
        "/sessions/": "/sessions/",
        "/sessions/ from the middle on": f"/sessions/?{urlencode({'cursor': str(Cursor.of(middle))})}",
        **{f"/sessions/?q={q}": f"/sessions/?{urlencode({'q': q})}" for q in queries(session)},
        "/sessions/<id>/": f"/sessions/{session.id}/",
        "/sessions/new/": "/sessions/new/",
        "/projects/": "/projects/",
        "/projects/<id>/": f"/projects/{project.pk}/",
        "/usage/": "/usage/",
        "/usage/?source=sessions": "/usage/?source=sessions",
        "/status/": "/status/",
    }
    scripts = {
        f"{words}, JSON": f"{path}{'&' if '?' in path else '?'}format=json"
        for words, path in pages.items()
        if words not in NO_JSON
    }
    return {"(the empty page)": EMPTY} | pages | scripts


def queries(session: Session) -> tuple[str, ...]:
    """Common ones, a frequent value that only old sessions have, one that none has, the beginning of an id."""
    common = ("status:ERROR", "project:checkout status:RUNNING", "team=growth env=prod")
    return (*common, "campaign=launch", "customer=nobody", session.short_id)


def count_queries(path: str) -> int:
    client = sign_in()
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


def time_all(reader: Reader, times: dict[str, Times], repetitions: int) -> None:
    """A round asks for every path, each time in another order; the first only warms up."""
    random, paths = Random(repetitions), list(times)
    for path in paths:
        reader.seconds(path)
    for _ in rounds(repetitions, BUDGET_S):
        for path in random.sample(paths, len(paths)):
            times[path].append(reader.seconds(path))


def as_table(size: Size, pages: list[Page]) -> Table:
    title = f"Pages with {size.sessions:,} sessions, {size.projects} projects and a month of counters"
    columns = ("page", "queries", "stopped, ms", "p95", "hangs, ms", "p95", "x empty page", "p95 of 300 ms")
    table = Table(title, columns)
    empty = pages[0].stopped + pages[0].hanging
    for page in pages:
        worst = max(page.stopped.p95, page.hanging.p95)
        measured = (ms(page.stopped.median), ms(page.stopped.p95), ms(page.hanging.median), ms(page.hanging.p95))
        compared = ratio(Times(page.stopped + page.hanging).median, Times(empty).median)
        table.add(page.words, str(page.queries), *measured, compared, share(worst, LIMIT_S))
        if worst > LIMIT_S:
            table.over.append(f"{page.words} with {size.sessions:,} sessions: p95 {ms(worst)} ms of 300")
    few, many = count_queries("/sessions/?limit=10"), count_queries("/sessions/?limit=200")
    table.notes.append(
        f"{len(empty)} times each. Upstream is stopped (its port is closed), then hangs (it takes connections and says "
        f"nothing), and the worker goes on trying. Queries count the sign-in; /sessions/ takes {few} for 10 rows and "
        f"{many} for 200."
    )
    return table


def time_look_ups(reader: Reader, repetitions: int) -> Table:
    """The one page that asks upstream: that of an id which our tables lack."""
    table = Table("An id that our tables lack", ("page", "ms", "p95", "p95 of 2,300 ms"))
    times = Times(reader.seconds(f"/sessions/unknown-{number}/", status=503) for number in range(repetitions))
    table.add(
        "/sessions/<unknown>/ while upstream hangs", ms(times.median), ms(times.p95), share(times.p95, LOOK_UP_LIMIT_S)
    )
    return table
