"""The replay's fragments, its films by our own addresses, and MP4s to keep."""

import re
import time
from datetime import timedelta

import httpx
import pytest
from django.test import RequestFactory
from django.utils import timezone

from sessions_app.browserbase import RecordingDownload
from sessions_app.models import AuditEvent, Session
from sessions_app.pulls.store import store_sessions
from sessions_app.views.inspector.replay_media import seen
from sessions_app.views.inspector.replay_mp4s import state_of
from tests.conftest import eventually
from tests.upstream import ended_an_hour_ago, stamp

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def put(account, simulator):
    """Puts a session in, at the simulator and in our tables."""

    def put(session=None, **fields) -> Session:
        session = session or ended_an_hour_ago(simulator, **fields)
        simulator.put(session)
        store_sessions(account, [account.client().sessions.retrieve(session["id"])])
        return Session.objects.get(pk=session["id"])

    return put


def film_of(session, client, **asked):
    response = client.get(f"/sessions/{session.id}/replay/", asked, headers=FRAGMENT)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def web(site, cookies):
    """The real web process, asked by somebody who has signed in."""
    with httpx.Client(base_url=site, cookies=cookies, timeout=30) as asking:
        yield asking


def test_the_chosen_tab_speed_and_skipping_come_from_the_address(put, signed_in):
    session = put(seconds=120, story=True)
    shown = film_of(session, signed_in, film="1", speed="4", skip="idle")
    assert f'data-playlist="/sessions/{session.id}/replay/1/playlist.m3u8"' in shown
    assert 'data-speed="4" data-skip="idle"' in shown
    for strange in ({"film": "99"}, {"film": "<b>"}, {"speed": "100"}, {"skip": "all"}):
        shown = film_of(session, signed_in, **strange)
        assert "/replay/0/playlist.m3u8" in shown
        assert 'data-speed="1" data-skip=""' in shown


def test_what_a_film_does_not_cover_is_said_above_it(put, signed_in):
    page = {"pageId": "0", "startTimeMs": 1000, "endTimeMs": 5000}
    assert "Replay covers 4 s of 15 min." in film_of(put(seconds=900, replays=[page]), signed_in)
    whole = page | {"startTimeMs": 0, "endTimeMs": 900_000}
    assert "Replay covers" not in film_of(put(seconds=900, replays=[whole]), signed_in)
    untold = put(seconds=900, replays=[{"pageId": "0"}])
    assert "does not tell when this film begins" in film_of(untold, signed_in)


def test_where_there_is_no_film_it_says_why(put, signed_in, simulator):
    assert "Not filmed yet" in film_of(put(simulator.session()), signed_in)
    just_now = simulator.session("COMPLETED", endedAt=stamp(timezone.now()))
    coming = film_of(put(just_now), signed_in)
    assert "No film yet" in coming
    assert 'hx-trigger="every 5s"' in coming
    assert "Looking for a recording" in film_of(put(seconds=60), signed_in)
    forgotten = put(seconds=60)
    simulator.fault(f"GET /v1/sessions/{forgotten.id}/replays", "status", status=404)
    assert "knows of no film" in film_of(forgotten, signed_in)


def test_upstream_that_fails_is_said_with_another_try(put, signed_in, simulator):
    session = put(seconds=60, story=True)
    simulator.fault(f"GET /v1/sessions/{session.id}/replays", "status", status=403)
    shown = film_of(session, signed_in)
    assert "(403)" in shown
    assert "Try again" in shown


def test_marks_lie_within_the_film_and_are_covered(put, signed_in):
    session = put(seconds=120, story=True)
    address = f"/sessions/{session.id}/replay/marks/"
    shown = signed_in.get(address, {"from_ms": 10_000, "to_ms": 40_000}, headers=FRAGMENT).content.decode()
    moments = [float(t) for t in re.findall(r'data-t="([\d.]+)"', shown)]
    assert moments
    assert moments == sorted(moments)
    assert min(moments) >= 10_000
    assert max(moments) <= 40_000
    assert {"error", "click", "load"} >= set(re.findall(r'data-kind="(\w+)"', shown))
    for strange in ("NaN", "-inf", "1e999", "\x00", "x"):
        assert signed_in.get(address, {"from_ms": strange, "to_ms": strange}, headers=FRAGMENT).status_code == 200


def test_a_playlist_has_our_addresses_and_segments_come_by_number(web, put):
    session = put(seconds=60, story=True)
    folder = f"/sessions/{session.id}/replay/0"
    playlist = web.get(f"{folder}/playlist.m3u8")
    assert playlist.headers["content-type"] == "application/vnd.apple.mpegurl"
    lines = [line for line in playlist.text.splitlines() if line and not line.startswith("#")]
    assert lines[:2] == ["0.m4s", "1.m4s"]
    assert "http" not in playlist.text
    assert '#EXT-X-MAP:URI="init.mp4"' in playlist.text

    init, segment = web.get(f"{folder}/init.mp4"), web.get(f"{folder}/0.m4s")
    assert init.content[4:8] == b"ftyp"
    assert segment.content[4:8] == b"moof"
    assert segment.headers["content-type"] == "video/mp4"
    assert segment.headers["cache-control"] == "private, max-age=600"
    assert segment.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in segment.headers["content-security-policy"]
    assert web.get(f"{folder}/{len(lines)}.m4s").status_code == 404
    assert web.get(f"/sessions/{session.id}/replay/77/playlist.m3u8").status_code == 404
    assert web.get(f"/sessions/{session.id}/replay/..%2F0/playlist.m3u8").status_code == 404
    assert web.get("/sessions/nobodys/replay/0/0.m4s").status_code == 404
    with httpx.Client(base_url=web.base_url) as stranger:
        assert stranger.get(f"{folder}/0.m4s").status_code == 302


