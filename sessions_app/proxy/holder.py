"""This process as the others see it: a number, held by an advisory lock as long as it lives."""

import asyncio
import secrets
from typing import Any

import psycopg

from sessions_app.models.create_try import HOLDERS

from .database import parameters


class Holder:
    """A process that is killed lets go at once: what it waited for is then known to be lost."""

    def __init__(self) -> None:
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._number = 0
        self._taking = asyncio.Lock()

    async def number(self) -> int:
        """Taken anew where the connection broke. Raises one of `database.UNREACHABLE`."""
        async with self._taking:
            if self._connection is None or self._connection.closed:
                self._number = secrets.randbelow(2**31 - 1) + 1
                self._connection = await psycopg.AsyncConnection.connect(**parameters(), autocommit=True)
                await self._connection.execute("SELECT pg_advisory_lock(%s, %s)", [HOLDERS, self._number])
            return self._number


holder = Holder()
