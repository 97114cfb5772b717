"""The browser tests drive a real Chromium, and are skipped where there is none."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response

from tests import chromium

HERE = Path(__file__).parent
# No talk with anybody but the site under test.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--no-pings",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests of this folder, and they alone, carry the mark `browser`."""
    missing = chromium.find() is None
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(pytest.mark.skip(reason=chromium.WHY_NOT))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    sandbox = ("--no-sandbox",) if os.getuid() == 0 else ()
    return {**browser_type_launch_args, "executable_path": chromium.find(), "args": [*QUIET, *sandbox]}


#: htmx takes a page over in a timer, which can come after the page has loaded: one that is set later comes later.
TAKEN_OVER = "() => new Promise(done => setTimeout(done))"


@pytest.fixture
def page(page: Page) -> Page:
    """What is clicked right after `goto` and `reload` meets htmx; before, each form is an ordinary form."""
    for move in (page.goto, page.reload):
        setattr(page, move.__name__, then_taken_over(page, move))
    return page


def then_taken_over(page: Page, move: Callable[..., Response | None]) -> Callable[..., Response | None]:
    def moved(*arguments: Any, **options: Any) -> Response | None:
        answer = move(*arguments, **options)
        page.evaluate(TAKEN_OVER)
        return answer

    return moved


@pytest.fixture
def reader(site: str, cookies: dict[str, str], page: Page) -> Iterator[Page]:
    """The page of somebody who has signed in. Nothing may write an error to its console."""
    page.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "viewport": {"width": 1440, "height": 900}}
