"""At a real terminal (a pty): the first admin is asked for."""

import os
import pty
import subprocess
import sys

import pytest

from sessions_app.models import User
from tests.conftest import eventually
from tests.processes import ROOT, on_test_database


def converse(*answers: tuple[str, str]) -> tuple[str, int]:
    """Run setup_site at a terminal, answering each prompt; returns all that was shown, and the exit code."""
    terminal, its_end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "setup_site"],
        cwd=ROOT,
        env=os.environ | on_test_database("command"),
        stdin=its_end,
        stdout=its_end,
        stderr=its_end,
        start_new_session=True,
    )
    os.close(its_end)
    shown = ""
    for prompt, answer in answers:
        while prompt not in shown.rpartition("\r\n")[2] and process.poll() is None:
            shown += os.read(terminal, 4096).decode()
        os.write(terminal, f"{answer}\n".encode())
        shown += "\r\n"
    process.wait(timeout=30)
    shown += read_rest(terminal)
    os.close(terminal)
    return shown, process.returncode


def read_rest(terminal: int) -> str:
    try:
        return os.read(terminal, 65_536).decode()
    except OSError:  # Linux's end of file on a terminal
        return ""


@pytest.mark.django_db(transaction=True)
def test_the_first_admin_is_asked_for_until_the_password_is_good_and_typed_twice_alike():
    shown, code = converse(
        ("E-mail", "grace@example.org"),
        ("not shown", "12345"),
        ("not shown", "correct horse battery"),
        ("again", "correct horse batter"),
        ("not shown", "correct horse battery"),
        ("again", "correct horse battery"),
    )
    assert code == 0, shown
    assert "too short" in shown
    assert "differ" in shown
    assert "horse" not in shown
    assert eventually(User.objects.get).check_password("correct horse battery")
