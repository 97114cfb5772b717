"""This room's own way into PostgreSQL: a small async pool, opened by the first request."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import Any, LiteralString

import psycopg
from django.db import connections
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from sessions_app.postgresql.cut import is_cut, is_undone

Row = dict[str, Any]

MOST_CONNECTIONS = 8
WAIT_S = 5.0
UNREACHABLE = (psycopg.OperationalError, psycopg.InterfaceError, PoolTimeout)


class Pool(AsyncConnectionPool[Any]):
    """The first connection that is found cut, or that broke in use, has all of them made anew."""

    async def getconn(self, timeout: float | None = None) -> Any:
        connection = await super().getconn(timeout)
        if is_cut(connection):
            try:
                await self.drain()
            finally:  # also where its caller hangs up meanwhile
                await self.putconn(connection)
            connection = await super().getconn(timeout)
        return connection

    async def putconn(self, conn: Any) -> None:
        await super().putconn(conn)
        if conn.broken:
            await self.drain()


class Database:
    """Statements without a transaction around them. Raises one of UNREACHABLE while the database is away."""

    def __init__(self) -> None:
        self._pool = Pool(
            kwargs=parameters() | {"autocommit": True, "row_factory": dict_row, "prepare_threshold": 1},
            min_size=1,
            max_size=MOST_CONNECTIONS,
            timeout=WAIT_S,
            reconnect_timeout=WAIT_S,
            open=False,
        )
        self._opening = asyncio.Lock()

    async def rows(self, statement: LiteralString, **values: Any) -> list[Row]:
        """Asked again, once, where the connection was cut before it was done."""
        await self._open()
        try:
            return await self._rows(statement, values)
        except psycopg.OperationalError as error:
            if not is_undone(error):
                raise
            return await self._rows(statement, values)

    async def _rows(self, statement: LiteralString, values: dict[str, Any]) -> list[Row]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(statement, values)
            return await cursor.fetchall() if cursor.description else []

    async def row(self, statement: LiteralString, **values: Any) -> Row | None:
        return next(iter(await self.rows(statement, **values)), None)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[psycopg.AsyncConnection[Row]]:
        await self._open()
        async with self._pool.connection() as connection, connection.transaction():
            yield connection

    async def _open(self) -> None:
        if self._pool.closed:
            async with self._opening:
                if self._pool.closed:
                    await self._pool.open()


def parameters() -> dict[str, Any]:
    """How Django reaches the database, for psycopg."""
    given = connections["default"].get_connection_params()
    return {name: value for name, value in given.items() if name not in ("context", "cursor_factory")}


@lru_cache(maxsize=1)
def database() -> Database:
    return Database()
