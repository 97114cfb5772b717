from sessions_app.models import Project
from sessions_app.pulls import projects
from tests.conftest import make_account
from tests.rows import make_project


def test_projects_become_rows_and_are_left_alone_while_nothing_changes(account, simulator):
    first, second = projects.pull(account), projects.pull(account)
    assert (first.rows, first.changed, second.changed) == (len(simulator.projects), len(simulator.projects), 0)
    assert set(Project.objects.values_list("id", flat=True)) == set(simulator.projects)
    project = Project.objects.get(pk=simulator.projects[0])
    assert project.name
    assert project.concurrency == 25
    assert project.default_timeout_s >= 60


def test_a_project_belongs_to_the_account_that_shows_it_first_and_others_can_read_it(account, simulator):
    other = make_account("other", simulator.url, simulator.key)
    projects.pull(account)
    projects.pull(other)
    project = Project.objects.get(pk=simulator.projects[0])
    assert project.account == account
    assert set(project.readers.all()) == {account, other}


def test_what_upstream_changed_is_changed(account, simulator):
    projects.pull(account)
    Project.objects.update(name="old", concurrency=1)
    assert projects.pull(account).changed == len(simulator.projects)
    assert not Project.objects.filter(name="old").exists()


def test_a_project_that_left_the_list_stays_without_a_reader(account, simulator):
    gone = make_project(account)
    gone.readers.add(account)
    projects.pull(account)
    gone.refresh_from_db()
    assert not gone.readers.exists()
