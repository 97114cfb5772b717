"""The real web process before a real simulator, and tokens of it."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from sessions_app.actions import tokens
from sessions_app.models import Account, User
from tests.processes import start_web


class Gateway:
    """The web process. `http(token)` is a client of it; each has connections of its own."""

    def __init__(self, url: str, account: Account, user: User) -> None:
        self.url, self.account, self.user = url, account, user
        self._clients: list[httpx.Client] = []

    def token(self, right: str = "operate", projects: list[str] | None = None, owner: User | None = None) -> str:
        return tokens.make(owner or self.user, right, self.account, project_ids=projects)[1]

    def http(self, token: str | None = None, address: str = "127.0.0.1") -> httpx.Client:
        """A program at `address`, with a token of everything unless told otherwise."""
        headers = {"X-BB-API-Key": self.token() if token is None else token}
        transport = httpx.HTTPTransport(local_address=address)
        client = httpx.Client(base_url=self.url, headers=headers, timeout=60, transport=transport)
        self._clients.append(client)
        return client

    def raw(self, request: bytes, address: str = "127.0.0.1") -> socket.socket:
        """A connection on which these bytes were sent."""
        place = urlsplit(self.url)
        wire = socket.create_connection((place.hostname, place.port), timeout=30, source_address=(address, 0))
        wire.sendall(request)
        return wire

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.fixture
def gateway(
    transactional_db: None, account: Account, user: User, tmp_path: Path, starts: Callable[..., str]
) -> Iterator[Gateway]:
    gateway = Gateway(starts(), account, user)
    yield gateway
    gateway.close()


@pytest.fixture
def starts(transactional_db: None, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Starts a web process and gives its URL. None may have written a traceback, nor the account's key."""
    started = []

    def start() -> str:
        process, url = start_web(tmp_path)
        started.append(process)
        return url

    yield start
    for process in started:
        process.stop()
        assert "Traceback" not in process.text(), process.text()
        assert "bb_test_" not in process.text()
