"""What a session leaves behind is one story: the live view, the log, the recording, the films and the files agree."""

import uuid
from collections import Counter
from itertools import pairwise
from random import Random
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from simulator import scripts
from simulator.creation import BrowserSettings, SessionRequest
from simulator.files import files_of
from simulator.fragments import SCENES, fragments_of, shots_of
from simulator.logs import log_of
from simulator.projects import Project
from simulator.replays import films_of
from simulator.seeding import new_world
from simulator.sessions import Plan, Session
from simulator.visits import visits_of
from simulator.world import World, now
from tests.conftest import eventually
from tests.upstream import Simulator, ended_an_hour_ago


@pytest.fixture(params=["checkout", "crawl", "forms"])
def world(request: pytest.FixtureRequest) -> World:
    project = Project(str(uuid.uuid4()), request.param, "owner", "bb_demo", 900, 25, now())
    return World([project], 25, Random(1))


def made_ago(world: World, seconds: float, plan: Plan, **request: Any) -> Session:
    project = next(iter(world.projects.values()))
    made = world.create(project, SessionRequest(**request), plan, now() - seconds, f"session-{seconds}")
    world.advance()
    return made


def log(world: World, session: Session, moment: float | None = None) -> list[dict[str, Any]]:
    return log_of(world, session, now() if moment is None else moment)


def params(entries: list[dict[str, Any]], method: str) -> list[dict[str, Any]]:
    return [entry["request"]["params"] for entry in entries if entry["method"] == method]


