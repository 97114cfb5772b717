"""A small local site of edge cases for browsers. It remembers what it was asked and what it answered."""

import base64
import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HOME = """<!doctype html><title>Edge cases</title><link rel=stylesheet href=/style.css>
<script src=/app.js></script>
<img src=/missing.png><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<form action=/form method=post><input name=user aria-label="User name"><input name=password type=password
aria-label=Password><button>Sign in</button></form><iframe src="{elsewhere}/frame"></iframe>"""
APP = """console.log('%s is %d', 'app', 4); console.warn('careful');
addEventListener('load', async () => {
  await fetch('/r1'); await fetch('/json', {method: 'POST', body: JSON.stringify({pin: 'json-planted'})});
  await fetch(URL.createObjectURL(new Blob(['x'])));
  await fetch('ELSEWHERE/cross', {method: 'PUT', headers: {'x-token': 'header-planted'}}).catch(() => 0);
  await fetch('/cached').then(r => r.text()); await fetch('/cached', {cache: 'force-cache'});
  const given_up = new AbortController(); setTimeout(() => given_up.abort(), 50);
  await fetch('/hang', {signal: given_up.signal}).catch(() => 0); await fetch('/reset').catch(() => 0);
  const socket = new WebSocket(`ws://${location.host}/socket`);
  socket.onopen = () => socket.send('{"token": "socket-planted"}');
  socket.onclose = () => { document.title = 'Ready'; setTimeout(() => { throw new Error('thrown on purpose') }) };
})"""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Site"

    def log_message(self, *_: object) -> None:
        pass

    def answer(self) -> None:
        path = urlsplit(self.path).path
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        match path:
            case "/" | "/form/done":
                cookies = ["sid=cookie-planted; Path=/; Expires=Fri, 01 Jan 2027 00:00:00 GMT", "theme=also-planted"]
                self.send(200, HOME.replace("{elsewhere}", self.server.elsewhere), "text/html", cookies=cookies)
            case "/app.js":
                self.send(200, APP.replace("ELSEWHERE", self.server.elsewhere), "text/javascript")
            case "/style.css":
                self.send(200, "body { margin: 2rem }", "text/css")
            case "/r1":
                self.send(302, location="/r2")
            case "/r2":
                self.send(307, location="/r3?token=url-planted")
            case "/form":
                self.send(303, location="/form/done")
            case "/cross":
                allowed = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "PUT"}
                self.send(200, "", **allowed, **{"Access-Control-Allow-Headers": "x-token"})
            case "/cached":
                self.send(200, "kept", **{"Cache-Control": "max-age=600"})
            case "/hang":
                self.server.freed.wait(5)
                self.close_connection = True
            case "/reset":
                self.close_connection = True
            case "/socket":
                self.open_socket()
            case "/r3" | "/json" | "/frame":
                self.send(200, "fine")
            case _:
                self.send(404, "nothing")

    do_GET = do_POST = do_PUT = do_OPTIONS = answer  # noqa: N815

    def send(self, status: int, body: str = "", type: str = "text/plain", cookies: list[str] | None = None, **headers):
        self.server.answered.append((self.command, self.path, status))
        self.send_response(status)
        for name, value in {"Content-Type": type, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        for cookie in cookies or []:
            self.send_header("Set-Cookie", cookie)
        self.end_headers()
        self.wfile.write(body.encode())

    def open_socket(self) -> None:
        """Takes one message, answers nothing, closes."""
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key.encode(), usedforsecurity=False).digest()).decode()
        self.server.answered.append(("GET", self.path, 101))
        head = f"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}"
        self.wfile.write(f"{head}\r\n\r\n".encode())
        self.connection.recv(1000)
        self.wfile.write(b"\x88\x02\x03\xe8")
        self.close_connection = True


class Site(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answered: list[tuple[str, str, int]] = []
        self.freed = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.elsewhere = f"http://localhost:{self.server_port}"  # another site to a browser

    def handle_error(self, *_: object) -> None:
        """A browser that goes away in the middle is what is tried here."""


@contextmanager
def running_site() -> Iterator[Site]:
    site = Site()
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield site
    site.freed.set()
    site.shutdown()
    site.server_close()
