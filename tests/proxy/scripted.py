"""An upstream that answers what a test says, and remembers byte for byte what it was asked."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Headers = list[tuple[str, str]]


@dataclass
class Asked:
    method: str
    target: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass
class Says:
    """An answer. `chunks` are sent one by one as they are, `body` whole with its length."""

    body: bytes = b"{}"
    status: int = 200
    headers: Headers = field(default_factory=lambda: [("Content-Type", "application/json")])


class Upstream:
    """`says` is an answer, or a function that writes one itself to the handler it is given."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.says: Says | Callable[[BaseHTTPRequestHandler], None] = Says()
        handler = type("Handler", (_Handler,), {"upstream": self})
        self.server = _Server(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    request_queue_size = 1024


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    upstream: Upstream

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except OSError:
            self.close_connection = True

    def answer(self) -> None:
        asked = Asked(self.command, self.path, list(self.headers.items()), self.read_body())
        self.upstream.asked.append(asked)
        says = self.upstream.says
        if callable(says):
            says(self)
            return
        self.send_response(says.status)
        for name, value in says.headers:
            self.send_header(name, value)
        if not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in says.headers):
            self.send_header("Content-Length", str(len(says.body)))
        self.end_headers()
        self.wfile.write(says.body)

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815 (their names in http.server)

    def read_body(self) -> bytes:
        if self.headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def log_message(self, *_: object) -> None:
        pass
