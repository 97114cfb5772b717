"""PostgreSQL as seen by who runs it, and a way to it that forgets its connections."""

import contextlib
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString
from urllib.parse import quote

import psycopg
from django.db import connection, transaction
from psycopg import sql

from tests.conftest import eventually

SOCKET = ".s.PGSQL.5432"


class Server:
    """A connection of its own to another database of the server. `name` is for the process that is to be cut."""

    def __init__(self) -> None:
        self.name = f"cut {time.monotonic_ns()}"
        given = connection.get_connection_params()
        self._connection = psycopg.connect(
            **{key: given[key] for key in given.keys() & {"user", "password", "host", "port"}},
            dbname="postgres",
            autocommit=True,
        )
        self._database = sql.Identifier(connection.settings_dict["NAME"])

    def connected(self, waiting: bool = False) -> int:
        """How many connections that process has; of those only the ones that wait for a lock."""
        return self._each("pid", waiting)

    def cut(self, waiting: bool = False) -> None:
        """Return once they are gone."""
        assert self._each("pg_terminate_backend(pid, 5000)", waiting) > 0

    def _each(self, what: LiteralString, waiting: bool) -> int:
        chosen = "application_name = %s AND (wait_event_type = 'Lock' OR NOT %s)"
        statement = f"SELECT {what} FROM pg_stat_activity WHERE {chosen}"  # noqa: S608
        return self._connection.execute(statement, [self.name, waiting]).rowcount

    @contextmanager
    def away(self) -> Iterator[None]:
        """The database takes nobody in, and that process has no connection left."""
        self._allow("false")
        try:
            self.cut()
            yield
        finally:
            self._allow("true")

    def _allow(self, allowed: LiteralString) -> None:
        self._connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS " + allowed).format(self._database))

    @contextmanager
    def cutting_who_asks_for(self, table: str) -> Iterator[None]:
        """Whoever asks for this table waits, and is cut while doing so; then it is free."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"LOCK TABLE {table}")
            yield
            eventually(lambda: self.connected(waiting=True))
            self.cut(waiting=True)

    def close(self) -> None:
        self._connection.close()


class Relay:
    """Stands between a process and PostgreSQL's socket."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="relay-")
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(Path(self._folder.name) / SOCKET))
        self._door.listen(64)
        self._behind = str(Path(connection.settings_dict["HOST"]) / SOCKET)
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._forgotten: set[socket.socket] = set()

    @property
    def database_url(self) -> str:
        database = connection.settings_dict
        return f"postgresql://{database['USER']}@{quote(self._folder.name, safe='')}/{database['NAME']}"

    def __enter__(self) -> "Relay":
        threading.Thread(target=self._let_in, daemon=True).start()
        return self

    def _let_in(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, far = self._door.accept()[0], socket.socket(socket.AF_UNIX)
                far.connect(self._behind)
                self._pairs.append((near, far))
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=[one, other], daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := one.recv(65_536):
                if one in self._forgotten:
                    break
                other.sendall(chunk)
        if other not in self._forgotten:
            shut(one, other)

    def forget(self) -> None:
        """What is connected now hears nothing of it until it says something."""
        for near, far in self._pairs:
            self._forgotten.add(near)
            shut(far)

    def __exit__(self, *_: Any) -> None:
        shut(self._door, *(end for pair in self._pairs for end in pair))
        self._folder.cleanup()


def shut(*sockets: socket.socket) -> None:
    for each in sockets:
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
