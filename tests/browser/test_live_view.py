"""The session page's live view in a real Chromium: it plays, lets nobody in by itself, and notices the end."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from sessions_app.models import AuditEvent, Session
from sessions_app.pulls.store import store_sessions
from tests.browser.faults import faults_of
from tests.browser.loading import answered
from tests.conftest import eventually
from tests.upstream import stamp

pytestmark = pytest.mark.timeout(120)


def pull(account, session_id) -> Session:
    """What a pull would do, at the moment the test wants it."""
    store_sessions(account, [account.client().sessions.retrieve(session_id)])
    return Session.objects.get(pk=session_id)


@pytest.fixture
def running(account, simulator) -> Session:
    session = simulator.session()
    simulator.put(session)
    return pull(account, session["id"])


@pytest.fixture
def watching(site, running, reader: Page) -> Page:
    reader.goto(f"{site}/sessions/{running.id}/")
    expect(reader.frame_locator("#live-frame").locator("#page h1").first).to_be_visible(timeout=10_000)
    return reader


def test_it_plays_and_lets_nobody_in_until_control_is_taken_on_the_record(watching, running, user):
    frame = watching.locator("#live-frame")
    for _ in range(30):
        watching.keyboard.press("Tab")
        assert watching.evaluate("document.activeElement.id") != "live-frame"
    assert frame.evaluate("frame => getComputedStyle(frame).pointerEvents") == "none"
    assert not AuditEvent.objects.exists()

    switch = watching.get_by_role("switch", name="Take control")
    switch.focus()
    watching.keyboard.press("Enter")
    expect(switch).to_have_attribute("aria-checked", "true")
    expect(switch).to_be_focused()
    assert AuditEvent.objects.get(session_id=running.id).actor == user
    watching.frame_locator("#live-frame").locator("#page").click()
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "false")
    assert frame.evaluate("frame => frame.inert")
    assert AuditEvent.objects.count() == 1


def test_the_frame_survives_the_pages_refreshes(watching, running):
    frame = watching.locator("#live-frame")
    frame.element_handle().content_frame().wait_for_load_state("load")
    frame.evaluate("frame => { frame.mark = 'the same'; frame.loads = 0; frame.onload = () => frame.loads++ }")
    Session.objects.filter(pk=running.pk).update(user_metadata={"step": "two"}, proxy_bytes=5_000_000)
    expect(watching.locator(".session-facts")).to_contain_text("two", timeout=10_000)
    with answered(watching, "/live/tabs/"):
        watching.evaluate("htmx.trigger('#live-tabs', 'look')")
    assert frame.evaluate("frame => [frame.mark, frame.loads]") == ["the same", 0]


def test_an_end_shows_without_a_reload(watching, account, simulator, running):
    simulator.http.post(f"/v1/sessions/{running.id}", json={"status": "REQUEST_RELEASE"}).raise_for_status()
    # Nobody pulls here: the frame hears it, and the page has the session read.
    expect(watching.locator(".verdict-title")).to_contain_text("Completed after", timeout=20_000)
    expect(watching.locator("#live-frame")).to_have_count(0)
    expect(watching.locator("[data-tab-link=replay]")).to_have_attribute("aria-current", "page")
    expect(watching.get_by_text("No film yet")).to_be_visible(timeout=20_000)
    expect(watching.get_by_role("button", name="End session")).to_have_count(0)
    assert Session.objects.get(pk=running.pk).status == "COMPLETED"


def test_a_pending_session_turns_into_its_live_view(site, account, simulator, reader):
    session = simulator.session(status="PENDING")
    simulator.put(session)
    pull(account, session["id"])
    reader.goto(f"{site}/sessions/{session['id']}/")
    expect(reader.get_by_text("Waiting for the browser…")).to_be_visible()
    expect(reader.get_by_role("button", name="End session")).to_be_visible()
    simulator.change(session, status="RUNNING")
    pull(account, session["id"])
    expect(reader.frame_locator("#live-frame").locator("#page h1").first).to_be_visible(timeout=15_000)


def test_a_lost_browser_that_still_runs_is_connected_to_again_once(watching):
    say = "addEventListener('message', () => 0); parent.postMessage('browserbase-disconnected', '*')"
    frame = watching.locator("#live-frame")
    first = frame.get_attribute("src")
    watching.evaluate("postMessage('browserbase-disconnected', '*')")  # not from the frame
    watching.wait_for_timeout(500)
    assert frame.get_attribute("src") == first

    frame.element_handle().content_frame().evaluate(say)
    eventually(lambda: frame.get_attribute("src") != first, within_s=10)
    expect(watching.locator("#live-over")).to_be_hidden()
    frame.element_handle().content_frame().wait_for_load_state()
    frame.element_handle().content_frame().evaluate(say)
    expect(watching.get_by_text("The browser has disconnected.")).to_be_visible()
    second = frame.get_attribute("src")
    watching.get_by_role("button", name="Connect again").click()
    eventually(lambda: frame.get_attribute("src") != second, within_s=10)
    expect(watching.locator("#live-over")).to_be_hidden()


def test_tabs_are_chosen_by_keyboard_and_stand_in_the_address(site, account, simulator, reader):
    many = [simulator.session(createdAt=stamp(timezone.now() - timedelta(seconds=10 + 2 * n))) for n in range(20)]
    simulator.put(*many)
    running = next(session["id"] for session in many if len(pages_of(simulator, session["id"])) > 1)
    pull(account, running)
    reader.goto(f"{site}/sessions/{running}/")
    tabs = reader.locator("#live-tabs [role=tab]")
    tabs.first.focus(timeout=10_000)
    reader.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    chosen = tabs.nth(1).get_attribute("data-page")
    expect(reader.locator("#live-frame")).to_have_attribute("data-page", chosen)
    expect(reader).to_have_url(f"{site}/sessions/{running}/?tab={chosen}")
    reader.set_viewport_size({"width": 390, "height": 844})
    assert reader.evaluate("document.documentElement.scrollWidth") == 390


def pages_of(simulator, session_id) -> list[str]:
    return [page["id"] for page in simulator.get(f"/v1/sessions/{session_id}/debug")["pages"]]


@pytest.fixture
def several(account, simulator) -> Session:
    """A session whose browser has more than one tab just now, and keeps them for a while."""
    many = [simulator.session(createdAt=stamp(timezone.now() - timedelta(seconds=10 + 2 * n))) for n in range(20)]
    simulator.put(*many)
    return pull(account, next(one["id"] for one in many if len(pages_of(simulator, one["id"])) > 1))


def test_tabs_are_shown_as_tiles_that_nobody_can_type_into(site, several, reader: Page):
    reader.goto(f"{site}/sessions/{several.id}/live/?view=tiles")
    tiles = reader.locator(".live-tile")
    expect(tiles.nth(1)).to_be_visible(timeout=10_000)
    assert tiles.locator("iframe").evaluate_all("frames => frames.every(frame => frame.inert)")
    for _ in range(30):
        reader.keyboard.press("Tab")
        assert reader.evaluate("document.activeElement.localName") != "iframe"
    assert faults_of(reader) == []
    shown = tiles.nth(1).locator("iframe").get_attribute("data-page")
    tiles.nth(1).locator(".live-tile-name").click()
    expect(tiles).to_have_count(1)
    expect(reader.locator("#live-frame")).to_have_attribute("data-page", shown)
    expect(reader).to_have_url(f"{site}/sessions/{several.id}/live/?tab={shown}")
    expect(reader.get_by_role("switch", name="Follow")).to_have_attribute("aria-checked", "false")


def test_icons_come_through_us(site, several, reader: Page):
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url) if request.frame == reader.main_frame else None)
    reader.goto(f"{site}/sessions/{several.id}/live/")
    icon = reader.locator("#live-tabs img").first
    expect(icon).to_be_visible(timeout=10_000)
    eventually(lambda: icon.evaluate("icon => icon.naturalWidth > 0"))
    assert [url for url in asked if not url.startswith((site, "data:"))] == []


def test_the_tab_that_has_news_is_followed(site, several, simulator, reader: Page):
    """Which one is active upstream does not tell."""
    reader.goto(f"{site}/sessions/{several.id}/live/")
    expect(reader.locator("#live-frame")).to_be_visible(timeout=10_000)
    page, other = (tab["id"] for tab in simulator.get(f"/v1/sessions/{several.id}/debug")["pages"][:2])
    expect(reader.locator("#live-frame")).to_have_attribute("data-page", page)
    # What the other tab showed was something else.
    reader.locator(f"#live-tabs [data-page='{other}']").evaluate("tab => { tab.dataset.shows = 'before' }")
    reader.evaluate("document.dispatchEvent(new CustomEvent('htmx:after:swap'))")
    reader.evaluate("htmx.trigger('#live-tabs', 'look')")
    expect(reader.locator("#live-frame")).to_have_attribute("data-page", other, timeout=10_000)


def test_a_live_view_that_fails_has_words_and_a_retry_in_its_place(site, running, simulator, reader):
    simulator.fault(f"GET /v1/sessions/{running.id}/debug", "status", status=500)
    reader.goto(f"{site}/sessions/{running.id}/")
    alert = reader.locator("#panel [role=alert]")
    expect(alert).to_contain_text("does not answer", timeout=20_000)
    expect(reader.get_by_role("button", name="End session")).to_be_visible()
    simulator.clear_faults()
    alert.get_by_role("button", name="Try again").click()
    expect(reader.frame_locator("#live-frame").locator("#page h1").first).to_be_visible(timeout=10_000)


def test_tabs_that_cannot_be_read_are_said_only_while_that_lasts(watching, running, simulator):
    simulator.fault(f"GET /v1/sessions/{running.id}/debug", "status", status=500)
    watching.evaluate("htmx.trigger('#live-tabs', 'look')")
    note = watching.get_by_text("The list of tabs could not be read again")
    expect(note).to_be_visible(timeout=15_000)
    expect(watching.locator("#live-frame")).to_be_visible()
    simulator.clear_faults()
    watching.evaluate("htmx.trigger('#live-tabs', 'look')")
    expect(note).to_have_count(0, timeout=15_000)
