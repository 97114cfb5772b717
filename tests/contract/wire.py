"""HTTP as bytes: a connection that sends what it is told, and an upstream that remembers what it was asked."""

import socket
import threading
from dataclasses import dataclass, field
from http.client import HTTPResponse
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any, Self
from urllib.parse import urlsplit


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Connection:
    """One connection to a site. `request` is everything up to and with the body."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.host = address.netloc
        self.socket = socket.create_connection((address.hostname, address.port), timeout=30)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, request: bytes) -> None:
        self.socket.sendall(request)

    def answer(self, method: str = "GET") -> Answer:
        response = HTTPResponse(self.socket, method=method)
        response.begin()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())

    def ask(self, method: str, target: str, *headers: str, body: bytes = b"") -> Answer:
        """With a Host header, and no other than told."""
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self.host}", *headers, "", ""]
        self.send("\r\n".join(lines).encode("latin-1") + body)
        return self.answer(method)


def chunked(*pieces: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece) + b"0\r\n\r\n"


@dataclass
class Asked:
    """A request as it arrived: its first line and headers, names in lower case."""

    method: str
    target: str
    headers: list[tuple[str, str]]


@dataclass
class Upstream:
    """Answers every request with 200 and `answer`, one a connection."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answer: bytes = b"{}"

    def __enter__(self) -> Self:
        upstream = self

        class Handler(StreamRequestHandler):
            def handle(self) -> None:
                request = read_head(self.rfile)
                if request is None:
                    return
                upstream.asked.append(request)
                read_body(self.rfile, dict(request.headers))
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                length = b"Content-Length: %d\r\n\r\n" % len(upstream.answer)
                self.wfile.write(head + length + (b"" if request.method == "HEAD" else upstream.answer))

        class Server(ThreadingTCPServer):
            daemon_threads = True
            request_queue_size = 100

            def handle_error(self, *_: Any) -> None:
                """A client that hung up is expected here."""

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def read_head(file: Any) -> Asked | None:
    first = file.readline().decode("latin-1").split()
    if not first:
        return None
    headers = []
    while (line := file.readline().decode("latin-1").rstrip("\r\n")) != "":
        name, _, value = line.partition(":")
        headers.append((name.lower(), value.strip()))
    return Asked(first[0], first[1], headers)


def read_body(file: Any, headers: dict[str, str]) -> None:
    if headers.get("transfer-encoding") == "chunked":
        while size := int(file.readline(), 16):
            file.read(size + 2)
        file.readline()
    else:
        file.read(int(headers.get("content-length", 0)))
