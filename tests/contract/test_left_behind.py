"""The official SDK judges what a session leaves behind: straight from the simulator, and through the site's /v1."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import browserbase
import httpx
import pytest

from tests.conftest import eventually
from tests.contract.conftest import Ask, Door, OpenDoor, asker
from tests.upstream import Simulator, ended_an_hour_ago

pytestmark = pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")


@pytest.fixture
def ended(simulator: Simulator) -> dict[str, Any]:
    """A session of two minutes whose script's story is told."""
    session = ended_an_hour_ago(simulator, seconds=120, story=True)
    simulator.put(session)
    return session


def test_a_log_tells_the_story_in_the_browsers_protocol(ask: Ask, ended: dict[str, Any]) -> None:
    logs = ask(lambda sdk: sdk.sessions.logs.list(ended["id"]))
    assert {entry.session_id for entry in logs} == {ended["id"]}
    assert {"Page.navigate", "Network.responseReceived", "Input.dispatchMouseEvent"} <= {entry.method for entry in logs}
    navigation = next(entry for entry in logs if entry.method == "Page.navigate")
    assert navigation.request.params["url"].startswith("https://")
    assert navigation.response.result["loaderId"]
    assert logs == ask(lambda sdk: sdk.sessions.logs.list(ended["id"]))


def test_a_recording_is_rrwebs_events(ask: Ask, ended: dict[str, Any]) -> None:
    events = ask(lambda sdk: sdk.sessions.recording.retrieve(ended["id"]))
    assert [event.type for event in events[:2]] == [4, 2]
    assert events[0].data["href"].startswith("https://")


def test_a_replay_is_a_playlist_of_segments_elsewhere(ask: Ask, ended: dict[str, Any], way: Simulator | Door) -> None:
    replays = ask(lambda sdk: sdk.sessions.replays.retrieve(ended["id"]))
    assert replays.page_count == len(replays.pages) >= 2
    first = replays.pages[0]
    assert (first.page_id, first.start_time_ms, first.end_time_ms) == ("0", 0, 120_000)
    playlist = ask(lambda sdk: text_of(sdk.sessions.replays.retrieve_page("0", id=ended["id"])))
    addresses = [line for line in playlist.splitlines() if line.startswith("http")]
    assert len(addresses) >= 30
    assert not any(address.startswith(way.url) for address in addresses)
    segment = httpx.get(addresses[0])
    assert (segment.status_code, segment.content[4:8]) == (200, b"moof")
    assert httpx.get(addresses[0], headers={"X-BB-API-Key": way.key}).status_code == 400
    assert httpx.get(addresses[0].replace("/0.m4s", "/1.m4s")).status_code == 403


def text_of(answer: Any) -> Any:
    """The SDK's binary answers are read at once by the sync client, awaited by the async one."""
    return content_of(answer, lambda content: content.decode())


def content_of(answer: Any, read: Callable[[bytes], Any]) -> Any:
    if hasattr(answer, "__await__"):

        async def awaited() -> Any:
            return read(await (await answer).read())

        return awaited()
    return read(answer.read())


def test_an_mp4_is_asked_for_then_pending_then_downloaded(ask: Ask, ended: dict[str, Any]) -> None:
    before = ask(lambda sdk: sdk.sessions.recording.downloads.list(ended["id"])).downloads
    assert {download.status for download in before} == {"NOT_REQUESTED"}
    asked = ask(lambda sdk: sdk.sessions.recording.downloads.create(ended["id"])).downloads
    assert {download.status for download in asked} == {"PENDING"}
    assert asked[0].download_url is None
    done = eventually(lambda: completed(ask, ended["id"]), within_s=10)
    film = httpx.get(done.download_url, headers={"Range": "bytes=0-63"})
    assert (film.status_code, film.content[4:8]) == (206, b"ftyp")
    assert done.completed_at


def completed(ask: Ask, session_id: str) -> Any:
    first = ask(lambda sdk: sdk.sessions.recording.downloads.list(session_id)).downloads[0]
    return first if first.status == "COMPLETED" else None


def test_an_mp4_that_failed_is_asked_for_again(kind: str, simulator: Simulator) -> None:
    ask = asker(kind, simulator.url, simulator.key)
    session = ended_an_hour_ago(simulator, seconds=20, story=True, mp4sFail=True)
    simulator.put(session)
    for expected in ("FAILED", "COMPLETED"):
        ask(lambda sdk: sdk.sessions.recording.downloads.create(session["id"]))
        first = eventually(lambda: settled(ask, session["id"]), within_s=10)
        assert first.status == expected


def settled(ask: Ask, session_id: str) -> Any:
    first = ask(lambda sdk: sdk.sessions.recording.downloads.list(session_id)).downloads[0]
    return first if first.status != "PENDING" else None


def test_downloads_are_a_zip(ask: Ask, simulator: Simulator) -> None:
    files = [
        {"name": "a/report.csv", "text": "1,2\n"},
        {"name": "../evil.sh", "base64": "aGk="},
        {"name": "bomb", "zeros": 5_000_000},
    ]
    session, nothing = ended_an_hour_ago(simulator, files=files), ended_an_hour_ago(simulator)
    simulator.put(session, nothing)
    archive = zipfile.ZipFile(
        io.BytesIO(ask(lambda sdk: content_of(sdk.sessions.downloads.list(session["id"]), bytes)))
    )
    assert [(entry.filename, entry.file_size) for entry in archive.infolist()] == [
        ("a/report.csv", 4),
        ("../evil.sh", 2),
        ("bomb", 5_000_000),
    ]
    empty = ask(lambda sdk: content_of(sdk.sessions.downloads.list(nothing["id"]), bytes))
    assert zipfile.ZipFile(io.BytesIO(empty)).namelist() == []


