"""A list of many sessions: decoded, and stored as new and as unchanged, beside the least that could be done."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from django.db import connection

from sessions_app.browserbase import Session as Listed
from sessions_app.browserbase.decoding import decode, split_list
from sessions_app.browserbase.schemas import session_from
from sessions_app.models import Account, Session
from sessions_app.pulls.store import COLUMNS, store_sessions

from . import seeding
from .tables import Table
from .timing import Times, clocked, ratio, rounds, s
from .world import World

TABLE = Session._meta.db_table
DECODING_S, STORING_S, COPYING_S = 6, 25, 5  # no further repetition begins after that


def measure(sessions: int, repetitions: int) -> Table:
    seeding.empty_tables()
    account = seeding.add_account("http://127.0.0.1:1")
    data = msgspec.json.encode(list(World.of(time.time(), sessions, projects=12, running=20).session_objects()))
    table = Table(
        f"A list of {sessions:,} sessions ({len(data) / 1e6:.0f} MB)", ("work", "s", "longest", "beside", "s", "ratio")
    )
    decoding, loading = time_decoding(data, repetitions)
    add(table, "decode it", decoding, "json.loads", loading)
    listed = read(data)
    new, unchanged, raw_new, raw_unchanged = time_storing(account, listed, repetitions)
    copying = time_copy(repetitions)
    add(table, "store it, all new", new, "the same SQL by itself", raw_new)
    add(table, "store it, all new", new, "COPY into a table without indexes", copying)
    add(table, "store it, nothing changed", unchanged, "the same SQL by itself", raw_unchanged)
    add(table, "store it, nothing changed", unchanged, "COPY into a table without indexes", copying)
    table.notes.append("In one transaction each, with its commit to the disk (fsync).")
    return table


def add(table: Table, work: str, times: Times, beside: str, others: Times) -> None:
    table.add(work, s(times.median), s(max(times)), beside, s(others.median), ratio(times.median, others.median))


def read(data: bytes) -> list[Listed]:
    """As the client reads a list."""
    return [session_from(decode(entry)) for entry in split_list(data)]


def time_decoding(data: bytes, repetitions: int) -> tuple[Times, Times]:
    decoding, loading = Times(), Times()
    for _ in rounds(repetitions, DECODING_S):
        decoding.append(clocked(lambda: read(data)))
        loading.append(clocked(lambda: json.loads(data)))
    return decoding, loading


def time_storing(account: Account, listed: list[Listed], repetitions: int) -> tuple[Times, Times, Times, Times]:
    """New and unchanged, then the upsert's statement alone for both. The table is full and settled at the end."""
    new, unchanged, raw_new, raw_unchanged = Times(), Times(), Times(), Times()
    for _ in rounds(repetitions, STORING_S):
        empty()
        with statements() as captured:
            new.append(clocked(lambda: store_sessions(account, listed)))
        empty()
        raw_new.append(clocked(lambda: execute(captured)))
        with statements() as captured:
            unchanged.append(clocked(lambda: store_sessions(account, listed)))
        raw_unchanged.append(clocked(lambda: execute(captured)))
    return new, unchanged, raw_new, raw_unchanged


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TABLE} CASCADE")


@contextmanager
def statements() -> Iterator[list[tuple[str, Any]]]:
    """What is executed meanwhile, with its values: the upsert among it."""
    found: list[tuple[str, Any]] = []

    def keep(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if f"INSERT INTO {TABLE}" in sql:
            found.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield found


def execute(captured: list[tuple[str, Any]]) -> None:
    with connection.cursor() as cursor:
        for sql, params in captured:
            cursor.execute(sql, params)
            cursor.fetchall()


def time_copy(repetitions: int) -> Times:
    """The stored rows into a table of the same columns and nothing else."""
    columns = ", ".join(COLUMNS)
    times = Times()
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY (SELECT {columns} FROM {TABLE}) TO STDOUT") as stream:
            rows = b"".join(stream)
        for _ in rounds(repetitions, COPYING_S):
            cursor.execute(f"CREATE TABLE bare AS SELECT {columns} FROM {TABLE} LIMIT 0")
            times.append(clocked(lambda: copy(cursor, columns, rows)))
            cursor.execute("DROP TABLE bare")
    return times


def copy(cursor: Any, columns: str, rows: bytes) -> None:
    with cursor.copy(f"COPY bare ({columns}) FROM STDIN") as stream:
        stream.write(rows)
