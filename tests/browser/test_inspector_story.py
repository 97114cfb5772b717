"""The strip, and the tabs that show only what is selected on it, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.faults import faults_of
from tests.hostile import CORPUS
from tests.inspector.logs import Written
from tests.inspector.stories import a_purchase, put_log, thrown
from tests.upstream import Simulator

ROWS = ".rows [role=listitem]"


@pytest.fixture
def opened(account, simulator: Simulator, reader: Page, site: str) -> Page:
    reader.goto(f"{site}/sessions/{put_log(simulator, a_purchase())}/story/")
    expect(reader.locator(ROWS)).to_have_count(9)
    expect(reader.locator("#strip-plot")).to_be_visible()
    return reader


def drag(page: Page, begin: float, end: float) -> None:
    """Over the strip, from one share of it to another."""
    box = page.locator("#strip-plot").bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * begin, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * end, y, steps=4)
    page.mouse.up()


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Parts of the session").get_by_role("link", name=name).click()


def test_a_part_that_is_dragged_narrows_every_tab_and_all_is_shown_again(opened: Page):
    drag(opened, 0.66, 0.71)
    expect(opened.locator("#range-said")).to_contain_text("selected")
    expect(opened.locator(ROWS)).to_have_count(3)
    expect(opened.locator(ROWS).nth(1)).to_contain_text("api.shop.example/pay")
    expect(opened).to_have_url(re.compile("from=39"))
    expect(opened.locator("#count-network")).to_have_text("1 1 failed")
    expect(opened.locator("#count-console")).to_have_text("1 1 error")
    open_tab(opened, "Console")
    expect(opened.locator(ROWS)).to_have_count(1)
    expect(opened.locator(ROWS)).to_contain_text("TypeError")
    open_tab(opened, "Raw")
    expect(opened.locator(ROWS)).to_have_count(3)
    opened.reload()
    expect(opened.locator(ROWS)).to_have_count(3)
    expect(opened.locator("#range-said")).to_contain_text("selected")
    opened.get_by_role("button", name="show all").click()
    expect(opened.locator(ROWS)).to_have_count(16)
    expect(opened.locator("#count-network")).to_have_text("2 1 failed")
    expect(opened).not_to_have_url(re.compile("from="))


def test_the_cursor_is_the_same_on_the_strip_in_the_list_and_in_the_address(opened: Page):
    opened.locator(ROWS, has_text="clicked").get_by_role("link").click()
    expect(opened.locator("#strip-plot")).to_have_attribute("aria-valuenow", "5000")
    expect(opened.locator(".is-current")).to_contain_text("clicked")
    opened.wait_for_url("**t=5000*")
    box = opened.locator("#strip-plot").bounding_box()
    assert box
    opened.mouse.click(box["x"] + box["width"] * 0.99, box["y"] + 40)
    expect(opened.locator(".is-current")).to_contain_text("closed the browser")
    opened.locator("[data-said='clicked at 1, 2']").hover(force=True)
    expect(opened.locator("#strip-said")).to_have_text("0:05.0 · Tab 1 · clicked at 1, 2")
    opened.mouse.move(5, 5)
    expect(opened.locator("#strip-said")).to_contain_text("2 tabs, 2 requests, 1 failed")
    for moment in ("50500", "2026-11-20T12:00:50.500Z"):
        opened.goto(f"{opened.url.partition('?')[0]}?t={moment}")
        expect(opened.locator(".is-current")).to_contain_text("other.example/help")
        expect(opened.locator("#strip-plot")).to_have_attribute("aria-valuenow", "50500")


def test_keys_move_select_zoom_and_let_go(opened: Page):
    opened.locator("#strip-plot").focus()
    for key in ("Home", "ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        opened.keyboard.press(key)
    expect(opened.locator("#range-said")).to_contain_text("0:00.6 to 0:01.8 selected")
    opened.keyboard.press("+")
    expect(opened.locator("#strip-plot")).not_to_have_attribute("data-left", "0.0")
    expect(opened.locator("#strip-plot")).to_be_focused()
    opened.wait_for_url("**left=*")
    opened.keyboard.press("0")
    expect(opened.locator("#strip-plot")).to_have_attribute("data-right", "60000.0")
    opened.keyboard.press("Escape")
    expect(opened.locator("#range-said")).to_be_empty()
    expect(opened.locator(ROWS)).to_have_count(9)


def test_focus_stays_on_the_strip_when_the_button_that_held_it_goes(opened: Page):
    strip = opened.locator("#strip")
    for last in ("Whole session", "Zoom out"):
        strip.get_by_role("button", name="Zoom in").press("Enter")
        expect(strip.get_by_role("button", name="Whole session")).to_be_visible()
        strip.get_by_role("button", name=last).press("Enter")
        expect(strip.get_by_role("button", name="Whole session")).to_have_count(0)
        expect(opened.locator("#strip-plot")).to_be_focused()


def test_the_logs_own_entries_are_one_click_away_and_lead_to_raw(opened: Page):
    row = opened.locator(ROWS, has_text="api.shop.example/pay").first
    row.get_by_role("button", name="What the log has of it").click()
    expect(row.get_by_text("net::ERR_CONNECTION_REFUSED", exact=False).last).to_be_visible()
    assert faults_of(opened) == []
    row.get_by_role("link", name="Entry 9").click()
    expect(opened.locator(".raw-rows .is-current")).to_contain_text("Network.loadingFailed")
    expect(opened.locator(".raw-rows .entry-json")).to_be_visible()
    expect(opened).to_have_url(re.compile("entry=9"))
    opened.emulate_media(color_scheme="dark")
    opened.set_viewport_size({"width": 390, "height": 844})
    for tab in ("Story", "Console", "Raw"):
        open_tab(opened, tab)
        expect(opened.locator(ROWS).first).to_be_visible()
        assert faults_of(opened) == []


def test_a_search_of_the_log_goes_on_while_one_scrolls(account, simulator: Simulator, reader: Page, site: str):
    written = Written()
    for number in range(700):
        written.event("Page.loadEventFired", number)
    reader.goto(f"{site}/sessions/{put_log(simulator, written)}/raw/?q=loadEvent")
    expect(reader.locator("[data-number]")).to_have_count(200)
    for count in (400, 600, 700):
        reader.locator(".rows").evaluate("list => list.scrollTo(0, list.scrollHeight)")
        expect(reader.locator("[data-number]")).to_have_count(count)
    expect(reader.get_by_text("All 700 entries have been looked through")).to_be_visible()


def test_of_a_long_list_only_what_is_looked_at_is_loaded(account, simulator: Simulator, reader: Page, site: str):
    written = Written()
    for number in range(6000):
        written.event("Page.loadEventFired", number * 10)
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url) if "/raw/rows/" in request.url else None)
    reader.goto(f"{site}/sessions/{put_log(simulator, written)}/raw/?t=59000")
    expect(reader.locator(".is-current")).to_contain_text("5900")
    reader.locator(".rows").evaluate(
        """async list => { for (let k = 40; k >= 0; k--) {
             list.scrollTop = list.scrollHeight * k / 40; await new Promise(requestAnimationFrame) } }"""
    )
    expect(reader.locator("[data-number='0']")).to_be_in_viewport()
    assert len(asked) < 15


def test_a_page_ends_where_its_list_does(account, simulator: Simulator, reader: Page, site: str):
    written = Written()
    for number in range(60):
        args = [{"type": "string", "value": f"line {number}"}]
        written.event("Runtime.consoleAPICalled", number * 10, type="error", args=args)
    reader.goto(f"{site}/sessions/{put_log(simulator, written)}/console/")
    expect(reader.locator(ROWS)).to_have_count(60)
    below = "list => document.documentElement.scrollHeight - scrollY - list.getBoundingClientRect().bottom"
    assert reader.locator("#panel .rows").evaluate(below) < 100


def test_what_a_running_session_adds_is_offered_and_keeps_ones_place(
    account, simulator: Simulator, reader: Page, site: str
):
    id = put_log(simulator, Written(), status="RUNNING", endedAt=None)
    reader.goto(f"{site}/sessions/{id}/console/")
    expect(reader.get_by_text("No page wrote to the console")).to_be_visible()
    written = a_purchase()
    put_log(simulator, written, status="RUNNING", endedAt=None, id=id)
    reader.get_by_role("button", name="5 new").click(timeout=60_000)
    expect(reader.locator(ROWS)).to_have_count(3)
    written.event("Runtime.consoleAPICalled", 59_500, type="log", args=[{"type": "string", "value": "one more"}])
    put_log(simulator, written, status="RUNNING", endedAt=None, id=id)
    reader.get_by_role("button", name="1 new").click(timeout=60_000)
    expect(reader.locator(ROWS).last).to_contain_text("one more")
    expect(reader.get_by_role("button", name="1 new")).to_have_count(0)


def test_hostile_texts_are_texts_everywhere(account, simulator: Simulator, reader: Page, site: str):
    reader.add_init_script("window.ran = []; window.pwned = (what) => window.ran.push(String(what))")
    written = Written()
    for number, text in enumerate(CORPUS):
        at = number * 500
        url = f"https://shop.example/{text}"
        written.command("Page.navigate", at, {"frameId": text, "loaderId": text}, url=url)
        written.sent(text, url, at, method=text, type=text).failed(text, at + 5, text)
        written.event("Runtime.consoleAPICalled", at, type="error", args=[{"type": "string", "value": text}])
        written.event("Runtime.exceptionThrown", at, exceptionDetails=thrown() | {"text": text, "url": text})
        written.event(text or "no method", at, **{text: {text: [text]}})
    id = put_log(simulator, written)
    for tab in ("story/?all=1", "console/", "raw/", f"raw/?entry={len(written.entries) - 1}"):
        reader.goto(f"{site}/sessions/{id}/{tab}")
        expect(reader.locator(ROWS).first).to_be_visible()
        expect(reader.locator("#strip-plot")).to_be_visible()
        assert reader.locator("pwned-tag, #panel script, #strip script").count() == 0
        assert reader.evaluate("window.ran") == []
    reader.goto(f"{site}/sessions/{id}/console/")
    for text in CORPUS[:6]:
        expect(reader.locator(ROWS).filter(has_text=text[:30]).first).to_be_attached()


def test_a_log_that_cannot_be_read_is_said_once_and_one_click_brings_all_of_it(
    account, simulator: Simulator, reader: Page, site: str
):
    id = put_log(simulator, a_purchase(), status="TIMED_OUT")
    simulator.fault(f"GET /v1/sessions/{id}/logs", "status", status=403)
    reader.goto(f"{site}/sessions/{id}/story/")
    expect(reader.get_by_role("button", name="Try again")).to_have_count(1)
    expect(reader.locator("#strip")).to_have_text("Not known yet", use_inner_text=True)
    expect(reader.locator("#evidence-said")).to_have_text("not known yet")
    expect(reader.get_by_role("alert")).to_have_count(1)
    assert faults_of(reader) == []
    open_tab(reader, "Details")
    expect(reader.locator("#strip").get_by_role("button", name="Try again")).to_be_visible()
    open_tab(reader, "Console")
    expect(reader.locator("#panel").get_by_role("button", name="Try again")).to_be_visible()
    simulator.clear_faults()
    reader.get_by_role("button", name="Try again").click()
    expect(reader.locator(ROWS)).to_have_count(3)
    expect(reader.locator("#strip-plot")).to_be_visible()
    expect(reader.locator("#evidence-said")).to_contain_text("Log")
    expect(reader.locator(".first-line")).to_contain_text("inferred")
