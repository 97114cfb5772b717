"""The list of projects, a project's own page, and both as JSON."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import Pull, UsageSnapshot
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db


def stamp(moment) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def test_json_has_limits_running_and_the_counter(signed_in, account):
    project = make_project(account, name="checkout", concurrency=25, default_timeout_s=900, owner_id="team-1")
    for status in ("RUNNING", "PENDING", "COMPLETED"):
        make_session(account, project=project, status=status)
    first, last = timezone.now() - timedelta(hours=3), timezone.now()
    UsageSnapshot.objects.create(
        project=project, taken_at=first, unchanged_until=first, browser_minutes=1, proxy_bytes=2
    )
    UsageSnapshot.objects.create(
        project=project,
        taken_at=first + timedelta(hours=1),
        unchanged_until=last,
        browser_minutes=480,
        proxy_bytes=9_000,
    )
    expected = {
        "id": project.id,
        "account": "main",
        "name": "checkout",
        "owner_id": "team-1",
        "default_timeout": 900,
        "concurrency": 25,
        "created_at": None,
        "updated_at": None,
        "running": 2,
        "usage": {"browser_minutes": 480, "proxy_bytes": 9_000, "taken_at": stamp(last)},
    }
    assert signed_in.get("/projects/?format=json").json() == {"results": [expected]}
    assert signed_in.get(f"/projects/{project.id}/?format=json").json() == expected


def test_a_counter_that_was_never_read_is_null_and_not_nought(signed_in, account):
    make_project(account)
    (project,) = signed_in.get("/projects/?format=json").json()["results"]
    assert project["usage"] is None
    assert "not known" in signed_in.get("/projects/").content.decode()


def test_a_session_that_upstream_lost_holds_no_slot(signed_in, account):
    project = make_project(account)
    make_session(account, project=project, status="RUNNING", missing_since=timezone.now())
    assert signed_in.get(f"/projects/{project.id}/?format=json").json()["running"] == 0


@pytest.mark.parametrize("project_id", ["nobodys", "a%2541", "%00", "%EE%80%81..", "🙂" * 50])
def test_an_unknown_id_is_a_404(signed_in, account, project_id):
    page = signed_in.get(f"/projects/{project_id}/")
    assert page.status_code == 404
    assert "No such project" in page.content.decode()
    answer = signed_in.get(f"/projects/{project_id}/?format=json")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"]


def test_a_project_with_any_id_has_its_page(signed_in, account):
    for project_id in ("a/b", "..", "<b>", "x?y=1", "pröject 1"):
        make_project(account, id=project_id, name="")
    page = signed_in.get("/projects/").content.decode()
    assert "<b>" not in page
    for project_id in ("a/b", "..", "<b>"):
        address = reverse("project", args=[project_id])
        assert f'href="{address}"' in page
        assert signed_in.get(f"{address}?format=json").json()["id"] == project_id


def test_the_page_shows_the_last_pull_and_the_way_to_its_sessions(signed_in, account):
    project = make_project(account, name="check out")
    make_session(account, project=project)
    Pull.objects.create(
        kind="usage", account=account, project=project, outcome="failed", error="It answered 502.", is_newest=True
    )
    project.readers.add(account)
    page = signed_in.get(f"/projects/{project.id}/").content.decode()
    assert "It answered 502." in page
    assert "/sessions/?q=project%3A%22check+out%22" in page


def test_two_projects_of_one_name_are_told_apart(signed_in, account):
    one, _ = make_project(account, name="checkout"), make_project(account, name="Checkout")
    page = signed_in.get(f"/projects/{one.id}/").content.decode()
    assert f"/sessions/?q=project%3A{one.id}" in page


def test_the_number_of_queries_does_not_grow(signed_in, account):
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get(path).status_code == 200
        return len(captured)

    project = make_project(account)
    make_session(account, project=project, status="RUNNING")
    paths = ["/projects/", "/projects/?format=json", f"/projects/{project.id}/"]
    few = [queries(path) for path in paths]
    for _ in range(20):
        make_session(account, project=make_project(account), status="RUNNING")
        make_session(account, project=project)
    assert [queries(path) for path in paths] == few


def test_an_unchanged_list_costs_a_304(signed_in, account):
    make_project(account)
    headers = {"HX-Request": "true"}
    fragment = signed_in.get("/projects/", headers=headers)
    assert "<html" not in fragment.content.decode()
    again = signed_in.get("/projects/", headers=headers | {"HX-PTag": fragment["HX-PTag"]})
    assert again.status_code == 304
