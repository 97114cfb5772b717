from datetime import UTC, datetime, timedelta

import httpx
from django.utils import timezone

from sessions_app.browserbase import ProjectUsage
from sessions_app.models import Project, UsageSnapshot
from sessions_app.pulls import projects, usage
from tests.conftest import make_account
from tests.rows import make_project

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def readings(project: Project) -> list[tuple[int, float, float]]:
    """(minutes, from, until) of each row, in minutes after noon."""
    rows = UsageSnapshot.objects.filter(project=project).order_by("taken_at")
    minutes = timedelta(minutes=1)
    return [(r.browser_minutes, (r.taken_at - NOON) / minutes, (r.unchanged_until - NOON) / minutes) for r in rows]


def store(project: Project, minutes: int, at: float) -> None:
    usage.store_usage(project, ProjectUsage(browser_minutes=minutes, proxy_bytes=0), NOON + timedelta(minutes=at))


def test_equal_readings_extend_the_last_row_and_others_append(account):
    project = make_project(account)
    for minutes, at in [(5, 0), (5, 1), (5, 2), (7, 3), (7, 4)]:
        store(project, minutes, at)
    assert readings(project) == [(5, 0, 2), (7, 3, 4)]


def test_a_counter_that_falls_is_kept_as_it_was_read(account):
    project = make_project(account)
    for minutes, at in [(90, 0), (3, 1), (3, 2), (90, 3)]:
        store(project, minutes, at)
    assert readings(project) == [(90, 0, 0), (3, 1, 2), (90, 3, 3)]


def test_a_reading_that_is_not_newer_is_left_out(account):
    project = make_project(account)
    for minutes, at in [(5, 0), (5, 4), (9, 3), (9, 4)]:
        store(project, minutes, at)
    assert readings(project) == [(5, 0, 4)]


def test_the_counter_is_read_and_a_new_cycle_seen(account, simulator):
    projects.pull(account)
    project = Project.objects.get(pk=simulator.projects[0])
    simulator.create(projectId=project.pk)
    assert usage.pull(account, project).outcome == "ok"
    assert UsageSnapshot.objects.get().browser_minutes >= 1
    httpx.post(f"{simulator.url}/_sim/usage/reset", json={"projectId": project.pk}).raise_for_status()
    usage.pull(account, project)
    first, second = UsageSnapshot.objects.order_by("taken_at")
    assert second.browser_minutes < first.browser_minutes


def test_usage_is_read_by_the_projects_own_account_while_its_key_is_good(account, simulator):
    other = make_account("other", simulator.url, simulator.key)
    projects.pull(account)
    projects.pull(other)
    project = Project.objects.get(pk=simulator.projects[0])
    assert usage.reader_of(project) == account
    account.bad_key_since = timezone.now()
    account.save()
    assert usage.reader_of(project) == other


def test_a_project_that_no_account_shows_has_no_reader(account):
    assert usage.reader_of(make_project(account)) is None