def test_a_file_is_uploaded_while_the_session_runs(ask: Ask, simulator: Simulator) -> None:
    running, over = simulator.session(), ended_an_hour_ago(simulator)
    simulator.put(running, over)
    said = ask(lambda sdk: sdk.sessions.uploads.create(running["id"], file=("über.txt", b"x" * 300_000)))
    assert said.message
    (upload,) = simulator.get(f"/_sim/sessions/{running['id']}/uploads")
    assert (upload["name"], upload["size"]) == ("über.txt", 300_000)
    with pytest.raises(browserbase.BadRequestError, match="not running"):
        ask(lambda sdk: sdk.sessions.uploads.create(over["id"], file=("a.txt", b"x")))


def test_what_is_no_multipart_is_415(way: Simulator | Door, simulator: Simulator) -> None:
    running = simulator.session()
    simulator.put(running)
    answer = httpx.post(
        f"{way.url}/v1/sessions/{running['id']}/uploads", content=b"x", headers={"X-BB-API-Key": way.key}
    )
    assert (answer.status_code, answer.json()["error"]) == (415, "Unsupported Media Type")


def test_a_session_that_asked_for_no_traces_leaves_none(ask: Ask, simulator: Simulator) -> None:
    settings = {"recordSession": False, "logSession": False}
    made = ask(lambda sdk: sdk.sessions.create(browser_settings=settings))
    eventually(lambda: ask(lambda sdk: sdk.sessions.retrieve(made.id)).status == "RUNNING", within_s=5)
    assert ask(lambda sdk: sdk.sessions.logs.list(made.id)) == []
    assert ask(lambda sdk: sdk.sessions.recording.retrieve(made.id)) == []
    assert ask(lambda sdk: sdk.sessions.replays.retrieve(made.id)).page_count == 0


PARTS: list[Callable[[Any, str], Any]] = [
    lambda sdk, id: sdk.sessions.logs.list(id),
    lambda sdk, id: sdk.sessions.recording.retrieve(id),
    lambda sdk, id: sdk.sessions.recording.downloads.list(id),
    lambda sdk, id: sdk.sessions.recording.downloads.create(id),
    lambda sdk, id: sdk.sessions.replays.retrieve(id),
    lambda sdk, id: sdk.sessions.replays.retrieve_page("0", id=id),
    lambda sdk, id: sdk.sessions.downloads.list(id),
    lambda sdk, id: sdk.sessions.uploads.create(id, file=("a.txt", b"x")),
]


def test_an_unknown_session_and_another_keys_leave_nothing(
    ask: Ask, other_simulator: Simulator, simulator: Simulator
) -> None:
    theirs = ended_an_hour_ago(other_simulator, story=True)
    other_simulator.put(theirs)
    for part in PARTS:
        for session_id in ("nobody", theirs["id"]):
            with pytest.raises(browserbase.NotFoundError):
                ask(lambda sdk, part=part, id=session_id: part(sdk, id))


def test_a_tab_that_has_no_film_is_not_found(ask: Ask, ended: dict[str, Any]) -> None:
    for page_id in ("99", "x", "0000"):
        with pytest.raises(browserbase.NotFoundError):
            ask(lambda sdk, page=page_id: sdk.sessions.replays.retrieve_page(page, id=ended["id"]))


def test_a_fault_reaches_every_part(ask: Ask, simulator: Simulator, ended: dict[str, Any]) -> None:
    simulator.fault("* /v1/sessions/", "status", status=422)
    for part in PARTS:
        with pytest.raises(browserbase.UnprocessableEntityError):
            ask(lambda sdk, part=part: part(sdk, ended["id"]))


def test_a_token_that_may_only_read_reads_all_of_it_and_changes_nothing(
    kind: str, open_door: OpenDoor, simulator: Simulator, ended: dict[str, Any]
) -> None:
    door = open_door(simulator.url, simulator.key, right="read")
    ask = asker(kind, door.url, door.key)
    assert ask(lambda sdk: sdk.sessions.logs.list(ended["id"]))
    assert ask(lambda sdk: sdk.sessions.replays.retrieve(ended["id"])).page_count
    assert "#EXTM3U" in ask(lambda sdk: text_of(sdk.sessions.replays.retrieve_page("0", id=ended["id"])))
    assert ask(lambda sdk: sdk.sessions.recording.downloads.list(ended["id"])).downloads
    for part in (PARTS[3], PARTS[7]):
        with pytest.raises(browserbase.PermissionDeniedError, match="operate"):
            ask(lambda sdk, part=part: part(sdk, ended["id"]))


def test_a_token_of_another_project_gets_none_of_it(
    kind: str, open_door: OpenDoor, simulator: Simulator, ended: dict[str, Any]
) -> None:
    door = open_door(simulator.url, simulator.key, project_ids=[simulator.projects[1]])
    ask = asker(kind, door.url, door.key)
    for part in PARTS:
        with pytest.raises(browserbase.PermissionDeniedError):
            ask(lambda sdk, part=part: part(sdk, ended["id"]))
