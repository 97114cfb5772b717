"""What tests share. Real PostgreSQL and Valkey come from tests/servers.py; the far side is the simulator."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_django
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from sessions_app.models import Account, User
from tests.processes import Process, start_simulator, start_web, start_worker
from tests.upstream import Simulator

KEYS = 2_000  # more than there are tests: none meets what another left behind
QUICK = {
    "SIGHTGLASS_PULL_PROJECTS_S": "1",
    "SIGHTGLASS_PULL_LIVE_S": "1",
    "SIGHTGLASS_PULL_SESSIONS_S": "1",
    "SIGHTGLASS_PULL_USAGE_S": "1",
}


#: What takes longest begins early, so that no test process waits for another's last test.
LONG = ("test_hostile.py", "test_every_page.py", "test_hanging_wishes.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The launcher first: its loops listen to signals, and Playwright leaves one running in the thread of the tests."""
    items.sort(key=lambda item: ("launcher" not in item.path.parts, item.path.name not in LONG))


def eventually(question: Callable[[], Any], within_s: float = 30, every_s: float = 0.05) -> Any:
    """The first true answer; fails after `within_s`, which is a bound for a busy machine, not a claim of speed."""
    give_up_at = time.monotonic() + within_s
    while not (answer := question()):
        assert time.monotonic() < give_up_at, f"still {answer!r} after {within_s} s"
        time.sleep(every_s)
    return answer


@pytest.fixture(scope="session")
def simulator_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Iterator[str]]]:
    """One simulator for all tests of this process: its URL, and keys nobody used yet. It must write no traceback."""
    log = tmp_path_factory.mktemp("simulator") / "log"
    keys = [f"bb_test_{number}" for number in range(KEYS)]
    process, url = start_simulator(
        log, "--sessions", "0", "--speed", "0", "--keys", ",".join(keys), "--projects", str(2 * KEYS)
    )
    yield url, iter(keys)
    process.stop()
    assert "Traceback" not in process.text()


@pytest.fixture
def simulator(simulator_process: tuple[str, Iterator[str]]) -> Iterator[Simulator]:
    """An empty, quiet world of this test's own, in a process that others used before."""
    url, keys = simulator_process
    world = Simulator(url, next(keys))
    yield world
    world.clear_faults()
    world.http.close()


@pytest.fixture
def other_simulator(simulator_process: tuple[str, Iterator[str]]) -> Simulator:
    """Another key, with projects of its own, for a second account."""
    url, keys = simulator_process
    return Simulator(url, next(keys))


@pytest.fixture
def account(db: None, simulator: Simulator) -> Account:
    """An account with the key of this test's simulated world."""
    return make_account("main", simulator.url, simulator.key)


def make_account(name: str, base_url: str, key: str) -> Account:
    account = Account(name=name, base_url=base_url)
    account.set_key(key)
    account.save()
    return account


@pytest.fixture(scope="module")
def module_db(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> Iterator[None]:
    """One transaction around all tests of a module, for rows that take long to make: each test finds them untouched.

    Such a module has no test that commits.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def shared_db(transactional_db: None) -> Iterator[None]:
    """The database, for a test before a process that outlives it and goes on writing for a moment.

    Emptying takes every table for itself, and meets what that process does half-way: here this side waits for its last
    answers, steps back and tries again. What writes later finds neither account nor token, and nothing to do.
    """
    yield
    eventually(is_quiet)
    eventually(is_emptied)


def is_quiet() -> bool:
    """Whether nobody else asks the database anything, nor has just done so as part of something longer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(state = 'idle' AND state_change < clock_timestamp() - interval '50 ms') IS NOT false"
            " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return bool(cursor.fetchone()[0])


def is_emptied() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
        try:
            # Numbers go on: what that process still writes must not fit the next test's account.
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False)
        except CommandError:
            return False
        finally:
            cursor.execute("RESET lock_timeout")
    return True


@pytest.fixture(scope="session")
def web_process(
    django_db_setup: None, static_files: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Process, str]]:
    """One web process for all tests of this process: it, and its URL."""
    process, url = start_web(tmp_path_factory.mktemp("web"))
    yield process, url
    process.stop()


@pytest.fixture(scope="session")
def static_files() -> None:
    """What the web process of the tests serves under /static/."""
    call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture
def site(shared_db: None, web_process: tuple[Process, str]) -> Iterator[str]:
    """The address of the real web process on the test database. It may write no traceback and no account's key."""
    process, url = web_process
    before = len(process.text())
    yield url
    said = process.text()[before:]
    assert "Traceback" not in said, said
    assert "bb_test_" not in said


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("ada", "ada@example.org", "a long password")


@pytest.fixture
def cookies(user: User) -> dict[str, str]:
    """What a browser keeps in which `user` has signed in."""
    client = Client()
    client.force_login(user)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    """A browser's worth of Django's test client with `user` signed in."""
    client.force_login(user)
    return client


@pytest.fixture
def broker() -> None:
    """This test process's own queue and cache, emptied of what tests before left there."""
    current_app.control.purge()
    cache.clear()


@pytest.fixture
def worker(shared_db: None, broker: None, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts workers with beat on the test database: `worker()`, `worker(SIGHTGLASS_PULL_LIVE_S="300")`.

    Every pull comes each second unless told otherwise. All are killed at the end; none may have written a traceback.
    """
    started: list[Process] = []

    def start(beat: bool = True, **environment: str) -> Process:
        started.append(start_worker(tmp_path, beat, **(QUICK | environment)))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        assert "Traceback" not in process.text(), process.text()
