"""This process as the others see it: a number, held by an advisory lock as long as it lives."""

import asyncio
import secrets
import time
from typing import Any

import psycopg

from sessions_app.models.create_try import HOLDERS
from sessions_app.postgresql.cut import is_cut

from .database import parameters

LOOK_EVERY_S = 5.0


class Holder:
    """A process that is killed lets go at once: what it waited for is then known to be lost."""

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._number = 0
        self._seen_at = 0.0
        self._taking = asyncio.Lock()

    async def number(self) -> int:
        """Taken anew where the connection broke. Raises one of `database.UNREACHABLE`."""
        async with self._taking:
            if not await self._still_holds():
                self._number = secrets.randbelow(2**31 - 1) + 1
                connection = await psycopg.AsyncConnection.connect(**parameters(), autocommit=True)
                await connection.execute("SELECT pg_advisory_lock(%s, %s)", [HOLDERS, self._number])
                self._connection, self._seen_at = connection, time.monotonic()
            return self._number

    async def _still_holds(self) -> bool:
        """A connection that was cut is seen at once, one that broke without a word by using it."""
        if self._connection is not None and is_cut(self._connection):
            self._connection = None
        if self._connection is not None and time.monotonic() > self._seen_at + LOOK_EVERY_S:
            try:
                await self._connection.execute("SELECT 1")
                self._seen_at = time.monotonic()
            except psycopg.OperationalError:
                self._connection = None
        return self._connection is not None


holder = Holder()
