"""The embedded PostgreSQL: found again after whatever ended it."""

import asyncio
import os
import subprocess
from pathlib import Path
from unittest.mock import ANY

import psycopg
import pytest

from launcher import postgres, servers
from launcher.processes import as_user, working_in


async def count(url: str) -> int:
    """Adds a row and counts all that were added so far."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (id int)")
        await connection.execute("INSERT INTO kept VALUES (1)")
        row = await (await connection.execute("SELECT count(*) FROM kept")).fetchone()
    assert row
    return row[0]


def data_folder(place) -> Path:
    return place.servers / "postgres" / "data"


def test_starts_in_a_deep_clone_and_keeps_its_rows(deep_place, supervise):
    counts = []

    async def use(supervisor):
        counts.append(await count(await servers.start_postgres(supervisor, deep_place)))

    assert supervise(use)[0] == 0
    assert supervise(use)[0] == 0
    assert counts == [1, 2]
    assert working_in(data_folder(deep_place)) == []


def test_starts_again_after_a_kill_9_of_the_postmaster(deep_place, supervise):
    counts = []

    async def use_and_kill(supervisor):
        counts.append(await count(await servers.start_postgres(supervisor, deep_place)))
        supervisor.running[0].process.kill()
        await asyncio.sleep(10)

    async def use(supervisor):
        counts.append(await count(await servers.start_postgres(supervisor, deep_place)))

    code, said = supervise(use_and_kill)
    assert code == 1
    assert "postgres was killed by SIGKILL" in said
    assert supervise(use)[0] == 0
    assert counts == [1, 2]


@pytest.mark.parametrize("writer", [os.getpid, lambda: 1, lambda: 4_000_000], ids=["ours", "roots", "nobodys"])
def test_lock_files_of_a_dead_postmaster_stop_nothing_even_if_its_number_is_anothers(deep_place, supervise, writer):
    async def use(supervisor):
        await servers.start_postgres(supervisor, deep_place)

    assert supervise(use)[0] == 0
    data = data_folder(deep_place)
    sockets = deep_place.socket_folder(data.parent)
    for lock_file in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        lock_file.write_text(f"{writer()}\n{data}\n1700000000\n5432\n{sockets}\n\n  1 2\nready\n")
    assert supervise(use)[0] == 0


def test_a_postmaster_left_over_by_a_killed_run_is_ended_first(deep_place, supervise):
    left = []

    async def leave_one(supervisor):
        server = await postgres.prepare(deep_place)
        part = server.part
        left.append(subprocess.Popen(part.command, env=part.environment, cwd="/", **as_user(part.user)))
        await postgres.wait_until_ready(server)

    async def use(supervisor):
        await servers.start_postgres(supervisor, deep_place)
        assert left[0].poll() == 0

    supervise(leave_one)
    # It stays a zombie until it is waited for, and a zombie works in no folder.
    assert supervise(use) == (0, ANY)


def test_an_interrupted_first_start_leaves_nothing_that_passes_for_a_database(deep_place, supervise):
    home = deep_place.servers / "postgres"
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "PG_VERSION").write_text("18")
    counts = []

    async def use(supervisor):
        counts.append(await count(await servers.start_postgres(supervisor, deep_place)))

    assert supervise(use)[0] == 0
    assert counts == [1]


def test_only_its_own_user_and_root_reach_data_and_socket(deep_place, supervise):
    async def use(supervisor):
        await servers.start_postgres(supervisor, deep_place)

    supervise(use)
    assert (deep_place.servers / "postgres").stat().st_mode & 0o077 == 0
