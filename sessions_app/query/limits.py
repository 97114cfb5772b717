"""How much of the database one question may take."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class TooSlow(Exception):
    """The database gave up: too much else goes on, or the query has more conditions than is good for it."""


@contextmanager
def limited(settings: Mapping[str, str]) -> Iterator[None]:
    """PostgreSQL's settings for one transaction, a `statement_timeout` among them. Raises TooSlow."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
            cursor.execute(f"SELECT {calls}", [word for setting in settings.items() for word in setting])
            yield
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooSlow from error
        raise
