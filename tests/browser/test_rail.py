"""The rail and the histogram in a real browser: facets, the brush, ranges, what stands out, what does not load."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.loading import answered
from tests.rows import make_session

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def world(account):
    """Twenty hours, four sessions each; in two of the hours all fail and are of growth."""
    now = timezone.now().replace(minute=30, second=0, microsecond=0)
    for hour in range(2, 22):
        is_peak = hour in (9, 10)
        for number in range(4):
            make_session(
                account,
                status="ERROR" if is_peak else "COMPLETED",
                started_at=now - timedelta(hours=hour, minutes=number),
                user_metadata={"team": "growth" if is_peak else "labs"},
            )


def facet(page: Page, term: str):
    return page.locator(f"#facets [data-term='{term}']")


#: How many sessions all bars show.
COUNTED = "bars => bars.reduce((sum, bar) => sum + Number(bar.dataset.count), 0)"


def marked(page: Page) -> Locator:
    return page.locator(".bucket[aria-selected='true']")


def drag(page: Page, first: int, last: int) -> None:
    """With the pointer from the middle of one bar to that of another."""
    boxes = [page.locator(".bucket").nth(place).bounding_box() for place in (first, last)]
    (x, y), (other_x, _) = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move((x + other_x) / 2, y)
    page.mouse.move(other_x, y)
    page.mouse.up()


def test_a_facet_includes_excludes_and_is_dropped(site, world, reader: Page):
    reader.goto(f"{site}/sessions/")
    expect(facet(reader, "team=labs")).to_contain_text("72")
    facet(reader, "team=labs").click()
    reader.wait_for_url("**/sessions/?q=team%3Dlabs")
    expect(facet(reader, "team=labs")).to_have_attribute("aria-current", "true")
    facet(reader, "team=labs").click()
    reader.wait_for_url(re.compile(r"/sessions/$"))
    facet(reader, "team=labs").click(modifiers=["Alt"])
    reader.wait_for_url("**/sessions/?q=-team%3Dlabs")
    expect(facet(reader, "team=growth")).to_contain_text("8")


def test_dragging_over_the_bars_marks_a_part_that_becomes_the_range(site, world, reader: Page):
    reader.goto(f"{site}/sessions/?q=team%3D*")
    expect(reader.locator(".bucket").first).to_be_visible()
    drag(reader, 1, 3)
    expect(marked(reader)).to_have_count(3)
    words = reader.locator("[data-brushed-words]").inner_text()
    count = int(re.search(r", (\d+) sessions?$", words)[1])
    reader.get_by_role("link", name="Only this time").click()
    reader.wait_for_url("**/sessions/?q=*started*")
    expect(reader.locator("#list-count")).to_contain_text(f"{count} match")
    expect(reader).to_have_url(re.compile("team"))


def test_the_keyboard_marks_takes_and_lets_go(site, world, reader: Page):
    reader.goto(f"{site}/sessions/")
    stop = reader.locator(".bucket[tabindex='0']")
    expect(stop).to_have_count(1)
    stop.focus()
    reader.keyboard.press("ArrowRight")
    reader.keyboard.press("Shift+ArrowRight")
    reader.keyboard.press("Shift+ArrowRight")
    expect(marked(reader)).to_have_count(3)
    reader.keyboard.press("Escape")
    expect(marked(reader)).to_have_count(0)
    reader.keyboard.press("Shift+End")
    expect(marked(reader).nth(10)).to_be_visible()
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/sessions/?q=*started*")


def test_what_stands_out_in_a_part_is_in_the_address_and_one_click_from_the_query(site, world, reader: Page):
    reader.goto(f"{site}/sessions/")
    expect(reader.locator("#stand-outs")).to_contain_text("Add a filter, or drag over the bars")
    expect(reader.locator(".bucket").first).to_be_visible()
    labels = reader.locator(".bucket").evaluate_all("bars => bars.map(bar => bar.getAttribute('aria-label'))")
    peak = [place for place, label in enumerate(labels) if "error" in label]
    drag(reader, peak[0], peak[-1])
    reader.get_by_role("link", name="What stands out here").click()
    reader.wait_for_url("**/sessions/?*from=*")
    first = reader.locator("#stand-outs li").first
    expect(first).to_contain_text("100 % against 0 %")
    expect(marked(reader)).to_have_count(len(range(peak[0], peak[-1] + 1)))
    reader.locator("#stand-outs").get_by_role("link", name="growth").click()
    reader.wait_for_url("**q=team%3Dgrowth*")
    reader.get_by_role("button", name="Clear what is marked").click()
    reader.wait_for_url(re.compile(r"/sessions/\?q=team%3Dgrowth$"))


def test_a_range_is_typed_in_the_readers_zone(site, world, reader: Page):
    reader.goto(f"{site}/sessions/")
    reader.get_by_role("button", name="Range").click()
    reader.get_by_label("From").fill("2026-11-01T10:00:15")
    reader.get_by_role("button", name="Show", exact=True).click()
    reader.wait_for_url("**2026-11-01T10%3A00%3A15*")
    reader.get_by_role("link", name="24h").click()
    reader.wait_for_url("**/sessions/?q=started%3A%3C24h")


def test_nothing_moves_while_it_loads_and_the_brush_outlives_a_refresh(site, world, account, reader: Page):
    reader.clock.install()
    reader.goto(f"{site}/sessions/")
    before = reader.locator("#session-list").bounding_box()["y"]
    expect(reader.locator(".bucket").first).to_be_visible()
    expect(reader.locator(".facet").first).to_be_visible()
    assert reader.locator("#session-list").bounding_box()["y"] == before
    drag(reader, 2, 4)
    sessions = reader.locator(".bucket").evaluate_all(COUNTED)
    make_session(account, started_at=timezone.now() - timedelta(hours=5))
    with answered(reader, "/sessions/histogram/"):
        reader.clock.fast_forward("01:00")
    assert reader.locator(".bucket").evaluate_all(COUNTED) == sessions + 1
    expect(marked(reader)).to_have_count(3)


def test_what_does_not_load_says_so_and_comes_when_asked_again(site, world, reader: Page):
    reader.route("**/sessions/facets/**", lambda route: None)
    reader.goto(f"{site}/sessions/")
    expect(reader.locator("#facets").get_by_text("This did not load.")).to_be_hidden()
    page = reader.context.new_page()  # whose console may say that the network failed
    page.route("**/sessions/facets/**", lambda route: route.abort())
    page.goto(f"{site}/sessions/")
    failed = page.locator("#facets").get_by_text("This did not load.")
    expect(failed).to_be_visible()
    page.unroute("**/sessions/facets/**")
    page.locator("#facets").get_by_role("button", name="Try again").click()
    expect(facet(page, "team=labs")).to_be_visible()
    expect(failed).to_be_hidden()


def test_on_a_phone_the_rail_is_folded_above_the_list(site, world, reader: Page):
    reader.set_viewport_size({"width": 390, "height": 844})
    reader.goto(f"{site}/sessions/")
    toggle = reader.get_by_role("button", name="Filters")
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(reader.locator("#rail-body")).to_be_hidden()
    toggle.click()
    expect(facet(reader, "team=labs")).to_be_visible()
    assert not reader.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
