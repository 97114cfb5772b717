"""Many at once."""

import itertools
import json
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from sessions_app.models import Session
from tests.conftest import eventually
from tests.proxy.conftest import Gateway
from tests.proxy.scripted import Upstream
from tests.upstream import stamp


class Starts:
    """An upstream that starts sessions in its own time: the first creates are refused, then some answers are lost."""

    def __init__(self, refused: int = 0, lost: int = 0, all_at_once: int = 0) -> None:
        self.refused, self.lost = refused, lost
        self.started: list[dict[str, Any]] = []
        self.numbers = itertools.count()
        self.lock = threading.Lock()
        self.gate = threading.Barrier(all_at_once) if all_at_once else None

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "GET":
            _, _, id = handler.path.partition("/v1/sessions/")
            found = [session for session in self.started if session["id"] == id]
            self.say(handler, 200, found[0] if id else self.started)
            return
        if self.gate:
            self.gate.wait(60)
        number = next(self.numbers)
        if number < self.refused:
            self.say(handler, 429, {"statusCode": 429})
            return
        now = stamp(datetime.now(UTC))
        session = {"id": f"session-{number}", "projectId": "p", "status": "RUNNING", "region": "us-west-2"}
        session |= {"createdAt": now, "updatedAt": now, "startedAt": now, "keepAlive": False}
        with self.lock:
            self.started.append(session)
        if number < self.refused + self.lost:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.close_connection = True
            return
        time.sleep(0.2)
        self.say(handler, 201, session)

    def say(self, handler: BaseHTTPRequestHandler, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)


def test_a_hundred_equal_creates_some_refused_some_lost_end_as_a_hundred(scripted: Gateway, upstream: Upstream) -> None:
    upstream.says = starts = Starts(refused=25, lost=10)
    token = scripted.token()

    def client(_: int) -> str:
        with scripted.http(token) as http:
            for count in range(12):
                answer = http.post("/v1/sessions", content=b"{}", headers={"x-stainless-retry-count": str(count)})
                if answer.status_code == 201:
                    return answer.json()["id"]
                time.sleep(0.5)
        raise AssertionError(answer.text)

    with ThreadPoolExecutor(100) as pool:
        ids = list(pool.map(client, range(100)))
    assert len(set(ids)) == 100
    assert {session["id"] for session in starts.started} == set(ids)
    assert Session.objects.filter(created_by=scripted.user).count() == 100


def test_five_hundred_creates_are_upstream_at_once(scripted: Gateway, upstream: Upstream) -> None:
    upstream.says = Starts(all_at_once=500)
    request = (
        f"POST /v1/sessions HTTP/1.1\r\nHost: x\r\nX-BB-API-Key: {scripted.token()}\r\nContent-Length: 2\r\n\r\n{{}}"
    )
    wires = [scripted.raw(request.encode()) for _ in range(500)]
    answers = [wire.recv(100) for wire in wires]
    for wire in wires:
        wire.close()
    assert [answer[:12] for answer in answers] == [b"HTTP/1.1 201"] * 500
    assert Session.objects.filter(created_by=scripted.user).count() == 500


def test_pages_are_answered_while_hundreds_wait(scripted: Gateway, upstream: Upstream) -> None:
    gate = threading.Event()

    def wait(handler: BaseHTTPRequestHandler) -> None:
        gate.wait(60)
        handler.close_connection = True

    upstream.says = wait
    request = f"GET /v1/sessions/a/logs HTTP/1.1\r\nHost: x\r\nX-BB-API-Key: {scripted.token()}\r\n\r\n"
    wires = [scripted.raw(request.encode()) for _ in range(300)]
    assert scripted.http().get("/healthz").status_code == 200
    eventually(lambda: len(upstream.asked) == 300)
    gate.set()
    for wire in wires:
        wire.close()
