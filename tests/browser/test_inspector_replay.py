"""The replay in a real Chromium: films play, in step with the log beside them; what rrweb recorded plays too."""

import re
import time
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sessions_app.models import AuditEvent
from sessions_app.pulls.store import store_sessions
from tests.browser.faults import faults_of
from tests.conftest import eventually
from tests.upstream import Simulator, ended_an_hour_ago

pytestmark = pytest.mark.timeout(120)

#: An hour ago the session began; nothing was asked of it from its first second to its 41st, and after that.
COMMANDS = [("Page.navigate", 1), ("Page.reload", 41)]
TIME = "document.getElementById('film').currentTime"


@pytest.fixture
def put(account, simulator: Simulator):
    """Puts a session in, at the simulator and in our tables; its id."""

    def put(**fields: Any) -> str:
        session = ended_an_hour_ago(simulator, **fields)
        simulator.put(session)
        store_sessions(account, [account.client().sessions.retrieve(session["id"])])
        return session["id"]

    return put


@pytest.fixture
def opened(site, put, reader: Page) -> Page:
    """A page with a film that can be played, and its marks."""
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto(f"{site}/sessions/{put(seconds=120, story=True)}/replay/")
    expect(reader.locator("#film-play")).to_be_enabled(timeout=20_000)
    expect(reader.locator("#film-track .film-mark").first).to_be_attached(timeout=20_000)
    yield reader
    assert [url for url in asked if not url.startswith((site, "blob:", "data:"))] == []


def second(page: Page) -> float:
    return page.evaluate(TIME)


def test_a_film_plays_and_everything_follows_it(opened: Page):
    opened.keyboard.press("Space")
    eventually(lambda: second(opened) > 1)
    expect(opened.locator("#film-play")).to_have_attribute("aria-label", "Pause")
    assert float(opened.locator("#look [name=t]").input_value()) > 500
    opened.keyboard.press("Space")
    expect(opened.locator("#film-play")).to_have_attribute("aria-label", "Play")
    expect(opened).to_have_url(re.compile(r"[?&]t=\d"))
    assert faults_of(opened) == []
    opened.emulate_media(color_scheme="dark")
    opened.set_viewport_size({"width": 390, "height": 844})
    assert faults_of(opened) == []


def test_a_mark_moves_the_film_and_the_rows_and_a_row_moves_the_film(opened: Page):
    row = opened.locator("#replay-beside .is-current")
    mark = opened.locator("#film-track .film-mark-error").nth(3)
    t = float(mark.get_attribute("data-t"))
    mark.dispatch_event("click")
    assert second(opened) == pytest.approx(t / 1000, abs=0.2)
    expect(row).to_have_count(1, timeout=15_000)
    shown = float(row.get_attribute("data-t"))
    assert shown <= t

    other = opened.locator("#replay-beside [data-t] a[data-moment]").first
    other.click()
    assert second(opened) == pytest.approx(0, abs=5)
    opened.get_by_role("button", name="errors").click()
    assert second(opened) > 0


def test_what_is_seen_of_a_mark_is_hit(opened: Page):
    hit_by_others = """marks => marks.filter(mark => {
      const {left, top, width, height} = mark.querySelector(".film-mark-ink").getBoundingClientRect();
      const hit = document.elementFromPoint(left + width / 2, top + height / 2).closest(".film-mark");
      return hit.classList.contains("film-mark-error") !== mark.classList.contains("film-mark-error");
    }).length"""
    opened.locator("#film-track").scroll_into_view_if_needed()
    assert opened.locator("#film-track .film-mark[visibility=visible]").evaluate_all(hit_by_others) == 0


def test_the_cursor_goes_with_the_film_to_a_part_that_is_selected(opened: Page):
    detail = {"detail": {"from": 60_000, "to": 70_000}}
    opened.evaluate("detail => document.dispatchEvent(new CustomEvent('part', detail))", detail)
    expect(opened.locator("#strip-plot")).to_have_attribute("aria-valuenow", "60000")
    assert second(opened) == pytest.approx(60, abs=0.2)


def test_speed_and_skipping_stand_in_the_address_and_open_again(opened: Page):
    opened.locator(".film-speeds [data-speed='2']").click()
    opened.get_by_role("switch", name="Skip idle").click()
    expect(opened).to_have_url(re.compile(r"speed=2&skip=idle"))
    opened.keyboard.press(">")
    expect(opened).to_have_url(re.compile(r"speed=4"))
    opened.goto(re.sub(r"&?t=[\d.]+", "", opened.url) + "&t=30000")
    expect(opened.locator("#film-play")).to_be_enabled(timeout=20_000)
    assert second(opened) == pytest.approx(30, abs=0.2)
    assert opened.evaluate("document.getElementById('film').playbackRate") == 4
    expect(opened.get_by_role("switch", name="Skip idle")).to_have_attribute("aria-checked", "true")
    opened.locator("[data-film='1']").click()
    expect(opened.locator("#replay")).to_have_attribute("data-page", "1", timeout=10_000)
    expect(opened.locator("#film-play")).to_be_enabled(timeout=20_000)
    expect(opened).to_have_url(re.compile(r"film=1"))
    assert opened.evaluate("document.getElementById('film').playbackRate") == 4


