import socket
import time
from unittest.mock import ANY

import pytest
from django.db import connection

from sessions_app.models import Account
from sessions_app.views import readiness
from tests.conftest import make_account

pytestmark = pytest.mark.django_db(transaction=True)
FINE = {name: {"ok": True} for name in ("database", "migrations", "broker")}


def test_healthz_needs_no_sign_in_and_no_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True})


def test_readyz_tells_each_check_without_sign_in(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "checks": FINE})


def test_readyz_tells_of_a_migration_that_is_not_applied(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions_app' RETURNING app, name, applied")
        rows = cursor.fetchall()
        try:
            answer = client.get("/readyz")
        finally:
            cursor.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, %s)", rows)
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == {"ok": False, "error": ANY}


def test_in_the_demo_readyz_asks_the_simulator_and_for_its_account(client, settings, simulator):
    settings.SIMULATOR_URL = simulator.url
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["simulator"] == {"ok": True}
    assert not answer.json()["checks"]["account"]["ok"]
    make_account("demo", simulator.url, "bb_demo")
    assert client.get("/readyz").json()["checks"] == FINE | {"simulator": {"ok": True}, "account": {"ok": True}}


@pytest.mark.parametrize("listens", [True, False])
def test_a_simulator_that_hangs_or_is_away_is_told_in_time(client, settings, listens):
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.SIMULATOR_URL = f"http://127.0.0.1:{server.getsockname()[1] if listens else 1}"
        before = time.monotonic()
        answer = client.get("/readyz")
    assert time.monotonic() - before < 5
    assert answer.json()["checks"]["simulator"] == {"ok": False, "error": "does not answer"}


def test_a_check_that_hangs_holds_one_thread_however_often_it_is_asked():
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("LOCK TABLE sessions_app_account IN ACCESS EXCLUSIVE MODE")
        probe = readiness.Probe(lambda: str(Account.objects.count()))
        first, second = probe.put(), probe.put()
        assert first is second
        assert not first.done()
        cursor.execute("ROLLBACK")
    assert first.result(timeout=20) == "0"
    assert probe.put() is not first
