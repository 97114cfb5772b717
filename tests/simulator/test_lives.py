"""How sessions live and end. What takes minutes is made in the past: the agenda brings it to now."""

import uuid
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from simulator.creation import SessionRequest
from simulator.limits import FREE_SLOTS
from simulator.projects import Project
from simulator.seeding import new_world
from simulator.sessions import Plan, Session
from simulator.times import iso
from simulator.traffic import Traffic
from simulator.world import World, now
from tests.conftest import eventually
from tests.upstream import Simulator, stamp


@pytest.fixture
def world() -> World:
    project = Project(str(uuid.uuid4()), "checkout", "owner", "bb_demo", 900, 25, now())
    return World([project], 25, Random(1))


def made_ago(world: World, seconds: float, plan: Plan, **request: object) -> Session:
    project = next(iter(world.projects.values()))
    made = world.create(project, SessionRequest(**request), plan, now() - seconds, str(uuid.uuid4()))
    world.advance()
    return made


def test_a_new_session_is_pending_and_soon_running(simulator: Simulator) -> None:
    made = simulator.create()
    assert made["status"] == "PENDING"
    running = eventually(lambda: (read := simulator.get(f"/v1/sessions/{made['id']}"))["status"] == "RUNNING" and read)
    waited = datetime.fromisoformat(running["updatedAt"]) - datetime.fromisoformat(made["createdAt"])
    assert timedelta(0) < waited <= timedelta(seconds=2)


def test_a_session_times_out_exactly_at_its_expiry(world: World) -> None:
    made = made_ago(world, 301, Plan(), timeout=300)
    assert made.status == "TIMED_OUT"
    assert made.fields["endedAt"] == made.fields["expiresAt"] == made.fields["updatedAt"]


def test_a_session_whose_script_plays_runs_until_its_timeout(world: World) -> None:
    assert made_ago(world, 890, Plan()).status == "RUNNING"


def test_nobody_connected_within_five_minutes_ends_it(world: World) -> None:
    assert made_ago(world, 299, Plan(connects=False)).status == "RUNNING"
    ended = made_ago(world, 301, Plan(connects=False))
    assert ended.status == "ERROR"
    assert ended.fields["endedAt"] == iso(ended.created_at + 300)
    assert made_ago(world, 301, Plan(connects=False), keep_alive=True).status == "RUNNING"


def test_a_disconnect_completes_a_session_unless_it_is_kept_alive(world: World) -> None:
    plan = Plan(ends_after_s=30)
    assert made_ago(world, 31, plan).status == "COMPLETED"
    assert made_ago(world, 31, plan, keep_alive=True).status == "RUNNING"
    assert made_ago(world, 31, Plan(ends_after_s=30, ends_by="crash"), keep_alive=True).status == "ERROR"


def test_proxy_bytes_grow_while_a_session_with_a_proxy_runs(world: World) -> None:
    assert made_ago(world, 40, Plan()).fields["proxyBytes"] == 0
    proxied = made_ago(world, 40, Plan(), proxies=True)
    assert proxied.fields["proxyBytes"] > 0
    assert proxied.fields["updatedAt"] == iso(proxied.created_at + 30)


def test_a_release_takes_effect_later_and_a_second_one_changes_nothing(simulator: Simulator) -> None:
    path = f"/v1/sessions/{simulator.create(keepAlive=True)['id']}"
    eventually(lambda: simulator.get(path)["status"] == "RUNNING")
    asked_at = now()
    for _ in range(2):
        answer = simulator.http.post(path, json={"status": "REQUEST_RELEASE"})
        assert (answer.status_code, answer.json()["status"]) == (200, "RUNNING")
    ended = eventually(lambda: (read := simulator.get(path))["status"] == "COMPLETED" and read)
    assert 1 <= datetime.fromisoformat(ended["endedAt"]).timestamp() - asked_at <= 4
    late = simulator.http.post(path, json={"status": "REQUEST_RELEASE"})
    assert (late.status_code, late.json()) == (200, ended)


@pytest.mark.parametrize("body", [{}, {"status": "COMPLETED"}, [], {"status": "REQUEST_RELEASE", "projectId": "other"}])
def test_what_is_no_release_is_a_400(simulator: Simulator, body: object) -> None:
    made = simulator.create()
    assert simulator.http.post(f"/v1/sessions/{made['id']}", json=body).status_code == 400


