"""A far side of the network that can misbehave at every byte."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sessions_app.browserbase import Browserbase

KEY = "bb_live_0123456789abcdef"

Script = Callable[[socket.socket], None]


class RawServer:
    """Accepts connections, keeps every request as it came, and answers each by the next script (the last one repeats).

    A script gets the socket and does what it likes; when it returns, the connection is closed if `closes`.
    """

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self._scripts: list[Script] = []
        self._freed = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def answer(self, *scripts: Script | bytes) -> None:
        self._scripts = [script if callable(script) else self.sends(script) for script in scripts]

    def answer_json(self, *values: object) -> None:
        self.answer(*(self.http(json.dumps(value).encode()) for value in values))

    @staticmethod
    def http(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
        """An answer's bytes; header names with _ for -."""
        lines = {"content-type": "application/json", "content-length": str(len(body))}
        lines |= {name.replace("_", "-"): value for name, value in headers.items()}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"HTTP/1.1 {status} Words\r\n{head}\r\n".encode() + body

    @staticmethod
    def sends(data: bytes) -> Script:
        return lambda connection: connection.sendall(data)

    def hang(self, connection: socket.socket) -> None:
        self._freed.wait(30)

    def drip(self, data: bytes, every_s: float) -> Script:
        def script(connection: socket.socket) -> None:
            for byte in data:
                connection.sendall(bytes([byte]))
                if self._freed.wait(every_s):
                    return

        return script

    @staticmethod
    def reset(connection: socket.socket) -> None:
        """Abort the connection: the peer gets RST."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        connection.close()

    def half(self, data: bytes) -> Script:
        def script(connection: socket.socket) -> None:
            connection.sendall(data[: len(data) // 2])
            connection.close()

        return script

    @property
    def targets(self) -> list[str]:
        """Method and target of each request line, as sent."""
        return [request.split(b"\r\n", 1)[0].decode().removesuffix(" HTTP/1.1") for request in self.requests]

    def bodies(self) -> list[Any]:
        return [json.loads(request.split(b"\r\n\r\n", 1)[1] or b"null") for request in self.requests]

    def close(self) -> None:
        self._freed.set()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            while request := self._read_request(connection):
                self.requests.append(request)
                script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
                script(connection)

    def _read_request(self, connection: socket.socket) -> bytes:
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := connection.recv(65536)):
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += connection.recv(65536)
        return head + b"\r\n\r\n" + body


@pytest.fixture
def upstream() -> Iterator[RawServer]:
    server = RawServer()
    yield server
    server.close()


@pytest.fixture
def key() -> str:
    return KEY


@pytest.fixture
def client(upstream: RawServer, key: str) -> Iterator[Browserbase]:
    with Browserbase(key, base_url=upstream.url, allow_private=True) as client:
        yield client


@pytest.fixture
def a_session() -> Callable[..., dict[str, Any]]:
    """A session as upstream documents it, with changes."""

    def build(id: str = "s1", **changes: Any) -> dict[str, Any]:
        times = dict.fromkeys(("createdAt", "updatedAt", "startedAt"), "2026-11-01T10:00:00.000Z")
        session = {"id": id, "projectId": "p1", "status": "RUNNING", "region": "us-west-2", **times}
        session |= {"expiresAt": "2026-11-01T11:00:00.000Z", "keepAlive": False, "proxyBytes": 12}
        return session | changes

    return build
