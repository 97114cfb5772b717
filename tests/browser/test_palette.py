"""The palette: by keyboard from anywhere."""

import pytest
from playwright.sync_api import Page, expect

from tests.rows import make_project, make_session

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def palette(reader: Page):
    return reader.get_by_role("dialog", name="Jump to")


@pytest.fixture
def field(palette):
    return palette.get_by_role("combobox")


def test_it_opens_while_typing_moves_by_arrows_and_gives_the_focus_back(site, account, reader: Page, palette, field):
    make_project(account, name="checkout")
    reader.goto(f"{site}/sessions/")
    search = reader.locator("#q")
    reader.keyboard.press("/")
    expect(search).to_be_focused()
    reader.keyboard.press("Control+k")
    expect(field).to_be_focused()
    expect(palette.get_by_role("option").first).to_have_attribute("aria-selected", "true")

    field.fill("check")
    expect(palette.get_by_role("option")).to_have_count(2)
    reader.keyboard.press("ArrowDown")
    last = palette.get_by_role("option").last
    expect(last).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", last.get_attribute("id"))
    reader.keyboard.press("ArrowDown")
    expect(palette.get_by_role("option").first).to_have_attribute("aria-selected", "true")

    reader.keyboard.press("Escape")
    expect(palette).to_have_count(0)
    expect(search).to_be_focused()
    reader.keyboard.press("Meta+k")
    expect(field).to_have_value("")
    field.fill("check")
    expect(palette.get_by_role("option")).to_have_count(2)
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/projects/*/")


def test_a_pasted_address_leads_to_its_session_at_once(site, account, reader: Page, field):
    session = make_session(account)
    reader.goto(f"{site}/usage/")
    reader.keyboard.press("Control+k")
    expect(field).to_be_focused()
    # Faster than any answer: what is shown so far is not what Enter means.
    reader.keyboard.insert_text(f"https://www.browserbase.com/sessions/{session.id}?tab=logs")
    reader.keyboard.press("Enter")
    reader.wait_for_url(f"**/sessions/{session.id}/")


def test_keys_in_a_pasted_address_stay_in_the_browser(site, account, reader: Page, palette, field):
    session = make_session(account)
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto(f"{site}/usage/")
    reader.get_by_role("link", name="Jump to").click()
    field.fill(f"wss://connect.browserbase.com?apiKey=bb_live_secret&sessionId={session.id}")
    expect(palette.get_by_role("option")).to_have_count(1)
    palette.get_by_role("option").click()
    reader.wait_for_url(f"**/sessions/{session.id}/")
    assert any("/jump/" in url for url in asked)
    assert not any("secret" in url for url in asked)
