"""The questions behind /readyz, each asked in a thread of its own: one that hangs does not hold up the answer."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Lock, Thread

import httpx
from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from sessions_app.models import Account

PATIENCE_S = 1.5


class Probe:
    """One question; `ask` returns "" or what is wrong in words. However often it is put, one thread at most asks it."""

    def __init__(self, ask: Callable[[], str]) -> None:
        self._ask = ask
        self._lock = Lock()
        self._answer: Future[str] | None = None

    def put(self) -> "Future[str]":
        with self._lock:
            if self._answer is None or self._answer.done():
                self._answer = Future()
                Thread(target=self._run, args=[self._answer], daemon=True).start()
            return self._answer

    def _run(self, answer: "Future[str]") -> None:
        try:
            answer.set_result(self._ask())
        except Exception:  # whatever a driver raises when its server is away
            answer.set_result("does not answer")
        finally:
            connection.close()


def ask_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def ask_migrations() -> str:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(missing)} not applied: run manage.py migrate" if missing else ""


def ask_broker() -> str:
    with current_app.connection_for_write(connect_timeout=1) as broker:
        broker.ensure_connection(max_retries=0, timeout=1)
    return ""


def ask_simulator() -> str:
    httpx.get(f"{settings.SIMULATOR_URL}/_sim", timeout=1).raise_for_status()
    return ""


def ask_demo_account() -> str:
    has_account = Account.objects.filter(base_url=settings.SIMULATOR_URL.rstrip("/")).exists()
    return "" if has_account else "the simulator's account is not there: run manage.py setup_site"


PROBES = {"database": Probe(ask_database), "migrations": Probe(ask_migrations), "broker": Probe(ask_broker)}
DEMO_PROBES = {"simulator": Probe(ask_simulator), "account": Probe(ask_demo_account)}


def read_readiness() -> dict[str, str]:
    """Each check's name with "" or what is wrong, after 1.5 s at most. No addresses or names: anybody may ask."""
    return put_all(PROBES | (DEMO_PROBES if settings.SIMULATOR_URL else {}))


def put_all(probes: dict[str, Probe]) -> dict[str, str]:
    answers = {name: probe.put() for name, probe in probes.items()}
    wait(answers.values(), timeout=PATIENCE_S)
    return {name: answer.result() if answer.done() else "does not answer" for name, answer in answers.items()}
