"""A session's log from upstream to a script's answer, beside what merely decoding the same bytes takes."""

import json
import time
from dataclasses import dataclass
from uuid import uuid4

import httpx

from sessions_app.actions.accounts import add_account
from simulator.times import iso

from . import seeding
from .reader import Reader
from .tables import Table
from .timing import Times, clocked, ms, ratio, rounds

#: So many seconds of a simulated story make so many entries.
LENGTHS = ((20_000, 2_900), (100_000, 13_700))
LIMIT_S = {20_000: 2.0}
BUDGET_S = 40.0


@dataclass
class Measured:
    entries: int
    size: int
    decoded_s: float
    upstream_s: float
    first: float
    timeline: Times
    har: Times

    @property
    def own_s(self) -> float:
        """Of the first answer what is not upstream's."""
        return max(self.first - self.upstream_s, 0.0)


def measure(reader: Reader, simulator_url: str, repetitions: int) -> Table:
    seeding.empty_tables()
    add_account("demo", simulator_url, seeding.KEY)
    reader.timeout = httpx.Timeout(120)
    table = Table(
        "A log, to a script",
        (
            "entries",
            "MB",
            "json.loads, ms",
            "first answer, ms",
            "of it upstream",
            "again, ms",
            "HAR, ms",
            "x json.loads",
        ),
    )
    for entries, lasts_s in LENGTHS:
        one = measured(reader, simulator_url, lasts_s, repetitions)
        size = f"{one.size / 1e6:.1f}"
        spent = ms(one.first), ms(one.upstream_s), ms(one.timeline.median), ms(one.har.median)
        table.add(f"{one.entries:,}", size, ms(one.decoded_s), *spent, ratio(one.own_s, one.decoded_s))
        limit_s = LIMIT_S.get(entries)
        if limit_s and one.own_s > limit_s:
            table.over.append(f"a log of {one.entries:,} entries: {ms(one.own_s)} ms of {ms(limit_s)}")
    table.notes.append(
        "Over HTTP, timeline and HAR as a script reads them. The first answer includes reading the log from the "
        "simulator, whose own time to tell it stands beside it; then the log is kept. The last column is the first "
        "answer without upstream's part."
    )
    return table


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
    return Measured(len(json.loads(data)), len(data), decoded_s, upstream_s, first, again, archived)


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
