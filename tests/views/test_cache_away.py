"""The cache only guards: what a person asks for is done without it, and soon."""

import socket
import time
from collections.abc import Iterator

import pytest

from sessions_app.models import Session

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["refuses", "hangs"], autouse=True)
def _cache_away(request: pytest.FixtureRequest, settings) -> Iterator[None]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1] if request.param == "hangs" else 1
        settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": f"redis://127.0.0.1:{port}/0"}}
        yield


def test_an_unknown_id_is_looked_up(account, simulator, signed_in):
    session = simulator.session()
    simulator.put(session)
    begun = time.monotonic()
    answer = signed_in.get(f"/sessions/{session['id']}/?format=json")
    assert (answer.status_code, answer.json()["id"]) == (200, session["id"])
    assert time.monotonic() - begun < 4


def test_a_session_is_started(account, simulator, signed_in):
    begun = time.monotonic()
    answer = signed_in.post("/sessions/new/", {}, "application/json", headers={"Idempotency-Key": "k"})
    assert answer.status_code == 201
    assert Session.objects.get().id == answer.json()["id"]
    assert time.monotonic() - begun < 8