def test_a_time_without_a_command_is_skipped_and_said(site, put, simulator: Simulator, reader: Page):
    film = simulator.http.get(f"/v1/sessions/{put(seconds=60, story=True)}/replays/0").text
    page = {"pageId": "0", "startTimeMs": 0, "endTimeMs": 60_000}
    id = put(seconds=60, replays=[page], playlists={"0": film}, logs=[command(*one) for one in COMMANDS])
    reader.goto(f"{site}/sessions/{id}/replay/?skip=idle&t=500")
    expect(reader.locator("#film-play")).to_be_enabled(timeout=20_000)
    expect(reader.locator("#film-track .film-idle")).to_have_count(2, timeout=10_000)
    reader.locator("#film-play").click()
    eventually(lambda: second(reader) > 40)
    expect(reader.locator("#film-said")).to_contain_text("without a command")


def test_a_film_opens_by_itself_when_it_comes(site, account, put, simulator: Simulator, reader: Page):
    film = simulator.http.get(f"/v1/sessions/{put(seconds=60, story=True)}/replays/0").text
    session = simulator.session("COMPLETED")
    simulator.put(session)
    store_sessions(account, [account.client().sessions.retrieve(session["id"])])
    reader.goto(f"{site}/sessions/{session['id']}/replay/")
    expect(reader.get_by_text("No film yet")).to_be_visible(timeout=20_000)
    page = {"pageId": "0", "startTimeMs": 0, "endTimeMs": 60_000}
    simulator.put(session | {"replays": [page], "playlists": {"0": film}})
    expect(reader.locator("#film-play")).to_be_enabled(timeout=20_000)


def test_an_mp4_is_asked_for_on_the_record_and_downloaded(opened: Page, user):
    opened.get_by_role("button", name="Keep as MP4").click()
    expect(opened.get_by_text("being put together").first).to_be_visible(timeout=10_000)
    link = opened.get_by_role("link", name="Download tab 0")
    expect(link).to_be_visible(timeout=15_000)
    with opened.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith("-tab-0.mp4")
    assert download.value.path().read_bytes()[4:8] == b"ftyp"
    assert AuditEvent.objects.get(action="session.mp4s_asked").actor == user


def test_a_recording_plays_where_there_is_no_film_and_its_scripts_do_not_run(site, put, reader: Page):
    began = 1_800_000_000_000
    body = {
        "type": 2,
        "tagName": "body",
        "attributes": {"onload": "top.ran = 1"},
        "id": 4,
        "childNodes": [
            {"type": 2, "tagName": "h1", "attributes": {}, "id": 5, "childNodes": [text("Hello", 6)]},
            {"type": 2, "tagName": "script", "attributes": {}, "id": 7, "childNodes": [text("top.ran = 1", 8)]},
            {"type": 2, "tagName": "img", "attributes": {"src": "https://evil.example/x.png", "onerror": "top.ran=1"},
             "id": 9, "childNodes": []},
        ],
    }  # fmt: skip
    html = {"type": 2, "tagName": "html", "attributes": {}, "id": 2, "childNodes": [body]}
    node = {"type": 0, "id": 1, "childNodes": [html]}
    events = [
        {"type": 4, "timestamp": began, "data": {"href": "https://shop.example/", "width": 800, "height": 600}},
        {"type": 2, "timestamp": began + 10, "data": {"node": node, "initialOffset": {"top": 0, "left": 0}}},
        {"type": 3, "timestamp": began + 9000, "data": {"source": 3, "id": 1, "x": 0, "y": 0}},
    ]
    id = put(seconds=60, recording=events)
    reader.goto(f"{site}/sessions/{id}/replay/")
    inner = reader.frame_locator("film-recording iframe").frame_locator("iframe")
    expect(inner.get_by_text("Hello")).to_be_visible(timeout=20_000)
    reader.locator("#film-play").click()
    eventually(lambda: second(reader) > 1)
    assert reader.evaluate("window.ran") is None


def command(method: str, after_s: float) -> dict[str, Any]:
    """An entry of the log, of a session that began an hour ago."""
    at_ms = (time.time() - 3600 + after_s) * 1000
    request = {"params": {"url": "https://shop.example/"}, "timestamp": at_ms}
    return {"method": method, "pageId": 0, "timestamp": at_ms, "request": request, "response": {"result": {}}}


def text(words: str, id: int) -> dict[str, Any]:
    return {"type": 3, "textContent": words, "id": id}


def test_where_nothing_can_be_played_that_is_said(site, put, reader: Page):
    reader.goto(f"{site}/sessions/{put(seconds=60)}/replay/")
    expect(reader.get_by_text("Nothing of this session can be played.")).to_be_visible(timeout=20_000)
    expect(reader.locator("#film-play")).to_be_hidden()
    expect(reader.locator("#film-none").get_by_role("link", name="Its story")).to_be_visible()
