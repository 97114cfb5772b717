"""What is done before waiting for upstream."""

from django.db import connection


def give_back_connection() -> None:
    """Free this thread's place in the database pool; the next query takes one again.

    Otherwise a slow upstream would hold the places that pages need which wait for nothing. Inside a transaction the
    connection is not ours to give.
    """
    if not connection.in_atomic_block:
        connection.close()
