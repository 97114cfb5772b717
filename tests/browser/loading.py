"""Waiting for what a page loads after itself, however long a busy machine takes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect


def settle(page: Page) -> None:
    """What loads by itself has loaded; a page that polls is never idle for long."""
    expect(page.locator(".htmx-request")).to_have_count(0, timeout=30_000)


@contextmanager
def answered(page: Page, address: str) -> Iterator[None]:
    """What is done inside, or the page by itself, asks for an address that holds this pattern; the answer is shown."""
    with page.expect_response(re.compile(address)):
        yield
    settle(page)


def refreshed(page: Page) -> None:
    """The list of sessions asked for itself again."""
    with answered(page, r"/sessions/(\?|$)"):
        pass
