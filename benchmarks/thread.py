"""The main job: a session that a program starts appears in the list, and one that a person ends is seen ended.

With the default intervals, the real worker and the simulator on the other side.
"""

import time
from collections.abc import Callable
from random import Random

from browserbase import Browserbase
from django.conf import settings

from sessions_app.actions.accounts import add_account
from sessions_app.models import Pull

from . import seeding
from .reader import Reader
from .tables import Table
from .timing import Times, s, share, wait_until

LIMIT_S = 10.0
LOOK_EVERY_S = 0.1
GIVE_UP_S = 60.0
LIST = "/sessions/?format=json&limit=200&q=bench%3Dthread"

Moments = dict[str, float]


def measure(reader: Reader, simulator_url: str, sessions: int, intervals: int) -> Table:
    """`sessions` are started, then ended, at moments spread over so many intervals of the live pull."""
    seeding.empty_tables()
    account = add_account("demo", simulator_url, seeding.KEY)
    wait_until(lambda: Pull.objects.filter(account=account, kind=Pull.Kind.SESSIONS, outcome=Pull.Outcome.OK).exists())
    with Browserbase(api_key=seeding.KEY, base_url=simulator_url) as sdk:
        moments = spread(sessions, intervals)
        created, shown = follow(reader, moments, lambda _: start(sdk))
    ids = list(created)
    asked, ended = follow(reader, spread(sessions, intervals), lambda number: end(reader, ids[number]), "COMPLETED")
    table = Table("From upstream to the page and back", ("from … to …", "s", "p95", "p95 of 10 s"))
    add(table, "SDK create to its row in /sessions/?format=json", between(created, shown))
    add(table, "POST end to COMPLETED in /sessions/?format=json", between(asked, ended))
    table.notes.append(
        f"{sessions} sessions, at moments spread over {intervals * settings.PULL_LIVE_S:.0f} s; the live pull comes "
        f"every {settings.PULL_LIVE_S:g} s. The simulator itself takes 1 to 3 s to end a session."
    )
    return table


def start(sdk: Browserbase) -> str:
    return sdk.sessions.create(user_metadata={"bench": "thread"}, keep_alive=True).id


def end(reader: Reader, session_id: str) -> str:
    reader.post_json(f"/sessions/{session_id}/end/")
    return session_id


def spread(count: int, intervals: int) -> list[float]:
    """Moments from now on: one in each of `count` equal parts of the time, somewhere in it."""
    random, begin, part_s = Random(count), time.monotonic(), intervals * settings.PULL_LIVE_S / count
    return [begin + (number + random.random()) * part_s for number in range(count)]


def follow(reader: Reader, due: list[float], act: Callable[[int], str], status: str = "") -> tuple[Moments, Moments]:
    """Act at each moment that is `due`: {id: when it began} and {id: when its row first showed (`status`)}."""
    begun, seen = Moments(), Moments()
    give_up_at = due[-1] + GIVE_UP_S
    while len(seen) < len(due):
        before = time.monotonic()
        if before > give_up_at:
            raise TimeoutError(f"{len(due) - len(seen)} of {len(due)} sessions never showed {status or 'up'}.")
        if len(begun) < len(due) and due[len(begun)] <= before:
            begun[act(len(begun))] = before
        for row in reader.get(LIST).json()["results"]:
            if row["id"] in begun and status in ("", row["status"]):
                seen.setdefault(row["id"], time.monotonic())
        time.sleep(LOOK_EVERY_S)
    return begun, seen


def between(begun: Moments, seen: Moments) -> Times:
    return Times(seen[session_id] - begun[session_id] for session_id in begun)


def add(table: Table, words: str, times: Times) -> None:
    table.add(words, s(times.median), s(times.p95), share(times.p95, LIMIT_S))
    if times.p95 > LIMIT_S:
        table.over.append(f"{words}: p95 {s(times.p95)} s of 10")