def test_connection_details_are_there_while_it_lives_and_never_in_the_list(simulator: Simulator) -> None:
    made = simulator.create()
    assert simulator.get(f"/v1/sessions/{made['id']}")["signingKey"] == made["signingKey"]
    assert "signingKey" not in simulator.get("/v1/sessions")[0]
    simulator.http.post(f"/v1/sessions/{made['id']}", json={"status": "REQUEST_RELEASE"})
    ended = eventually(lambda: (read := simulator.get(f"/v1/sessions/{made['id']}"))["status"] == "COMPLETED" and read)
    assert "connectUrl" not in ended


def test_clients_that_behave_otherwise_are_made_on_demand(simulator: Simulator) -> None:
    body = {"client": "crashes", "seconds": 1, "key": simulator.key, "session": {"userMetadata": {"a": "b"}}}
    made = simulator.http.post("/_sim/play", json=body)
    assert (made.status_code, made.json()["userMetadata"]) == (201, {"a": "b"})
    eventually(lambda: simulator.get(f"/v1/sessions/{made.json()['id']}")["status"] == "ERROR")
    for wrong in ({"client": "sings"}, {}, {"client": "plays", "key": "nobody"}, {"client": "plays", "more": 1}):
        assert simulator.http.post("/_sim/play", json=wrong).status_code == 400


def test_usage_counts_a_minute_at_least_and_running_sessions_up_to_now(simulator: Simulator) -> None:
    project_id = simulator.projects[0]
    assert simulator.get(f"/v1/projects/{project_id}/usage") == {"browserMinutes": 0, "proxyBytes": 0}
    simulator.create()
    simulator.create()
    assert simulator.get(f"/v1/projects/{project_id}/usage")["browserMinutes"] == 2
    assert simulator.get(f"/v1/projects/{simulator.projects[1]}/usage")["browserMinutes"] == 0


def test_usage_counts_started_minutes(world: World) -> None:
    project = next(iter(world.projects.values()))
    made_ago(world, 119, Plan())
    made_ago(world, 500, Plan(ends_after_s=121))
    assert project.usage(now())["browserMinutes"] == 2 + 3


def test_a_billing_cycle_begins_at_zero_and_goes_on_counting(world: World) -> None:
    project = next(iter(world.projects.values()))
    made_ago(world, 500, Plan(), proxies=True)
    project.begin_cycle(now())
    assert project.usage(now()) == {"browserMinutes": 0, "proxyBytes": 0}
    assert project.usage(now() + 120)["browserMinutes"] == 2


def test_a_reset_of_usage_is_asked_for_by_project(simulator: Simulator) -> None:
    simulator.create()
    project_id = simulator.projects[0]
    assert simulator.http.post("/_sim/usage/reset", json={"projectId": project_id}).status_code == 204
    assert simulator.get(f"/v1/projects/{project_id}/usage")["browserMinutes"] == 0
    assert simulator.http.post("/_sim/usage/reset", json={}).status_code == 400
    assert simulator.http.post("/_sim/usage/reset", json={"projectId": "nobody"}).status_code == 404


def test_the_default_world_is_a_teams_month() -> None:
    world = new_world(["bb_demo"], 3, 600, 7, 25, 25, 1)
    sessions = list(world.sessions.values())
    assert len(sessions) == 600
    assert sum(session.status == "COMPLETED" for session in sessions) > 450
    assert all(3 <= len(project.live) <= 20 for project in world.projects.values())
    assert max(now() - session.created_at for session in sessions) < 30 * 86400 + 1
    soon = stamp(datetime.now(UTC) + timedelta(minutes=8))
    assert any(session.is_live and session.fields["expiresAt"] < soon for session in sessions)
    assert any(session.fields.get("contextId") for session in sessions)
    assert any(session.fields["keepAlive"] for session in sessions)


@pytest.mark.parametrize(("concurrency", "most"), [(25, 20), (6, 1), (3, 0)])
def test_traffic_leaves_five_slots_free(concurrency: int, most: int) -> None:
    world = new_world(["bb_demo"], 2, 60, 7, concurrency, 25, 40)
    Traffic(world, 40, 7)
    before = set(world.sessions)
    fullest = 0
    for step in range(400):
        world.agenda.run(now() + step * 3)
        fullest = max(fullest, *(len(project.live) for project in world.projects.values()))
    assert fullest <= most
    assert bool(set(world.sessions) - before) == (concurrency > FREE_SLOTS)


def test_traffic_comes_and_goes_at_a_pace_one_can_watch() -> None:
    world = new_world(["bb_demo"], 3, 600, 7, 25, 25, 1)
    Traffic(world, 1, 7)
    world.agenda.run(now() + 3600)
    assert 180 <= len(world.sessions) - 600 <= 360
    assert {session.status for session in world.sessions.values()} >= {"COMPLETED", "TIMED_OUT", "ERROR", "RUNNING"}