def test_a_segment_that_breaks_off_is_cut_short_and_one_that_is_refused_is_said(web, put, simulator):
    session = put(seconds=60, story=True)
    simulator.fault("GET /media/replays", "half_body")
    with pytest.raises(httpx.RemoteProtocolError):
        web.get(f"/sessions/{session.id}/replay/0/0.m4s")
    simulator.clear_faults()
    simulator.fault("GET /media/replays", "status", status=500)
    refused = web.get(f"/sessions/{session.id}/replay/0/0.m4s")
    assert refused.status_code == 502
    assert "failure of its own" in refused.text
    simulator.clear_faults()
    assert web.get(f"/sessions/{session.id}/replay/0/0.m4s").status_code == 200


def test_an_mp4_comes_as_an_attachment_and_in_parts(web, put, account):
    session = put(seconds=60, story=True)
    address = f"/sessions/{session.id}/replay/0/film.mp4"
    assert web.get(address).status_code == 404
    account.client().traces.ask_for_mp4s(session.id)
    film = eventually(lambda: (lambda answer: answer if answer.status_code == 200 else None)(web.get(address)))
    assert film.headers["content-type"] == "application/octet-stream"
    assert film.headers["content-disposition"] == f'attachment; filename="session-{session.short_id}-tab-0.mp4"'
    part = web.get(address, headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-range"] == f"bytes 4-7/{len(film.content)}"


def test_access_to_a_segment_is_one_question(put, user, django_assert_num_queries):
    session = put(seconds=60, story=True)
    request = RequestFactory().get("/")
    request.user = user
    with django_assert_num_queries(1):
        assert seen(request, session.id).account


def test_mp4s_are_asked_for_on_the_record_and_a_failure_can_be_tried_again(put, signed_in, user):
    session = put(seconds=60, story=True, mp4sFail=True)
    address = f"/sessions/{session.id}/replay/mp4s/"
    assert "Keep as MP4" in signed_in.get(address, headers=FRAGMENT).content.decode()
    asked = signed_in.post(f"{address}ask/", headers=FRAGMENT).content.decode()
    assert "being put together" in asked
    assert 'hx-trigger="every 2s"' in asked
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.session_id) == ("session.mp4s_asked", user, session.id)

    def told(words: str) -> bool:
        return words in signed_in.get(address, headers=FRAGMENT).content.decode()

    eventually(lambda: told("could not make it"))
    assert told("Try again")
    signed_in.post(f"{address}ask/", headers=FRAGMENT)
    eventually(lambda: told("Download tab 0"))
    assert AuditEvent.objects.count() == 2


def test_mp4s_that_are_refused_are_said_and_recorded(put, signed_in, simulator):
    session = put(seconds=60, story=True)
    simulator.fault(f"POST /v1/sessions/{session.id}/recording/downloads", "status", status=403)
    asked = signed_in.post(f"/sessions/{session.id}/replay/mp4s/ask/", headers=FRAGMENT).content.decode()
    assert "(403)" in asked
    assert "Try again" in asked
    assert not AuditEvent.objects.get().succeeded


@pytest.mark.parametrize(
    ("status", "url", "state"),
    [
        ("COMPLETED", "https://host/film.mp4", "ready"),
        ("COMPLETED", "", "kept_elsewhere"),
        ("FAILED", "", "failed"),
        ("NOT_REQUESTED", "", "not_requested"),
        ("PENDING", "", "pending"),
        ("QUEUED_SOMEWHERE", "", "pending"),
    ],
)
def test_every_word_for_an_mp4_has_a_state(status, url, state):
    assert state_of(RecordingDownload("0", status, None, url)) == state


def test_a_recording_is_tamed(put, signed_in):
    field = {"type": 2, "id": 3, "tagName": "input", "attributes": {"value": "hunter2", "onfocus": "x()"}}
    image = {"type": 2, "id": 4, "tagName": "img", "attributes": {"src": "https://evil.example/i.png", "alt": "i"}}
    began = round(time.time() * 1000)
    events = [
        {"type": 3, "timestamp": began + 20, "data": {"source": 5, "text": "hunter2", "id": 3}},
        {"type": 2, "timestamp": began, "data": {"node": {"type": 0, "id": 1, "childNodes": [field, image]}}},
        {"type": 3, "timestamp": began + 30, "data": {"source": 0, "adds": [{"node": field}], "attributes": "odd"}},
        {"type": 4, "timestamp": began + 40, "data": {"childNodes": 3}},
    ]
    session = put(seconds=60, recording=events)
    response = signed_in.get(f"/sessions/{session.id}/replay/recording.json")
    told = response.content.decode()
    assert "hunter2" not in told
    assert "evil.example" not in told
    assert "onfocus" not in told
    assert [event["timestamp"] - began for event in response.json()] == [0, 20, 30, 40]
    assert signed_in.get(f"/sessions/{put(seconds=60).id}/replay/recording.json").json() == []


def test_the_player_of_recordings_loads_and_runs_nothing_but_our_files(signed_in):
    response = signed_in.get("/recording-player/")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in f"{policy};"
    assert "sandbox allow-scripts allow-same-origin" in policy
    assert "connect-src" not in policy
    assert "default-src 'none'" in policy
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_session_that_ended_long_ago_is_not_waited_for(put, signed_in, simulator):
    started = timezone.now() - timedelta(minutes=30)
    session = simulator.session("COMPLETED", startedAt=stamp(started), endedAt=stamp(started + timedelta(minutes=15)))
    assert "No film yet" not in film_of(put(session), signed_in)
