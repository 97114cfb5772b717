"""A click while the broker is away: the wish is written all the same, and soon."""

import os
import socket
import subprocess
import sys

import pytest

from sessions_app.models import Wish
from tests.processes import ROOT, on_test_database
from tests.rows import make_session

CLICKS = """
import time, django
django.setup()
from sessions_app.actions import release
from sessions_app.models import Session
sessions = list(Session.objects.all())
before = time.monotonic()
for session in sessions:
    release.ask(session, None)
print(time.monotonic() - before)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broker", ["refuses", "hangs"])
def test_a_click_is_kept_without_waiting_for_the_broker(account, broker):
    for _ in range(20):
        make_session(account, status="RUNNING")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1] if broker == "hangs" else 1
        environment = on_test_database("web") | {
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{port}/0",
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        }
        clicks = subprocess.run(
            [sys.executable, "-c", CLICKS],
            cwd=ROOT,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    assert float(clicks.stdout) < 10  # twenty that each waited a second would take longer
    assert Wish.objects.open().count() == 20
    assert "the next sweep" in clicks.stderr
    assert "Traceback" not in clicks.stderr
