"""A batch of ends by real workers that are killed, and by an upstream that refuses."""

import os
import re
import subprocess
import sys

import pytest

from sessions_app.actions import end_many, release, tokens
from sessions_app.models import AuditEvent, BatchedEnd, EndBatch, Session, Wish
from sessions_app.pulls import live
from tests.conftest import eventually
from tests.processes import ROOT

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
COUNT = end_many.OPEN_AT_ONCE + 15


@pytest.fixture
def previewed(account, simulator, user):
    """Makes the preview of so many sessions' end."""

    def make(count: int) -> EndBatch:
        simulator.put(*(simulator.session() for _ in range(count)))
        live.pull(account)
        return end_many.preview(list(Session.objects.values_list("pk", flat=True)), user, q="")

    return make


@pytest.fixture
def batch(previewed) -> EndBatch:
    """More than are asked for at once."""
    return previewed(COUNT)


def is_done(batch: EndBatch) -> bool:
    return EndBatch.objects.get(pk=batch.pk).state == "done"


def asked() -> int:
    return BatchedEnd.objects.exclude(asked_at=None).count()


def test_a_worker_killed_in_the_middle_leaves_the_rest_to_the_next(worker, batch, simulator, user):
    simulator.fault("POST /v1/sessions/", "hang")
    killed = worker()
    end_many.confirm(batch, user, None)
    eventually(lambda: asked() == end_many.OPEN_AT_ONCE)
    killed.kill()
    simulator.clear_faults()
    worker()
    eventually(lambda: is_done(batch), within_s=90)
    assert set(Session.objects.values_list("status", flat=True)) == {"COMPLETED"}
    assert simulator.get("/v1/sessions?status=RUNNING") == []
    assert AuditEvent.objects.filter(action="session.end_asked").count() == COUNT
    assert AuditEvent.objects.filter(action="session.ended").count() == COUNT


def test_two_workers_ask_once_for_each(worker, previewed, user):
    batch = previewed(20)
    worker()
    worker()
    end_many.confirm(batch, user, None)
    eventually(lambda: is_done(batch), within_s=90)
    assert Wish.objects.count() == 20
    assert AuditEvent.objects.filter(action="session.end_asked").count() == 20


def test_a_batch_whose_bell_was_lost_is_found_by_the_sweep_and_a_click_beside_it_is_not_held_up(
    worker, account, batch, simulator, user
):
    end_many.confirm(batch, user, None)
    simulator.fault("POST /v1/sessions/", "status", status=429)
    worker()
    eventually(lambda: asked() == end_many.OPEN_AT_ONCE)
    simulator.clear_faults()
    clicked = simulator.session()
    simulator.put(clicked)
    live.pull(account)
    wish = release.ask(Session.objects.get(pk=clicked["id"]), user)
    eventually(lambda: Wish.objects.get(pk=wish.pk).state == "done")
    eventually(lambda: is_done(batch), within_s=90)


def test_the_example_for_scripts_ends_what_it_names(worker, site, account, simulator, user):
    growth = simulator.session(userMetadata={"team": "growth"})
    other = simulator.session(userMetadata={"team": "labs"})
    simulator.put(growth, other)
    live.pull(account)
    worker()
    _, token = tokens.make(user, "operate", account, by=user)
    (example,) = re.findall(r"```python\n(import os.+?)```", (ROOT / "docs" / "scripts.md").read_text(), re.DOTALL)
    command = [sys.executable, "-c", example.replace("http://127.0.0.1:8000", site)]
    environment = os.environ | {"SIGHTGLASS_TOKEN": token}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert (answer.stdout, answer.stderr) == (f"{growth['id']} ended\n", "")
    assert simulator.get(f"/v1/sessions/{other['id']}")["status"] == "RUNNING"
