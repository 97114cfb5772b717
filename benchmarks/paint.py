"""A log on screen: from the click on a session to rows that a person can read, in a real Chromium."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from playwright.sync_api import Page, sync_playwright

from tests import chromium

from .reader import Reader

ROW = "#panel [data-rows] [data-t]"
WAITED_MS = 120_000
TABS = ("story", "network")
IN_VIEW = """() => {
  const frame = document.querySelector("#panel [data-rows]").getBoundingClientRect();
  return [...document.querySelectorAll("#panel [data-rows] [data-t]")].some((row) => {
    const box = row.getBoundingClientRect();
    return box.height && box.top >= frame.top && box.bottom <= frame.bottom;
  });
}"""


@contextmanager
def open_page(reader: Reader) -> Iterator[Page | None]:
    """Of somebody who is signed in, and whose browser has met the site before; None where there is no Chromium."""
    if chromium.find() is None:
        yield None
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        cookie = reader.cookies[settings.SESSION_COOKIE_NAME]
        place = {"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": str(reader.base_url)}
        page.context.add_cookies([place])  # type: ignore[list-item]
        page.set_default_timeout(WAITED_MS)
        yield page
        browser.close()


def first_rows(page: Page, url: str) -> float:
    """Seconds from asking for the page to its rows on screen."""
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.wait_for_selector(ROW)
    return time.perf_counter() - began


def rows_in_the_middle(page: Page) -> float:
    """Seconds from a leap to the middle of the list to rows on screen there."""
    began = time.perf_counter()
    middle = "list => { list.scrollTop = list.scrollHeight / 2 }"
    page.locator("#panel [data-rows]").evaluate(middle)
    page.wait_for_function(IN_VIEW)
    return time.perf_counter() - began
