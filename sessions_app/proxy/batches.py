"""Work that is the same for one as for many: what comes while it is under way is done together in the next round."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Batch(Generic[Item]):
    """`work` gets all items that came since it last began, in one call at a time."""

    def __init__(self, work: Callable[[list[Item]], Awaitable[None]]) -> None:
        self._work = work
        self._waiting: list[tuple[Item, asyncio.Future[None]]] = []
        self._rounds: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> None:
        """Return once work that began after this call is done with the item; raises what the work raised."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._rounds is None or self._rounds.done():
            self._rounds = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                await self._work([item for item, _ in waiting])
            except Exception as error:
                self._tell([done for _, done in waiting], error)
            else:
                self._tell([done for _, done in waiting], None)

    @staticmethod
    def _tell(waiting: list[asyncio.Future[None]], error: Exception | None) -> None:
        for done in waiting:
            if done.done():
                continue
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)
