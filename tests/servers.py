"""A pytest plugin: a private PostgreSQL and Valkey for this run of the tests, and the settings that lead there.

It runs before Django's settings are read. pytest-xdist's workers use the servers of the run that started them, each
with Valkey databases of its own.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import IO

import pytest
from cryptography.fernet import Fernet

from launcher import valkey
from launcher.environment import is_setting

VALKEY_SOCKET = "TEST_VALKEY_SOCKET"


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """A wrapper comes even before pytest-django, which reads the settings here."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        process, log = start_servers()
        early_config.add_cleanup(lambda: stop_servers(process, log))
        set_environment(*read_addresses(process, log))
    use_own_valkey_databases()
    return (yield)


def start_servers() -> tuple[subprocess.Popen[str], IO[bytes]]:
    """In a session of its own: Ctrl-C ends the tests first, then their servers."""
    log = tempfile.TemporaryFile()  # noqa: SIM115 (open as long as the servers run)
    command = [sys.executable, "-m", "launcher", "servers"]
    process = subprocess.Popen(
        command, cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
    )
    return process, log


def read_addresses(process: subprocess.Popen[str], log: IO[bytes]) -> tuple[str, str]:
    """DATABASE_URL and Valkey's socket, once both are there."""
    assert process.stdout is not None
    lines = [process.stdout.readline().strip() for _ in range(3)]
    if not lines[1]:
        log.seek(0)
        raise pytest.UsageError(f"The servers for the tests did not start:\n{log.read().decode()}")
    return lines[0], lines[1]


def stop_servers(process: subprocess.Popen[str], log: IO[bytes]) -> None:
    process.terminate()
    process.communicate(timeout=10)
    log.close()


def set_environment(database_url: str, valkey_socket: str) -> None:
    """Nothing of the person's own settings reaches a test."""
    for name in [*filter(is_setting, os.environ), "SSL_CERT_FILE"]:
        os.environ.pop(name, None)
    os.environ |= {
        "SIGHTGLASS_ENV": "test",
        "SIGHTGLASS_URL": "http://testserver",
        "SIGHTGLASS_SECRET_KEY": "only-for-this-run-of-the-tests-0123456789abcdefghijklmnopq",
        "SIGHTGLASS_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "SIGHTGLASS_ALLOW_PRIVATE_UPSTREAM": "1",
        "DATABASE_URL": database_url,
        VALKEY_SOCKET: valkey_socket,
        # pytest-playwright's sync API runs inside an event loop, and Django would refuse the database there.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
        # Nobody here speaks to the world. Each of the thousands of HTTP clients would else spend 20 ms on reading whom
        # the world trusts.
        "SSL_CERT_DIR": os.devnull,
    }


def use_own_valkey_databases() -> None:
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    socket = Path(os.environ[VALKEY_SOCKET])
    os.environ["CELERY_BROKER_URL"] = valkey.broker_url(socket, 2 * number)
    os.environ["CACHE_URL"] = valkey.cache_url(socket, 2 * number + 1)
