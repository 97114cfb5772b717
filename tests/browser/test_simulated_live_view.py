"""The simulator's live view in a real Chromium, framed the way the service's documentation frames its own."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.upstream import Simulator

FRAME = """<!doctype html><html lang="en"><title>around</title>
<iframe src="{url}" width="800" height="500" sandbox="allow-same-origin allow-scripts"
 allow="clipboard-read; clipboard-write"></iframe>"""


@pytest.fixture
def running(simulator: Simulator) -> dict[str, Any]:
    session = simulator.session()
    simulator.put(session)
    return session


@pytest.fixture
def framed(page: Page, simulator: Simulator, running: dict[str, Any]) -> Any:
    """Opens a page around the live view, and fails if anything was written to its console."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))

    def open_frame(more: str = "") -> Any:
        url = simulator.get(f"/v1/sessions/{running['id']}/debug")["debuggerFullscreenUrl"] + more
        # Another origin than the frame's, on loopback too: Chromium lets no outside page frame a loopback address.
        page.goto(simulator.url.replace("127.0.0.1", "localhost") + "/_sim")
        page.set_content(FRAME.format(url=url))
        page.evaluate("window.heard = []; addEventListener('message', (event) => heard.push(event.data))")
        return page.frame_locator("iframe")

    yield open_frame
    assert said == []


def test_the_browser_moves_through_its_pages(framed: Any) -> None:
    frame = framed()
    address = frame.locator("#url")
    expect(address).to_contain_text(".example")
    first = address.inner_text()
    expect(address).not_to_have_text(first, timeout=25_000)
    expect(frame.locator("#page")).not_to_be_empty()


def test_the_address_bar_is_hidden_on_demand(framed: Any) -> None:
    frame = framed("&navbar=false")
    expect(frame.locator("#page h1").first).to_be_visible()
    expect(frame.locator("#navbar")).to_be_hidden()


def test_the_page_around_hears_that_the_session_ended(
    framed: Any, page: Page, simulator: Simulator, running: dict[str, Any]
) -> None:
    frame = framed()
    expect(frame.locator("#page h1").first).to_be_visible()
    assert page.evaluate("heard") == []
    simulator.change(running, status="COMPLETED")
    expect(frame.get_by_role("heading", name="Disconnected")).to_be_visible()
    page.wait_for_function("heard.includes('browserbase-disconnected')")


def test_whoever_takes_control_sees_what_they_do(framed: Any) -> None:
    frame = framed()
    frame.locator("#page").click(position={"x": 20, "y": 5})
    expect(frame.locator("#you")).to_have_text("You clicked")
    frame.locator("body").press("a")
    expect(frame.locator("#you")).to_have_text("You typed a")
