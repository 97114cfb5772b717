"""A session's log from upstream to a script's answer, beside what merely decoding the same bytes takes."""

import json
import time
from dataclasses import dataclass
from uuid import uuid4

import httpx
from playwright.sync_api import Page

from sessions_app.actions.accounts import add_account
from simulator.times import iso
from tests import chromium

from . import seeding
from .paint import TABS, first_rows, open_page, rows_in_the_middle
from .reader import Reader
from .tables import Table
from .timing import Times, clocked, ms, ratio, rounds

#: So many seconds of a simulated story make so many entries.
LENGTHS = ((20_000, 2_900), (100_000, 13_700))
LIMIT_S = {20_000: 2.0}
BUDGET_S = 40.0


@dataclass
class Measured:
    """Seconds; of a log that was read for the first time where nothing else is said."""

    session_id: str
    entries: int
    size: int
    decoded: float  # by json.loads
    upstream: float
    first: float
    timeline: Times  # again
    har: Times

    def own(self, whole: float) -> float:
        """Of an answer what is not upstream's."""
        return max(whole - self.upstream, 0.0)


def measure(reader: Reader, simulator_url: str, repetitions: int) -> list[Table]:
    seeding.empty_tables()
    add_account("demo", simulator_url, seeding.KEY)
    reader.timeout = httpx.Timeout(120)
    script, screen = script_table(), screen_table()
    with open_page(reader) as page:
        if page is None:
            screen.notes.append(f"Not measured: {chromium.WHY_NOT}.")
        for entries, lasts_s in LENGTHS:
            one = measured(reader, simulator_url, lasts_s, repetitions)
            add_to_script(script, one)
            limit_s = LIMIT_S.get(entries)
            if limit_s and one.own(one.first) > limit_s:
                script.over.append(
                    f"a log of {entries:,} entries to a script: {ms(one.own(one.first))} ms of {ms(limit_s)}"
                )
            if page:
                for tab in TABS:
                    painted = paint(page, reader, simulator_url, lasts_s, tab, one.session_id)
                    add_to_screen(screen, one, tab, painted)
                    if limit_s and one.own(painted.first) > limit_s:
                        screen.over.append(
                            f"{tab} of {entries:,} entries: {ms(one.own(painted.first))} ms of {ms(limit_s)}"
                        )
    return [script, screen]


def script_table() -> Table:
    columns = (
        "entries",
        "MB",
        "json.loads, ms",
        "first answer, ms",
        "of it upstream",
        "again, ms",
        "HAR, ms",
        "x json.loads",
    )
    table = Table("A log, to a script", columns)
    table.notes.append(
        "Over HTTP, timeline and HAR as a script reads them. The first answer includes reading the log from the "
        "simulator, whose own time to tell it stands beside it; then the log is kept. The last column is the first "
        "answer without upstream's part."
    )
    return table


def screen_table() -> Table:
    columns = ("tab, entries", "first rows, ms", "of it upstream", "x json.loads", "again, ms", "the middle, ms")
    table = Table("A log, on screen", columns)
    table.notes.append(
        "In Chromium: from asking for a session's page to rows on screen, of a log that nobody read yet; once more; "
        "and from a leap into the middle of the list to the rows there. The third column is the first without upstream."
    )
    return table


def add_to_script(table: Table, one: Measured) -> None:
    size = f"{one.size / 1e6:.1f}"
    spent = ms(one.first), ms(one.upstream), ms(one.timeline.median), ms(one.har.median)
    table.add(f"{one.entries:,}", size, ms(one.decoded), *spent, ratio(one.own(one.first), one.decoded))


def add_to_screen(table: Table, one: Measured, tab: str, painted: "Painted") -> None:
    beside = ratio(one.own(painted.first), one.decoded)
    spent = ms(painted.first), ms(one.upstream), beside, ms(painted.again), ms(painted.middle)
    table.add(f"{tab}, {one.entries:,}", *spent)


def measured(reader: Reader, simulator_url: str, lasts_s: int, repetitions: int) -> Measured:
    session_id = put_in(simulator_url, lasts_s)
    reader.get(f"/sessions/{session_id}/?format=json").raise_for_status()
    data, upstream_s = read_upstream(simulator_url, session_id)
    timeline, har = f"/sessions/{session_id}/timeline/?format=json", f"/sessions/{session_id}/har/"
    first = reader.seconds(timeline)
    again, archived = Times(), Times()
    for _ in rounds(repetitions, BUDGET_S):
        again.append(reader.seconds(timeline))
        archived.append(reader.seconds(har))
    decoded_s = min(clocked(lambda: json.loads(data)) for _ in range(3))
    return Measured(session_id, len(json.loads(data)), len(data), decoded_s, upstream_s, first, again, archived)


@dataclass(frozen=True)
class Painted:
    first: float
    again: float
    middle: float


def paint(page: Page, reader: Reader, simulator_url: str, lasts_s: int, tab: str, known_id: str) -> Painted:
    """The browser has met the tab before, on the session with the id `known_id`; the log is not read yet."""
    session_id = put_in(simulator_url, lasts_s)
    reader.get(f"/sessions/{session_id}/?format=json").raise_for_status()
    known, url = (f"{reader.base_url.join('/sessions/')}{id}/{tab}/" for id in (known_id, session_id))
    first_rows(page, known)
    return Painted(first_rows(page, url), first_rows(page, url), rows_in_the_middle(page))


def pages(simulator_url: str) -> list[str]:
    """Of a session of five minutes with log and films: as it opens, and the tab with the most to draw."""
    session_id = put_in(simulator_url, 300)
    return [f"/sessions/{session_id}/{tab}" for tab in ("", "network/")]


def put_in(simulator_url: str, lasts_s: int) -> str:
    """A session that told its story for so long, and was over an hour ago."""
    session_id, ended = str(uuid4()), time.time() - 3600
    times = {"startedAt": iso(ended - lasts_s), "createdAt": iso(ended - lasts_s), "endedAt": iso(ended)}
    told = {"id": session_id, "status": "COMPLETED", "story": True, "expiresAt": iso(ended), "updatedAt": iso(ended)}
    httpx.post(f"{simulator_url}/_sim/sessions", json=[told | times], timeout=30).raise_for_status()
    return session_id


def read_upstream(simulator_url: str, session_id: str) -> tuple[bytes, float]:
    """The log as upstream gives it, and how long that takes."""
    answers: list[bytes] = []
    headers = {"X-BB-API-Key": seeding.KEY}

    def ask() -> None:
        path = f"{simulator_url}/v1/sessions/{session_id}/logs"
        answers.append(httpx.get(path, headers=headers, timeout=120).raise_for_status().content)

    took_s = clocked(ask)
    return answers[0], took_s
