"""POST /_sim/sessions: a past or a present of one's own."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import eventually
from tests.upstream import Simulator, stamp


def test_what_is_put_in_is_answered_as_it_is(simulator: Simulator) -> None:
    strange = simulator.session(
        status="HIBERNATING",
        id="any/id at all?",
        region="moon",
        novelty={"a": [1]},
        userMetadata={"deep": {"er": None}},
    )
    answer = simulator.http.post("/_sim/sessions", json=[strange])
    assert (answer.status_code, answer.json()) == (201, {"count": 1})
    assert simulator.get("/v1/sessions") == [strange]
    assert simulator.get("/v1/sessions/any%2Fid%20at%20all%3F") == strange


def test_values_nobody_can_read_are_kept_too(simulator: Simulator) -> None:
    broken = simulator.session(startedAt="soon", createdAt=None, proxyBytes="many", status=7, userMetadata="text")
    simulator.put(broken, simulator.session())
    assert broken in simulator.get("/v1/sessions")
    assert len(simulator.http.get("/v1/sessions", params={"q": "user_metadata['a']:'b'"}).json()) == 0


def test_it_replaces_by_id_and_keeps_the_rest(simulator: Simulator) -> None:
    first, second = simulator.session(), simulator.session()
    simulator.put(first, second)
    simulator.put(first | {"status": "COMPLETED", "endedAt": stamp(datetime.now(UTC))})
    assert simulator.get(f"/v1/sessions/{first['id']}")["status"] == "COMPLETED"
    assert len(simulator.get("/v1/sessions")) == 2


def test_missing_fields_get_values_that_fit(simulator: Simulator) -> None:
    simulator.put(
        {"id": f"{simulator.key}-bare", "projectId": simulator.projects[0], "startedAt": "2026-11-01T08:00:00Z"}
    )
    bare = simulator.get(f"/v1/sessions/{simulator.key}-bare")
    assert bare["createdAt"] == "2026-11-01T08:00:00Z"
    assert {"status", "region", "updatedAt", "expiresAt", "keepAlive", "proxyBytes"} <= bare.keys()
    simulator.put(bare | {"id": f"{simulator.key}-late", "startedAt": "9999-12-31T23:59:59Z"})
    assert len(simulator.get("/v1/sessions")) == 2


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_beyond_the_calendar_is_kept_and_harms_nothing(simulator: Simulator, moment: str) -> None:
    simulator.put({"id": f"{simulator.key}-beyond", "projectId": simulator.projects[0], "startedAt": moment})
    assert simulator.get(f"/v1/sessions/{simulator.key}-beyond")["startedAt"] == moment
    assert simulator.get(f"/v1/sessions/{simulator.key}-beyond/debug")["pages"]


def test_it_stays_as_it_is_until_released(simulator: Simulator) -> None:
    overdue = simulator.session(expiresAt="2026-01-01T00:00:00Z")
    waiting = simulator.session("PENDING")
    simulator.put(overdue, waiting)
    time.sleep(0.1)
    assert {session["status"] for session in simulator.get("/v1/sessions")} == {"PENDING", "RUNNING"}
    for session in (overdue, waiting):
        simulator.http.post(f"/v1/sessions/{session['id']}", json={"status": "REQUEST_RELEASE"}).raise_for_status()
    eventually(lambda: all(session["status"] == "COMPLETED" for session in simulator.get("/v1/sessions")))


def test_it_times_out_when_its_expiry_passes(simulator: Simulator) -> None:
    ending = simulator.session(expiresAt=stamp(datetime.now(UTC) + timedelta(seconds=0.3)))
    simulator.put(ending)
    ended = eventually(lambda: (read := simulator.get("/v1/sessions")[0])["status"] == "TIMED_OUT" and read)
    assert ended["endedAt"] == ending["expiresAt"]


def test_usage_leaves_it_out(simulator: Simulator) -> None:
    simulator.put(simulator.session(), simulator.session("COMPLETED"))
    assert simulator.get(f"/v1/projects/{simulator.projects[0]}/usage")["browserMinutes"] == 0


def test_it_has_a_live_view_while_it_runs(simulator: Simulator) -> None:
    running, waiting, over = (simulator.session(status) for status in ("RUNNING", "PENDING", "COMPLETED"))
    simulator.put(running, waiting, over)
    assert simulator.get(f"/v1/sessions/{running['id']}/debug")["pages"]
    for other in (waiting, over):
        assert simulator.http.get(f"/v1/sessions/{other['id']}/debug").status_code == 404


@pytest.mark.parametrize(
    "body", [{}, "text", None, [1], [{"id": 7}], [{"logs": {}}], [{"logs": [1]}], [{"id": "good"}, {"id": None}]]
)
def test_wrong_input_is_a_400_and_nothing_is_stored(simulator: Simulator, body: object) -> None:
    before = simulator.get("/_sim")["sessions"]
    answer = simulator.http.post("/_sim/sessions", json=body)
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)
    assert simulator.get("/_sim")["sessions"] == before


def test_a_hundred_thousand_go_in_and_come_out(simulator: Simulator) -> None:
    metadata = {"team": "growth", "env": "prod", "run": "4711"}
    simulator.put(*(simulator.session("COMPLETED", userMetadata=metadata) for _ in range(100_000)))
    assert len(simulator.get("/v1/sessions")) == 100_000
    assert simulator.get("/v1/sessions?status=RUNNING") == []
