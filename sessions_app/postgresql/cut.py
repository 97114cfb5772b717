"""How a cut connection is told, for the pool of the pages and for the gateway's."""

import select
from typing import Any

from psycopg import BaseConnection
from psycopg.errors import AdminShutdown


def is_cut(connection: BaseConnection[Any]) -> bool:
    """Whether PostgreSQL has closed this idle connection, seen without asking it: nothing else comes on an idle one.

    A pool's own check asks, with each request, and waits ever longer after each connection that it finds cut.
    """
    if connection.closed:
        return True
    socket = select.poll()
    socket.register(connection.fileno(), select.POLLIN)
    return bool(socket.poll(0))


def is_undone(error: Exception) -> bool:
    """Whether PostgreSQL said that it cuts the connection, so that the statement or transaction under way was not done.

    It never breaks off a commit (HOLD_INTERRUPTS, xact.c). A connection that ends without a word leaves that open.
    """
    return isinstance(error.__cause__ or error, AdminShutdown)
