"""Chrome's own DevTools, which a Chromium that can be debugged serves to another."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from tests import chromium
from tests.conftest import eventually

#: DevTools' own record of what its network panel shows (front_end/models/logs/NetworkLog.ts).
REQUESTS = """async () => {
  const { NetworkLog } = await import("./models/logs/logs.js");
  return NetworkLog.NetworkLog.instance().requests().map((request) => ({
    url: request.url(), method: request.requestMethod, status: request.statusCode, type: request.resourceType().name(),
    messages: request.frames().length, cached: request.cached(), worker: request.fetchedViaServiceWorker,
    server: request.remoteAddress(), initiator: request.initiator()?.url,
    headers: request.requestHeaders().length, duration: request.duration }));
}"""


@contextmanager
def debugged_chromium() -> Iterator[str]:
    """The address at which it is debugged. Its page is an empty one."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        quiet = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-allow-origins=*"]
        own = ["--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
        process = subprocess.Popen([chromium.find() or "", *quiet, *own], stderr=subprocess.DEVNULL)
        try:
            told = Path(folder, "DevToolsActivePort")
            eventually(lambda: told.exists() and told.read_text().count("\n"))
            yield f"127.0.0.1:{told.read_text().splitlines()[0]}"
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def network_panel(browser: Browser) -> Iterator[Page]:
    with debugged_chromium() as address:
        targets = httpx.get(f"http://{address}/json").json()
        id = next(target["id"] for target in targets if target["type"] == "page")
        page = browser.new_page()
        page.goto(f"http://{address}/devtools/inspector.html?ws={address}/devtools/page/{id}&panel=network")
        yield page
        page.close()


def import_har(panel: Page, file: Path) -> list[dict[str, Any]]:
    """By the panel's button, as a person does it. What DevTools shows then."""
    with panel.expect_file_chooser() as chooser:
        panel.locator("[aria-label^='Import HAR']").first.click()
    chooser.value.set_files(file)
    eventually(lambda: panel.evaluate(REQUESTS))
    return panel.evaluate(REQUESTS)
