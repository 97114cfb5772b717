"""What Lighthouse says of the pages: performance, accessibility, best practices.

It is an npm package of its own (benchmarks/lighthouse/), fetched here when it is first needed: nothing else waits for
its 110 MB.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from playwright.sync_api import sync_playwright

from launcher.places import CLONE
from launcher.set_up import hash_of, npm, read
from tests import chromium

from .reader import Reader
from .site import free_ports
from .tables import Table

PACKAGE = Path(__file__).parent / "lighthouse"
INSTALLED = CLONE / "var" / "lighthouse"
#: Category and the least of 100 that a page must reach.
LIMITS = {"performance": 95, "accessibility": 100, "best-practices": 100}
PAGES = ("/sessions/", "/sessions/?q=team%3Dgrowth+-env%3Dprod")
#: A phone is a slow one on a slow line, as Lighthouse simulates it unless told otherwise.
SCREENS = {"desk": ["--preset=desktop"], "phone": []}
QUIET = ("--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update")
LASTS_S = 180
TRIES = 3  # what else a machine does only ever makes a page slower, or Lighthouse itself too slow


@dataclass(frozen=True)
class Verdict:
    """Of 100 by category, and the titles of what cost points."""

    scores: dict[str, int]
    faults: list[str]

    @property
    def is_good(self) -> bool:
        return all(self.scores[category] >= least for category, least in LIMITS.items())


def measure(reader: Reader, pages: Sequence[str] = PAGES) -> Table:
    least = ", ".join(map(str, LIMITS.values()))
    table = Table(f"What Lighthouse says, of 100 (at least {least})", ("page", "screen", *LIMITS))
    if chromium.find() is None:
        table.notes.append(f"Lighthouse did not run: {chromium.WHY_NOT}.")
        return table
    install()
    with open_browser(reader) as port:
        for page in pages:
            for screen in SCREENS:
                add(table, page, screen, judge(reader, page, screen, port))
    return table


def add(table: Table, page: str, screen: str, verdict: Verdict) -> None:
    table.add(page, screen, *(str(verdict.scores[category]) for category in LIMITS))
    if not verdict.is_good:
        table.failures.append(f"Lighthouse of {page} at a {screen}: {'; '.join(verdict.faults)}")


def install() -> None:
    """As the lock file says, once."""
    files = [PACKAGE / "package.json", PACKAGE / "package-lock.json", CLONE / ".npmrc"]
    stamp, wanted = INSTALLED / ".sightglass", hash_of(*files)
    if read(stamp) == wanted:
        return
    print("Fetching Lighthouse, about half a minute …", flush=True)
    INSTALLED.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copy(file, INSTALLED)
    subprocess.run([*npm(), "ci", "--ignore-scripts"], cwd=INSTALLED, check=True, stdout=subprocess.DEVNULL)
    stamp.write_text(wanted)


@contextmanager
def open_browser(reader: Reader) -> Iterator[int]:
    """The port at which Lighthouse finds a Chromium whose cookies are the reader's.

    As a header of its own, the cookie would be missing where a script of the page asks for something.
    """
    (port,) = free_ports(1)
    sandbox = ("--no-sandbox",) if os.getuid() == 0 else ()
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            folder, executable_path=chromium.find(), args=[f"--remote-debugging-port={port}", *QUIET, *sandbox]
        )
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": reader.cookies[name], "url": str(reader.base_url)}])
        yield port
        context.close()


def judge(reader: Reader, page: str, screen: str, port: int) -> Verdict:
    """The first good one of a few, else the best."""
    best = Verdict(dict.fromkeys(LIMITS, 0), ["it came to no end"])
    for _ in range(TRIES):
        with suppress(subprocess.TimeoutExpired):
            verdict = read_report(run(reader, page, screen, port))
            best = max(best, verdict, key=lambda one: sum(one.scores.values()))
        if best.is_good:
            break
    return best


def run(reader: Reader, page: str, screen: str, port: int) -> dict[str, Any]:
    """Lighthouse's report."""
    reader.get(page).raise_for_status()  # of an error's page Lighthouse would tell no less
    command = [node(), str(INSTALLED / "node_modules" / "lighthouse" / "cli" / "index.js")]
    command += [str(reader.base_url.join(page)), f"--port={port}", "--output=json", "--quiet", *SCREENS[screen]]
    # Going back in the history counts for nothing, and sometimes never ends.
    command += [f"--only-categories={','.join(LIMITS)}", "--skip-audits=bf-cache", "--disable-full-page-screenshot"]
    done = subprocess.run(command, check=True, timeout=LASTS_S, stdout=subprocess.PIPE)
    report: dict[str, Any] = json.loads(done.stdout)
    if report["finalDisplayedUrl"] != report["requestedUrl"]:
        raise RuntimeError(f"Lighthouse was led from {page} to {report['finalDisplayedUrl']}")
    return report


def node() -> str:
    """The one that goes with npm."""
    return "node" if npm() == ["npm"] else npm()[0]


def read_report(report: dict[str, Any]) -> Verdict:
    found = {name: report["categories"][name] for name in LIMITS}
    scores = {name: int(100 * category["score"] + 0.5) for name, category in found.items()}
    lacking = (
        report["audits"][audit["id"]]
        for name, category in found.items()
        if scores[name] < LIMITS[name]
        for audit in category["auditRefs"]
        if audit["weight"]
    )
    return Verdict(scores, [audit["title"] for audit in lacking if (audit["score"] or 0) < 0.9])
