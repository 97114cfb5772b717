"""What goes on the record once an answer is out: nobody waits for it, and where it fails a line of the log says so."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from django.db import Error

from .threads import in_thread

logger = logging.getLogger(__name__)

_writing: set[asyncio.Task[None]] = set()


def write(what: str, function: Callable[..., None], *args: Any) -> None:
    """Call the function in a thread, a moment later. `what` begins the sentence in the log."""
    task = asyncio.create_task(_write(what, function, args))
    _writing.add(task)
    task.add_done_callback(_writing.discard)


async def _write(what: str, function: Callable[..., None], args: tuple[Any, ...]) -> None:
    try:
        await in_thread(function, *args)
    except Error as error:
        logger.warning("%s is not on the record: %s", what, str(error).partition("\n")[0])
