"""Django's ORM from here: in a few threads of its own, its connection given back after each piece of work."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import OperationalError, close_old_connections

from sessions_app.postgresql.cut import is_undone

P = ParamSpec("P")
Result = TypeVar("Result")

_threads = ThreadPoolExecutor(4, "gateway")


async def in_thread(work: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
    """Done again, once, where the connection was cut half-way: its transactions before that must bear it."""

    def run() -> Result:
        try:
            return work(*args, **kwargs)
        finally:
            close_old_connections()

    def run_through() -> Result:
        try:
            return run()
        except OperationalError as error:
            if not is_undone(error):
                raise
            return run()

    return await asyncio.get_running_loop().run_in_executor(_threads, run_through)
