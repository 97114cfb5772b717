"""The real web process before a real simulator or a scripted upstream, and tokens of it."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from sessions_app.actions import tokens
from sessions_app.models import Account, User
from tests.conftest import make_account
from tests.processes import Process, start_web
from tests.proxy.scripted import Upstream

SCRIPTED_KEY = "bb_test_scripted_key"


class Gateway:
    """The web process, and one account behind it. `http()` is a program: each has connections of its own."""

    def __init__(self, url: str, account: Account, user: User) -> None:
        self.url, self.account, self.user = url, account, user
        self._clients: list[httpx.Client] = []

    def token(self, right: str = "operate", projects: list[str] | None = None, owner: User | None = None) -> str:
        """A fresh token; projects need not be known here yet."""
        token, text = tokens.make(owner or self.user, right, self.account)
        if projects is not None:
            token.project_ids = projects
            token.save()
        return text

    def http(self, token: str | None = None, address: str = "127.0.0.1", url: str = "") -> httpx.Client:
        headers = {"X-BB-API-Key": self.token() if token is None else token}
        transport = httpx.HTTPTransport(local_address=address)
        client = httpx.Client(base_url=url or self.url, headers=headers, timeout=60, transport=transport)
        self._clients.append(client)
        return client

    def raw(self, request: bytes, address: str = "127.0.0.1") -> socket.socket:
        """A connection on which these bytes were sent."""
        place = urlsplit(self.url)
        wire = socket.create_connection((place.hostname, place.port), timeout=30, source_address=(address, 0))
        wire.sendall(request)
        return wire

    def asked(self, line: str, token: str | None = None, *headers: str, body: bytes = b"") -> tuple[int, bytes]:
        """Status and body of one request written out by hand: `GET /v1/sessions`."""
        head = [f"{line} HTTP/1.1", "Host: sightglass", f"X-BB-API-Key: {token or self.token()}", "Connection: close"]
        with self.raw("\r\n".join([*head, *headers, "", ""]).encode() + body) as wire:
            answer = b"".join(iter(lambda: wire.recv(65_536), b""))
        head_bytes, _, content = answer.partition(b"\r\n\r\n")
        return int(head_bytes.split()[1]), content

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.fixture
def gateway(site: str, account: Account, user: User) -> Iterator[Gateway]:
    """Before the simulator."""
    gateway = Gateway(site, account, user)
    yield gateway
    gateway.close()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.close()


@pytest.fixture
def scripted(gateway: Gateway, upstream: Upstream) -> Gateway:
    """The gateway before the scripted upstream."""
    gateway.account = make_account("scripted", upstream.url, SCRIPTED_KEY)
    return gateway


@pytest.fixture
def starts_web(transactional_db: None, tmp_path: Path) -> Iterator[Callable[[], tuple[Process, str]]]:
    """Further web processes on the same database, for tests that need several or kill one."""
    started: list[Process] = []

    def start() -> tuple[Process, str]:
        process, url = start_web(tmp_path)
        started.append(process)
        return process, url

    yield start
    for process in started:
        process.kill()
        assert "Traceback" not in process.text(), process.text()
