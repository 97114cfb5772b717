"""`make test` where there is no Chromium, seen from outside."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ROOT

WHY = "no Chromium was found (apt install chromium, or name one in CHROMIUM)"


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """An environment in which no browser can be found, nor the run of the tests around this one."""
    hidden = ("CHROMIUM", "PLAYWRIGHT_BROWSERS_PATH", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(hidden)}
    (tmp_path / "bin").mkdir()
    return kept | {"HOME": str(tmp_path), "PATH": str(tmp_path / "bin")}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
    )


def test_the_very_last_line_says_how_many_browser_tests_did_not_run_and_why(bare):
    done = run(bare, "pytest", "-n", "1", "tests/browser/test_overview.py")
    assert done.returncode == 0
    count, _, words = done.stdout.splitlines()[-1].partition(" ")
    assert int(count) > 0
    assert words == f"browser tests did not run: {WHY}"


def test_root_gets_debians_and_a_refusal_stops_nothing(bare, tmp_path):
    apt_get = tmp_path / "bin" / "apt-get"
    apt_get.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\nexit 100\n')
    apt_get.chmod(0o755)
    done = run(bare, "tests.chromium")
    assert done.returncode == 0
    asked = tmp_path / "asked"
    if os.getuid() == 0:
        update, install = asked.read_text().splitlines()
        assert update.endswith("update")
        assert " install " in install
        assert "chromium" in install.split()
    else:
        assert not asked.exists()
