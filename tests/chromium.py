"""The real Chromium of the browser tests: finding it, getting Debian's as root, and saying so where there is none.

A pytest plugin, and before it a program of its own: `python -m tests.chromium`.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHTS_OWN = Path.home() / ".cache" / "ms-playwright"
WHY_NOT = "no Chromium was found (apt install chromium, or name one in CHROMIUM)"


def find() -> str | None:
    """The path of the program: what CHROMIUM names, the system's, or one that Playwright fetched before."""
    if chosen := os.environ.get("CHROMIUM"):
        return shutil.which(chosen)
    for name in NAMES:
        if found := shutil.which(name):
            return found
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", PLAYWRIGHTS_OWN))
    return next((str(path) for path in sorted(folder.glob("chromium-*/chrome-linux*/chrome"), reverse=True)), None)


def get() -> None:
    """Install Debian's. Where that fails the browser tests are skipped, and say so."""
    print("Installing Chromium for the browser tests …", flush=True)
    quiet: dict[str, Any] = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
    subprocess.run(["apt-get", "-q", "update"], **quiet)
    subprocess.run(["apt-get", "-qy", "install", "--no-install-recommends", "chromium", "fonts-dejavu-core"], **quiet)


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Iterator[None]:
    yield
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "browser" in report.keywords]
    if skipped and find() is None:
        # The very last line, after pytest's own.
        config.add_cleanup(lambda: print(f"{len(skipped)} browser tests did not run: {WHY_NOT}"))


if __name__ == "__main__" and find() is None and os.getuid() == 0 and shutil.which("apt-get"):
    get()
