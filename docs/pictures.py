"""The README's pictures, taken from a running demo: `.venv/bin/python -m docs.pictures [address]`.

Needs the packages of `make test` and a Chromium. Colours are reduced to a palette, so that a picture stays under 60 kB.
"""

import io
import os
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests import chromium

FOLDER = Path(__file__).parent / "img"
SIZE: ViewportSize = {"width": 1280, "height": 800}


def main(site: str) -> None:
    sandbox = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=sandbox)
        page = browser.new_page(viewport=SIZE, device_scale_factor=1, base_url=site)
        sign_in(page)
        take(page, "overview", "/")
        take(page, "sessions", "/sessions/")
        take(page, "usage", "/usage/?range=7d&split=metadata.team")
        open_one_that_timed_out(page)
        take(page, "inspector", None, settle_s=5)
        start_session(page)
        page.emulate_media(color_scheme="dark")
        page.locator("#live-frame").wait_for()
        take(page, "session", None, settle_s=6)


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("User name or e-mail").fill("demo")
    page.get_by_label("Password").fill("demo")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("/")


def open_one_that_timed_out(page: Page) -> None:
    """What it left: its film in the middle of things, beside its story."""
    page.goto("/sessions/?q=status%3ATIMED_OUT")
    address = page.locator("[data-row-link]").first.get_attribute("href")
    page.goto(f"{address}replay/?t=62000")


def start_session(page: Page) -> None:
    """Fills in the form, takes its picture, sends it, and goes to watch."""
    page.goto("/sessions/new/")
    page.get_by_text("eu-central-1").click()
    page.get_by_role("textbox", name="Metadata").fill("team=growth\nrun=4712")
    take(page, "new", None)
    page.get_by_role("button", name="Start session").click()
    page.get_by_role("link", name="Watch it").click()


def take(page: Page, name: str, path: str | None, settle_s: float = 1.5) -> None:
    if path:
        page.goto(path)
    page.wait_for_timeout(settle_s * 1000)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few_colours = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few_colours.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000")