def navigations(entries: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [
        (entry["pageId"], entry["request"]["params"]["frame"]["url"])
        for entry in entries
        if entry["method"] == "Page.frameNavigated"
    ]


def test_the_log_goes_to_every_page_that_the_live_view_showed(world: World) -> None:
    session = made_ago(world, 200, Plan())
    name = world.project_name(session)
    seen = {tab.page.url for second in range(195) for tab in scripts.tabs(session, name, session.created_at + second)}
    assert {url for _, url in navigations(log(world, session))} == seen


def test_the_log_grows_while_the_session_runs(world: World) -> None:
    session = made_ago(world, 100, Plan())
    moments = [session.created_at + seconds for seconds in (2, 10, 40, 99.5)]
    logs = [log(world, session, moment) for moment in moments]
    for shorter, longer in pairwise(logs):
        assert longer[: len(shorter)] == shorter
        assert len(longer) > len(shorter) > 0
    assert logs[-1][-1]["timestamp"] <= moments[-1] * 1000


def test_every_request_of_a_finished_page_has_an_outcome_or_a_reason(world: World) -> None:
    entries = log(world, made_ago(world, 130, Plan(ends_after_s=125)))
    sent = {request["requestId"] for request in params(entries, "Network.requestWillBeSent")}
    done = {request["requestId"] for request in params(entries, "Network.loadingFinished")}
    failed = {request["requestId"] for request in params(entries, "Network.loadingFailed")}
    assert not done & failed
    assert done | failed <= sent
    assert len(sent - done - failed) <= 3  # under way when the session ended
    redirected = [request for request in params(entries, "Network.requestWillBeSent") if "redirectResponse" in request]
    assert redirected
    hops = Counter(request["requestId"] for request in params(entries, "Network.requestWillBeSent"))
    assert all(hops[request["requestId"]] > 1 for request in redirected)


def test_all_kinds_of_entries_occur_somewhere() -> None:
    world = new_world(["bb_demo"], 3, 90, 7, 25, 25, 1)
    brief = [session for session in world.sessions.values() if (session.ended_at or now()) - session.created_at < 250]
    entries = [entry for session in brief for entry in log(world, session)]
    said = {value["value"] for line in params(entries, "Runtime.consoleAPICalled") for value in line["args"]}
    assert {"browserbase-solving-started", "browserbase-solving-finished"} <= said
    assert {line["type"] for line in params(entries, "Runtime.consoleAPICalled")} == {"log", "warning", "error"}
    statuses = {answer["response"]["status"] for answer in params(entries, "Network.responseReceived")}
    assert {200, 201, 204, 404, 500} <= statuses
    assert {failure["errorText"] for failure in params(entries, "Network.loadingFailed")} == {
        "net::ERR_ABORTED",
        "net::ERR_BLOCKED_BY_CLIENT",
    }
    methods = {entry["method"] for entry in entries}
    assert {
        "Runtime.exceptionThrown",
        "Input.insertText",
        "Input.dispatchKeyEvent",
        "Inspector.targetCrashed",
    } <= methods
    assert {
        "Runtime.callFunctionOn",
        "Network.requestServedFromCache",
        "Target.createTarget",
        "Browser.close",
    } <= methods
    assert {"Network.webSocketFrameReceived", "Browser.downloadProgress", "Page.captureScreenshot"} <= methods
    assert any("\n" in extra["headers"]["set-cookie"] for extra in params(entries, "Network.responseReceivedExtraInfo"))


def test_a_script_that_stands_still_leaves_no_trace_from_then_on(world: World) -> None:
    session = made_ago(world, 700, Plan(stands_still=True), timeout=600)
    assert session.status == "TIMED_OUT"
    entries = log(world, session)
    last_s = entries[-1]["timestamp"] / 1000 - session.created_at
    assert 60 < last_s < 500
    name = world.project_name(session)
    before, after = (scripts.tabs(session, name, session.created_at + last_s + more) for more in (20, 90))
    assert [tab.page.url for tab in before] == [tab.page.url for tab in after]
    assert shots_of(films_of(world, session)[0])[-1].fragment == -1


def test_a_click_in_the_live_view_moves_the_log_on_too(world: World) -> None:
    session = made_ago(world, 3, Plan())
    name = world.project_name(session)
    scripts.skip_page(session, name, session.created_at + 3)
    after = scripts.tabs(session, name, session.created_at + 3.1)[0].page.url
    visits = visits_of(world, session, session.created_at + 4)
    assert (visits[0].ends, visits[-1].begins) == (session.created_at + 3, session.created_at + 3)
    assert visits[-1].page.url == after
    assert navigations(log(world, session, session.created_at + 4))[-1][1] == after


def test_what_a_client_asked_not_to_keep_is_not_kept(world: World) -> None:
    silent = BrowserSettings(record_session=False, log_session=False)
    session = made_ago(world, 60, Plan(ends_after_s=50), browser_settings=silent)
    assert (log(world, session), films_of(world, session)) == ([], [])
    nobody = made_ago(world, 61, Plan(connects=False))
    assert log(world, nobody) == []


def test_a_film_is_as_long_as_its_tab_was_open(world: World) -> None:
    for seconds in (47.3, 120):
        session = made_ago(world, seconds + 10, Plan(ends_after_s=seconds))
        films = films_of(world, session)
        assert len(films) >= 2
        for film in films:
            shots = shots_of(film)
            assert sum(shot.lasts_s for shot in shots) == pytest.approx(film[-1].ends - film[0].begins, abs=0.02)
            ends = [shot.starts_s + shot.lasts_s for shot in shots]
            assert ends[:-1] == pytest.approx([shot.starts_s for shot in shots[1:]], abs=0.002)


def test_no_more_than_ten_tabs_are_filmed(world: World) -> None:
    session = made_ago(world, 1810, Plan(ends_after_s=1800), timeout=3600)
    assert len(films_of(world, session)) == 10


def test_a_story_ends_after_the_longest_time_that_a_session_has(simulator: Simulator) -> None:
    session = simulator.session(story=True, createdAt="0001-01-01T00:00:00Z")
    simulator.put(session)
    events = simulator.get(f"/v1/sessions/{session['id']}/recording")
    assert events[-1]["timestamp"] - events[0]["timestamp"] == pytest.approx(6 * 3600 * 1000, abs=60_000)


def test_every_page_has_its_film_and_all_are_small() -> None:
    pages = [page for story in scripts.STORIES for page in (*story.main, *(page for _, page in story.side))]
    assert len({page.scene for page in pages}) == len(pages)
    for page in pages:
        assert len(fragments_of(page.scene)) == -(-page.seconds // 4) + 1
    assert sum(file.stat().st_size for file in SCENES.iterdir()) < 300_000


def test_files_are_downloaded_when_the_log_clicks(world: World) -> None:
    names = [name for name, _ in files_of(world, made_ago(world, 140, Plan(ends_after_s=130)))]
    assert names
    assert len(set(names)) == len(names)


def test_addresses_end_with_their_time_and_are_for_one_thing(simulator: Simulator) -> None:
    session = ended_an_hour_ago(simulator, story=True)
    simulator.put(session)
    playlist = simulator.http.get(f"/v1/sessions/{session['id']}/replays/0").text
    good = next(line for line in playlist.splitlines() if line.startswith("http"))
    assert httpx.get(good).status_code == 200
    parts = urlsplit(good)
    for bad in (
        good.split("?")[0],
        good.replace("expires=1", "expires=9"),
        good.replace("/0.m4s", "/1.m4s"),
        f"{parts.scheme}://{parts.netloc}{parts.path}?expires=x&signature=y",
    ):
        answer = httpx.get(bad)
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/xml")


def test_a_film_is_downloaded_in_parts(simulator: Simulator) -> None:
    session = ended_an_hour_ago(simulator, story=True)
    simulator.put(session)
    path = f"/v1/sessions/{session['id']}/recording/downloads"
    simulator.http.post(path).raise_for_status()
    film = eventually(lambda: simulator.get(path)["downloads"][0].get("downloadUrl"), within_s=10)
    whole = httpx.get(film).content
    for asked, status, part, told in (
        ("bytes=0-9", 206, whole[:10], f"bytes 0-9/{len(whole)}"),
        ("bytes=-5", 206, whole[-5:], f"bytes {len(whole) - 5}-{len(whole) - 1}/{len(whole)}"),
        ("bytes=99999999-", 416, b"", f"bytes */{len(whole)}"),
        ("bytes=0-1,4-5", 200, whole, None),
    ):
        answer = httpx.get(film, headers={"Range": asked})
        assert (answer.status_code, answer.content, answer.headers.get("content-range")) == (status, part, told)


@pytest.mark.parametrize(
    "wrong",
    [
        {"logs": {}},
        {"logs": ["x"]},
        {"recording": [1]},
        {"replays": "x"},
        {"playlists": []},
        {"files": [{"text": "without a name"}]},
        {"files": [{"name": "x", "zeros": -1}]},
        {"files": "no base64!"},
    ],
)
def test_what_cannot_be_left_behind_is_a_400(simulator: Simulator, wrong: dict[str, Any]) -> None:
    answer = simulator.http.post("/_sim/sessions", json=[simulator.session(**wrong)])
    assert answer.status_code == 400
    assert next(iter(wrong)) in answer.json()["message"]


def test_replays_and_playlists_are_what_was_put_in(simulator: Simulator) -> None:
    page = {"pageId": "7", "url": "/x", "startTimeMs": 5, "endTimeMs": 6}
    session = ended_an_hour_ago(simulator, replays=[page], playlists={"7": "#EXTM3U\nhostile"})
    simulator.put(session)
    path = f"/v1/sessions/{session['id']}/replays"
    assert simulator.get(path) == {"pageCount": 1, "pages": [page]}
    assert simulator.http.get(f"{path}/7").text == "#EXTM3U\nhostile"
    assert simulator.http.get(f"{path}/0").status_code == 404
