"""How much of the database one question about usage may take."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from sessions_app.query.search import TooSlow

SETTINGS = {"statement_timeout": "30s", "work_mem": "64MB"}


@contextmanager
def limited() -> Iterator[None]:
    """Raises TooSlow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            calls = ", ".join("set_config(%s, %s, true)" for _ in SETTINGS)
            cursor.execute(f"SELECT {calls}", [word for setting in SETTINGS.items() for word in setting])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise
