"""The set-up of a clone, with an npm that only notes what it was asked."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parents[2]
NPM = """#!/bin/sh
echo "$*" >> {notes}
mkdir node_modules
"""


@pytest.fixture
def set_up(tmp_path: Path):
    """Sets a clone up: `set_up("runtime")`; answers how npm was called until now."""
    clone, programs, notes = tmp_path / "clone", tmp_path / "bin", tmp_path / "notes"
    for name in ("launcher", "requirements"):
        shutil.copytree(HERE / name, clone / name)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE / name, clone)
    (clone / ".venv").symlink_to(sys.prefix)
    programs.mkdir()
    notes.touch()
    for name, text in {"node": "#!/bin/sh\necho v20.0.0\n", "npm": NPM.format(notes=notes)}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    environment = os.environ | {"PATH": f"{programs}:{os.environ['PATH']}"}

    def run(kind: str) -> list[str]:
        subprocess.run([sys.executable, "-m", "launcher.set_up", kind], cwd=clone, env=environment, check=True)
        return notes.read_text().splitlines()

    return run


def test_a_demo_fetches_what_pages_load_and_tests_afterwards_the_rest(set_up):
    (for_the_demo,) = set_up("runtime")
    assert "--omit=dev" in for_the_demo.split()
    assert len(set_up("runtime")) == 1
    _, for_tests = set_up("dev")
    assert "--include=dev" in for_tests.split()
    assert len(set_up("dev")) == 2


def test_after_the_tests_a_demo_fetches_nothing(set_up):
    set_up("dev")
    assert len(set_up("runtime")) == 1
