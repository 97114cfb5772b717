"""/debug and the pages behind its URLs, without a browser; with one: tests/browser/test_simulated_live_view.py."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from simulator import scripts
from simulator.sessions import Session
from tests.conftest import eventually
from tests.upstream import Simulator


@pytest.fixture
def live(simulator: Simulator) -> dict:
    running = simulator.session()
    simulator.put(running)
    return simulator.get(f"/v1/sessions/{running['id']}/debug") | {"session": running}


def state_of(url: str) -> dict:
    parts = urlsplit(url)
    return httpx.get(f"{parts.scheme}://{parts.netloc}/live/state?{parts.query}").json()


def test_urls_lead_to_framable_pages_at_the_host_that_was_asked(simulator: Simulator, live: dict) -> None:
    for url in (live["debuggerUrl"], live["debuggerFullscreenUrl"], live["pages"][0]["debuggerFullscreenUrl"]):
        assert url.startswith(simulator.url)
        page = httpx.get(url + "&navbar=false")
        assert page.status_code == 200
        assert "x-frame-options" not in page.headers
        assert "content-security-policy" not in page.headers
    assert httpx.get(live["pages"][0]["faviconUrl"]).headers["content-type"].startswith("image/svg+xml")


def test_a_link_is_dead_after_its_time(simulator: Simulator, live: dict) -> None:
    path = f"/v1/sessions/{live['session']['id']}/debug"
    short = simulator.get(f"{path}?expiresIn=1")["debuggerFullscreenUrl"]
    assert state_of(short)["live"]
    eventually(lambda: not state_of(short)["live"])
    assert '"live":false' in httpx.get(short).text
    assert state_of(live["debuggerFullscreenUrl"])["live"]


@pytest.mark.parametrize("seconds", ["0", "-1", "21601", "1.5", "soon", "", "²"])
def test_an_impossible_expires_in_is_a_400(simulator: Simulator, live: dict, seconds: str) -> None:
    answer = simulator.http.get(f"/v1/sessions/{live['session']['id']}/debug", params={"expiresIn": seconds})
    assert (answer.status_code, "expiresIn" in answer.json()["message"]) == (400, True)


def test_a_link_dies_with_its_session(simulator: Simulator, live: dict) -> None:
    simulator.change(live["session"], status="COMPLETED")
    assert state_of(live["debuggerFullscreenUrl"]) == {"live": False, "why": "The session has ended."}


@pytest.mark.parametrize("token", ["", "x", "eA==.00", "é.é"])
def test_a_made_up_link_shows_nothing(simulator: Simulator, token: str) -> None:
    assert not simulator.http.get("/live/state", params={"token": token}).json()["live"]


def test_a_tab_that_is_not_open_is_dead(live: dict) -> None:
    assert not state_of(f"{live['debuggerFullscreenUrl']}&page=NOTHERE")["live"]


def test_a_click_moves_the_script_on(live: dict) -> None:
    parts = urlsplit(live["debuggerFullscreenUrl"])
    before = state_of(live["debuggerFullscreenUrl"])
    after = httpx.post(f"{parts.scheme}://{parts.netloc}/live/touch?{parts.query}").json()
    assert after["url"] != before["url"]
    assert parse_qs(parts.query).keys() == {"token"}


def test_scripts_move_and_tabs_come_and_go() -> None:
    session = Session({"id": "7"}, created_at=0.0)
    minute = [scripts.tabs(session, "crawl", second) for second in range(60)]
    assert len({tabs[0].page.url for tabs in minute}) >= 4
    assert {tabs[0].id for tabs in minute} == {minute[0][0].id}
    assert {len(tabs) for tabs in minute} == {1, 2, 3}
    assert minute == [scripts.tabs(session, "crawl", second) for second in range(60)]


def test_a_session_that_started_years_ago_still_moves() -> None:
    session = Session({"id": "7"}, created_at=0.0)
    assert scripts.tabs(session, None, 4e9)[0].page.url.startswith("https://")
