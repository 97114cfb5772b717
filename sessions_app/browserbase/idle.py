"""Connections to one place that were used, and are kept a moment for the next request."""

import asyncio
from typing import Any

KEPT_OPEN = 64


class IdleConnections:
    """For one event loop. httpcore's own pool looks at every connection for every request, which is too slow with
    hundreds of them.
    """

    def __init__(self, most: int = KEPT_OPEN) -> None:
        self._most = most
        self._idle: list[Any] = []

    def take(self) -> Any | None:
        """The connection used last that is still good, None where there is none."""
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed() and not connection.has_expired():
                return connection
            close_later(connection)
        return None

    async def give_back(self, connection: Any) -> None:
        """One whose answer was not read to its end is of no use any more."""
        if connection.is_idle() and len(self._idle) < self._most:
            self._idle.append(connection)
        elif not connection.is_closed():
            await asyncio.shield(close_later(connection))

    def close_all_later(self) -> None:
        while self._idle:
            close_later(self._idle.pop())

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().aclose()


_closing: set[asyncio.Task[None]] = set()


def close_later(connection: Any) -> asyncio.Task[None]:
    task = asyncio.ensure_future(connection.aclose())
    _closing.add(task)
    task.add_done_callback(_closing.discard)
    return task
