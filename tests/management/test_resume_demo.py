import pytest
from django.core.management import CommandError, call_command

from sessions_app.models import Session
from sessions_app.pulls import sessions as pull_sessions
from sessions_app.pulls import usage as pull_usage
from sessions_app.pulls.projects import pull as pull_projects
from tests.rows import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(account, simulator, settings):
    """The account's simulator is the demo's."""
    settings.SIMULATOR_URL = simulator.url
    return account


def test_a_session_that_the_new_simulator_never_had_ends_where_it_was_last_seen(demo, simulator):
    raw = simulator.session()
    forgotten = make_session(demo, id=raw["id"], status="RUNNING", raw=raw)
    call_command("resume_demo")
    assert simulator.get(f"/v1/sessions/{raw['id']}")["status"] == "COMPLETED"
    pull_sessions.pull(demo)
    row = Session.objects.get(pk=raw["id"])
    assert row.status == "COMPLETED"
    assert abs(row.ended_at - forgotten.changed_at).total_seconds() < 0.01


def test_a_session_that_runs_in_the_new_simulator_too_is_left_alone(demo, simulator):
    running = simulator.session()
    simulator.put(running)
    pull_sessions.pull(demo)
    call_command("resume_demo")
    assert simulator.get(f"/v1/sessions/{running['id']}")["status"] == "RUNNING"


def test_a_counter_that_was_read_before_begins_a_new_cycle(demo, simulator):
    project_id = simulator.projects[0]
    simulator.create(projectId=project_id)
    pull_projects(demo)
    call_command("resume_demo")
    assert simulator.get(f"/v1/projects/{project_id}/usage")["browserMinutes"] == 1
    project = demo.projects.get(pk=project_id)
    pull_usage.pull(demo, project)
    call_command("resume_demo")
    assert simulator.get(f"/v1/projects/{project_id}/usage")["browserMinutes"] == 0


def test_outside_the_demo_it_refuses():
    with pytest.raises(CommandError, match="SIGHTGLASS_SIMULATOR_URL"):
        call_command("resume_demo")
