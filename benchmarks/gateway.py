"""The gateway beside the simulator itself: what a read costs more through it, and hundreds of creates at once."""

import asyncio
import time
from collections import Counter
from urllib.parse import urlsplit

import httpx

from sessions_app.actions.accounts import add_account
from sessions_app.actions.tokens import make
from sessions_app.models import User

from . import seeding
from .tables import Table
from .timing import Times, ms, ratio, rounds, s, share

MORE_S = 0.003
UPSTREAM_S = 2.0
CREATED = 201
BUDGET_S = 10.0


def measure(simulator_url: str, url: str, reads: int, creates: int) -> Table:
    """`creates` come at once, before an upstream that takes UPSTREAM_S for each."""
    seeding.empty_tables()
    account = add_account("demo", simulator_url, seeding.KEY)
    token = make(User.objects.get_or_create(username="bench")[0], "operate", account)[1]
    table = Table("The gateway, /v1", ("name", "value", "unit", "ratio", "against"))
    measure_reads(table, Side(simulator_url, seeding.KEY), Side(url, token), reads)
    measure_creates(table, Side(simulator_url, seeding.KEY), Side(url, token), creates)
    table.notes.append(f"One web process; reads in turns over kept-open connections; {UPSTREAM_S:g} s for each create.")
    return table


class Side:
    """Somebody who speaks the API to one of the two."""

    def __init__(self, url: str, key: str) -> None:
        self.http = httpx.Client(base_url=url, headers={"X-BB-API-Key": key}, timeout=60)
        self.place = urlsplit(url)
        self.key = key

    def read(self, path: str) -> float:
        before = time.perf_counter()
        self.http.get(path).raise_for_status()
        return time.perf_counter() - before

    async def create(self) -> bytes:
        """On a connection of its own; the status line's number."""
        reader, writer = await asyncio.open_connection(self.place.hostname, self.place.port)
        head = f"POST /v1/sessions HTTP/1.1\r\nHost: bench\r\nX-BB-API-Key: {self.key}\r\nContent-Length: 2\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n{{}}".encode())
        answer = await reader.read()
        writer.close()
        return answer[9:12]


def measure_reads(table: Table, simulator: Side, gateway: Side, repetitions: int) -> None:
    session = simulator.http.post("/v1/sessions", json={"keepAlive": True}).json()["id"]
    for name, path in (("a session", f"/v1/sessions/{session}"), ("the projects", "/v1/projects")):
        direct, through = Times(), Times()
        for _ in rounds(repetitions, BUDGET_S):
            direct.append(simulator.read(path))
            through.append(gateway.read(path))
        more = through.median - direct.median
        table.add(
            f"read {name}, p50", ms(through.median), "ms", ratio(through.median, direct.median), "the simulator itself"
        )
        table.add(f"read {name}, p50 more", ms(more), "ms", share(more, MORE_S), f"{ms(MORE_S)} ms")
        if more > MORE_S:
            table.over.append(f"reading {name} through the gateway: {ms(more)} ms more of {ms(MORE_S)}")


def measure_creates(table: Table, simulator: Side, gateway: Side, count: int) -> None:
    slow = {"match": "POST /v1/sessions", "fault": "latency", "seconds": UPSTREAM_S}
    simulator.http.post("/_sim/faults", json=slow).raise_for_status()
    try:
        direct, _ = at_once(simulator, count)
        through, answers = at_once(gateway, count)
    finally:
        simulator.http.delete("/_sim/faults").raise_for_status()
    table.add(
        f"{count} creates at once", s(through), "s", ratio(through, direct), f"{s(direct)} s, the simulator itself"
    )
    if answers != {str(CREATED).encode(): count}:
        table.over.append(f"of {count} creates at once: {dict(answers)}")


def at_once(side: Side, count: int) -> tuple[float, Counter[bytes]]:
    """Seconds until the last is answered, and how many were answered with which status."""

    async def send_all() -> Counter[bytes]:
        return Counter(await asyncio.gather(*(side.create() for _ in range(count))))

    before = time.perf_counter()
    answers = asyncio.run(send_all())
    return time.perf_counter() - before, answers
