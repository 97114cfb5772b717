"""Beat while the broker hangs that answered before."""

import os
import select
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import eventually
from tests.processes import Process, on_test_database
from tests.servers import VALKEY_SOCKET


class Broker:
    """Leads to the real one over TCP, until it `hangs`: connections stay, and nothing passes."""

    def __init__(self) -> None:
        self.hangs = threading.Event()
        self.passed = 0
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"redis://127.0.0.1:{self.server.getsockname()[1]}/63"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self.server.accept()
                threading.Thread(target=self.lead, args=[near], daemon=True).start()

    def lead(self, near: socket.socket) -> None:
        far = socket.socket(socket.AF_UNIX)
        far.connect(os.environ[VALKEY_SOCKET])
        other = {near: far, far: near}
        while not self.hangs.is_set():
            for ready in select.select([near, far], [], [], 0.1)[0]:
                data = ready.recv(65536)
                if not data:
                    return
                other[ready].sendall(data)
                self.passed += ready is near


@pytest.fixture
def broker_between() -> Iterator[Broker]:
    broker = Broker()
    yield broker
    broker.server.close()


@pytest.mark.django_db(transaction=True)
def test_beat_says_in_lines_that_the_broker_hangs(broker_between: Broker, tmp_path: Path):
    command = ["celery", "-A", "dashboard", "--quiet", "beat", "--pidfile=", "-s", str(tmp_path / "schedule")]
    environment = on_test_database("beat") | {"CELERY_BROKER_URL": broker_between.url}
    beat = Process([*command, "-l", "WARNING"], tmp_path / "log", **environment)
    try:
        eventually(lambda: broker_between.passed > 5)
        broker_between.hangs.set()
        beat.wait_for("(?s)WARNING dashboard.beat: .*WARNING dashboard.beat: ")
    finally:
        beat.kill()
    assert "Traceback" not in beat.text()
