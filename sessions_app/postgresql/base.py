"""Django's way to PostgreSQL with a pool that outlives its connections. The name of this file is Django's wish."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import PoolTimeout

from .cut import is_cut

IMPATIENCE_S = 0.5
"""How long a request waits for a connection where the one before it waited in vain."""


class DatabaseWrapper(base.DatabaseWrapper):
    """The first connection that is found cut has all of the pool made anew."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = self._connection_of_pool(conn_params)
        if is_cut(connection):
            self.pool.drain()
            self.pool.putconn(connection)
            connection = self._connection_of_pool(conn_params)
        return connection

    def _connection_of_pool(self, conn_params: dict[str, Any]) -> Any:
        """A restart is waited for. Once that was in vain nobody waits: soon all threads would. The pool tries on."""
        try:
            connection = super().get_new_connection(conn_params)
        except PoolTimeout:
            self.pool.timeout = IMPATIENCE_S
            raise
        self.pool.timeout = self.settings_dict["OPTIONS"]["pool"]["timeout"]
        return connection

    def _close(self) -> None:
        """One that broke in use comes back: those that lie idle may be broken as well, with nothing to show it."""
        if self.connection is not None and self.connection.broken:
            self.pool.drain()
        super()._close()  # type: ignore[misc]  # not in the stubs
