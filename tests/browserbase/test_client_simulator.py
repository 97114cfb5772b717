"""The client against the simulator: the methods together, and each fault it can play."""

import io
import zipfile

import pytest

from sessions_app.browserbase import Browserbase, SessionLog, errors
from tests import asynchronous
from tests.conftest import eventually
from tests.upstream import a_zip, ended_an_hour_ago


@pytest.fixture
def world(simulator):
    with Browserbase(simulator.key, base_url=simulator.url, allow_private=True) as client:
        yield client


def test_a_session_from_its_create_to_its_end(simulator, world):
    project = world.projects.list()[0]
    assert world.projects.retrieve(project.id).name == project.name
    body = {"projectId": project.id, "keepAlive": True, "userMetadata": {"team": {"name": "search"}}}
    created = world.sessions.create(body)
    assert created.connect_url.startswith("ws")
    assert created.signing_key

    running = eventually(lambda: world.sessions.list(status="RUNNING").sessions)
    assert [(session.id, session.keep_alive, session.user_metadata) for session in running] == [
        (created.id, True, {"team": {"name": "search"}})
    ]
    assert not {"connectUrl", "signingKey", "seleniumRemoteUrl"} & set(world.sessions.retrieve(created.id).raw)
    found = world.sessions.list(q="user_metadata['team']['name']:'search'")
    assert [session.id for session in found.sessions] == [created.id]
    view = world.sessions.live_view(created.id, expires_in_s=60)
    assert view.debugger_fullscreen_url.startswith("http")
    assert view.pages[0].debugger_url

    assert world.sessions.release(created.id, project_id=project.id).id == created.id
    ended = eventually(lambda: (seen := world.sessions.retrieve(created.id)).status == "COMPLETED" and seen)
    assert ended.ended_at >= ended.started_at
    assert world.projects.usage(project.id).browser_minutes >= 1
    with pytest.raises(errors.NotFound):
        world.sessions.live_view(created.id)


def test_sessions_of_any_name_are_reached_and_released(simulator, world):
    odd = ["../projects", "a/b", "%2e%2e", "?status=x", "#", " ", "ü/😀", "x.."]
    simulator.put(*(simulator.session(id=id) for id in odd), other := simulator.session())
    for id in odd:
        assert world.sessions.retrieve(id).id == id
        assert world.sessions.release(id).id == id
        assert isinstance(world.traces.log(id), SessionLog)
    eventually(lambda: [session.id for session in world.sessions.list(status="RUNNING").sessions] == [other["id"]])


def test_another_key_is_a_bad_key(simulator):
    with (
        Browserbase("bb_unknown", base_url=simulator.url, allow_private=True) as client,
        pytest.raises(errors.BadKey),
    ):
        client.projects.list()


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("reset", errors.UpstreamDown),
        ("half_body", errors.HalfAnswer),
        ("html_502", errors.UpstreamDown),
        ("bad_json", errors.BadAnswer),
        ("hang", errors.Timeout),
    ],
)
def test_each_fault_is_its_error_and_then_it_is_over(simulator, world, fault, kind):
    simulator.put(session := simulator.session())
    simulator.fault("GET /v1/sessions", fault)
    with pytest.raises(kind):
        world.sessions.retrieve(session["id"], total_s=1)
    simulator.clear_faults()
    assert world.sessions.retrieve(session["id"]).status == "RUNNING"


def test_unknown_values_come_through(simulator, world):
    simulator.put(session := simulator.session())
    simulator.fault("GET /v1/sessions", "unknown_values")
    (seen,) = world.sessions.list().sessions
    assert seen.id == session["id"]
    assert seen.status != "RUNNING"
    assert set(seen.raw) > set(session) - {"endedAt"}


def test_a_429_of_the_simulator_is_waited_for_by_a_read_and_told_by_a_create(simulator, world):
    simulator.fault("GET /v1/projects", "status", status=429, count=1)
    assert world.projects.list()
    simulator.fault("POST /v1/sessions", "status", status=429, count=1)
    with pytest.raises(errors.RateLimited) as caught:
        world.sessions.create({})
    assert caught.value.retry_after_s == 1


def test_all_that_a_session_leaves_behind(simulator, world):
    put = ended_an_hour_ago(simulator, seconds=30, story=True)
    simulator.put(put)
    session = put["id"]
    log = world.traces.log(session)
    tabs = {entry.page_id for entry in log}  # which story it is depends on the project
    assert tabs == set(range(len(tabs))) > {0}
    assert not any(entry.problem for entry in log)
    assert world.traces.recording(session).events[0].type == 4
    replays = world.traces.replays(session)
    assert (replays.page_count, replays.pages[0].end_ms) == (len(tabs), 30_000)
    assert world.traces.playlist(session, "0").duration_s == pytest.approx(30, abs=0.01)
    world.traces.ask_for_mp4s(session)
    eventually(lambda: world.traces.mp4s(session)[0].status == "COMPLETED", within_s=10)
    init, segment, film = asynchronous.run(watched(world.media, session))
    assert (init[4:8], segment[4:8], film[4:8]) == (b"ftyp", b"moof", b"ftyp")
    file = io.BytesIO()
    world.traces.save_downloads(session, file)
    assert zipfile.is_zipfile(file)


async def watched(media, session):
    answers = [await media.init(session, "0"), await media.segment(session, "0", 3), await media.mp4(session, "0")]
    return [await answer.read() for answer in answers]


def test_what_a_running_session_is_given(simulator, world):
    running = simulator.session()
    simulator.put(running)
    assert world.traces.upload(running["id"], "a.txt", io.BytesIO(b"x" * 3_000_000))
    (upload,) = simulator.get(f"/_sim/sessions/{running['id']}/uploads")
    assert (upload["name"], upload["size"]) == ("a.txt", 3_000_000)
    context = world.contexts.create("shop")
    assert world.contexts.retrieve(context).name == "shop"
    with pytest.raises(errors.BadRequest, match="already"):
        world.contexts.create("Shop")
    world.contexts.delete(context)
    with pytest.raises(errors.NotFound):
        world.contexts.retrieve(context)
    extension = world.extensions.create("x.zip", io.BytesIO(a_zip()))
    assert world.extensions.retrieve(extension.id).file_name == "x.zip"
    world.extensions.delete(extension.id)
