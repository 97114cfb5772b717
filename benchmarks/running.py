"""Starting the site that is measured, and this process's own way into its database."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import django

from launcher.environment import is_setting
from launcher.places import CLONE

from .site import SIMULATOR_URL

# Millions of rows are written out and removed first.
STOP_S = 180


@dataclass(frozen=True)
class Site:
    url: str
    simulator_url: str
    log: IO[bytes]

    def complaints(self) -> str:
        """What the parts wrote, from the first traceback on; "" while there is none, as it should be."""
        self.log.seek(0)
        before, found, after = self.log.read().partition(b"Traceback")
        return (before[-500:] + found + after[:10_000]).decode(errors="replace") if found else ""


@contextmanager
def running_site() -> Iterator[Site]:
    """Start it, and make it Django's of this process as well; stop it afterwards."""
    with tempfile.TemporaryFile() as log:
        # In a session of its own: Ctrl-C ends the benchmark first, which then stops the site.
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.site"],
            cwd=CLONE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        try:
            settings = read_settings(process, log)
            use(settings)
            yield Site(settings["SIGHTGLASS_URL"], settings[SIMULATOR_URL], log)
        except Exception:
            print(last_words(log), file=sys.stderr)
            raise
        finally:
            process.terminate()
            process.wait(STOP_S)


def read_settings(process: subprocess.Popen[str], log: IO[bytes]) -> dict[str, str]:
    assert process.stdout is not None  # noqa: S101 (it is a pipe)
    line = process.stdout.readline()
    if not line:
        process.wait(STOP_S)
        sys.exit(f"The site did not start:\n{last_words(log)}")
    settings: dict[str, str] = json.loads(line)
    return settings


def last_words(log: IO[bytes]) -> str:
    """What the parts wrote, at most the last 10,000 bytes."""
    log.seek(0)
    return log.read()[-10_000:].decode(errors="replace")


def use(settings: dict[str, str]) -> None:
    for name in filter(is_setting, list(os.environ)):
        del os.environ[name]
    os.environ |= settings
    django.setup()
