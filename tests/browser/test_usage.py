"""The usage page in a real Chromium: by mouse, by keyboard, on paper."""

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from sessions_app.usage import rollups
from tests.browser.faults import SCREENS, faults_of
from tests.rows import make_project, make_session

pytestmark = pytest.mark.timeout(300)

LOADED = "#usage-figures .usage-cards :text('succeeded')"


@pytest.fixture
def teams(account) -> None:
    """Two projects, four teams with names that nobody expects, and somebody without one."""
    now = timezone.now()
    names = ["growth", "<img src=x onerror=alert(1)>", "x" * 300, "\u202etfel ot thgir", None]
    for number in range(40):
        start = now - timedelta(hours=7 * number + 2)
        make_session(
            account,
            project=make_project(account, name=f"project {number}") if number < 2 else account.projects.first(),
            started_at=start,
            ended_at=start + timedelta(minutes=5 + number),
            status="TIMED_OUT" if number % 5 == 0 else "COMPLETED",
            user_metadata={"team": names[number % 5], "env": f"env {number % 3}"} if names[number % 5] else {},
        )
    rollups.fold()


def ready(reader: Page, address: str) -> None:
    reader.goto(address)
    expect(reader.locator(LOADED).first).to_be_visible()


def test_a_bar_leads_to_its_sessions_by_mouse_and_by_keyboard(site, teams, reader: Page):
    ready(reader, f"{site}/usage/?range=7d&split=metadata.team&measure=sessions")
    chart = reader.locator("[data-chart]").first
    chart.locator("a").filter(has_text=re.compile("growth, ")).last.dispatch_event("click")
    reader.wait_for_url("**/sessions/**")
    assert "team=growth" in parse_qs(urlsplit(reader.url).query)["q"][0]
    expect(reader.locator(".row, tbody tr").first).to_be_visible()
    ready(reader, f"{site}/usage/?range=7d&split=metadata.team&measure=sessions")
    chart.locator('a[tabindex="0"]').focus()
    reader.keyboard.press("ArrowLeft")
    reader.keyboard.press("ArrowUp")
    said = reader.evaluate("document.activeElement.getAttribute('aria-label')")
    assert re.search(r", \d+ \w+: \d+ session", said)
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/sessions/**")


def test_the_state_is_in_the_address(site, teams, reader: Page):
    ready(reader, f"{site}/usage/")
    reader.get_by_role("link", name="7 days").click()
    reader.get_by_role("button", name="Split: project").click()
    reader.get_by_role("link", name="team", exact=True).click()
    reader.get_by_role("link", name=re.compile("^Wasted minutes")).click()
    expect(reader.locator(LOADED).first).to_be_visible()
    asked = parse_qs(urlsplit(reader.url).query)
    assert asked == {"range": ["7d"], "split": ["metadata.team"], "measure": ["wasted_minutes"]}
    reader.get_by_role("link", name="Sessions", exact=True).last.click()
    reader.wait_for_url("**order=-sessions**")
    reader.go_back()
    expect(reader.locator(".usage-cards [aria-current]")).to_contain_text("Wasted minutes")


def test_the_query_bar_filters_here_too(site, teams, reader: Page):
    ready(reader, f"{site}/usage/?range=7d")
    reader.keyboard.press("/")
    reader.keyboard.type("team=growth")
    reader.keyboard.press("Enter")
    reader.wait_for_url("**/usage/**q=team**")
    reader.get_by_role("link", name="Remove team=growth").click()
    reader.wait_for_url(lambda url: "q=" not in url)
    assert urlsplit(reader.url).path == "/usage/"


def test_a_note_is_pinned_to_the_chart(site, teams, reader: Page):
    ready(reader, f"{site}/usage/?range=7d")
    reader.get_by_label("What happened").fill("new crawler live")
    reader.get_by_label("When").fill((timezone.now() - timedelta(days=2)).strftime("%Y-%m-%dT12:00"))
    reader.get_by_role("button", name="Pin a note").click()
    expect(reader.locator("[data-chart] .mark-words")).to_have_text("new crawler live")
    expect(reader.locator("[data-chart] .mark")).to_have_count(1)


def test_parts_that_do_not_load_say_so_and_try_again(site, teams, reader: Page):
    other = reader.context.new_page()  # the browser itself writes to the console of a page whose request fails
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    def fail(route: Route) -> None:
        route.abort()
        while late:
            late.pop().continue_()

    other.route("**/js/usage*.js", hold)  # a part may fail before the page's own script is there
    other.route("**/usage/truths/**", fail)
    other.goto(f"{site}/usage/?range=7d")
    truths = other.locator("#truths")
    expect(truths.get_by_text("This did not load.")).to_be_visible()
    other.unroute("**/usage/truths/**")
    truths.get_by_role("button", name="Try again").click()
    expect(other.locator("#truths table")).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), SCREENS)
def test_every_part_is_accessible_and_fits(site, teams, reader: Page, theme, width):
    reader.emulate_media(color_scheme=theme)
    reader.set_viewport_size({"width": width, "height": 900})
    ready(reader, f"{site}/usage/?range=7d&split=metadata.team&split2=metadata.env&numbers=-time")
    expect(reader.locator("#concurrency table")).to_be_visible()
    faults = faults_of(reader)
    for opener in ("Dates", re.compile("^Split"), "Export"):
        reader.get_by_role("button", name=opener).click()
        faults += faults_of(reader)
        reader.keyboard.press("Escape")
    assert faults == []


def test_what_it_leads_to_is_accessible_and_fits(site, teams, reader: Page):
    reader.emulate_media(color_scheme="dark")
    reader.set_viewport_size({"width": 390, "height": 900})
    reader.goto(f"{site}/usage/concurrency/?range=7d")
    faults = faults_of(reader)
    slots = reader.locator("#concurrency table a").first.get_attribute("href")
    for path in (slots, "/usage/plan/", "/usage/report/?split=metadata.team", "/usage/?source=counter"):
        reader.goto(site + path)
        faults += [f"{path[:40]} {fault}" for fault in faults_of(reader)]
    assert faults == []


def test_the_report_prints_on_a4(site, teams, reader: Page, tmp_path: Path):
    month = timezone.now().strftime("%Y-%m")
    reader.goto(f"{site}/usage/report/?month={month}&split=metadata.team")
    reader.emulate_media(media="print")
    reader.set_viewport_size({"width": 688, "height": 1016})  # A4 without its margins
    expect(reader.locator("thead").first).to_be_visible()
    expect(reader.locator(".topbar")).to_be_hidden()
    expect(reader.get_by_role("button", name="Print")).to_be_hidden()
    for box in ("html", ".table-wrap"):
        assert reader.evaluate(f"(one => one.scrollWidth <= one.clientWidth)(document.querySelector('{box}'))"), box
    expect(reader.get_by_role("columnheader", name="Proxy")).to_be_in_viewport(ratio=1)
    foot = reader.locator("tfoot").first
    assert foot.evaluate("one => getComputedStyle(one).display") == "table-row-group"  # else it stands on every page
    paper = tmp_path / "report.pdf"
    reader.pdf(path=paper, prefer_css_page_size=True)
    assert len(re.findall(rb"/Type ?/Page\b", paper.read_bytes())) == 1
