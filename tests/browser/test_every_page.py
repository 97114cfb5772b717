"""What holds for every page: axe-core finds nothing, nothing scrolls sideways, nothing is written to the console."""

from urllib.parse import quote

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from sessions_app.actions import end_many, tokens
from sessions_app.models import AuditEvent, Context, EndBatch, Extension, SavedView, Session, Token, UsageSnapshot, Wish
from sessions_app.pulls import live, projects, sessions, usage
from sessions_app.query.columns import DEFAULT, FIELD_COLUMNS
from tests.browser.faults import SCREENS, faults_of
from tests.browser.loading import settle

LONG = "a-very-long-value-without-any-space-in-it-" * 8

EVERY_COLUMN = f"{','.join(name for name in FIELD_COLUMNS if name != 'id')},team,order.status,{LONG}"

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def world(account, simulator, user) -> dict[str, Session]:
    """A session in each state that pages draw differently, some with more text than anybody expects."""
    put = {
        "running": simulator.session(
            contextId=f"<b>{LONG[:160]}/'\"", userMetadata={"team": "growth", "order": {"status": "open"}}
        ),
        "hostile": simulator.session(
            id=f"<b>{LONG[:160]}/'\"", userMetadata={LONG: LONG, "<script>": "<img src=x onerror=alert(1)>"}
        ),
        "failed": simulator.session("ERROR"),
        "timed out": simulator.session("TIMED_OUT"),
        "unknown": simulator.session("HIBERNATED", region="mars-north-1"),
        "stuck": simulator.session(),
    }
    simulator.put(*put.values())
    projects.pull(account)
    sessions.pull(account)
    live.pull(account)
    for project in account.projects.all():
        usage.pull(account, project)
        UsageSnapshot.objects.filter(project=project).update(browser_minutes=90)
        usage.pull(account, project)
    account.projects.filter(pk=simulator.projects[0]).update(name="x" * 200)
    stuck = Session.objects.get(pk=put["stuck"]["id"])
    Wish.objects.create(session=stuck, asked_by=user, asked_at=stuck.started_at, last_error=f"Refused: {LONG}", tries=3)
    AuditEvent.objects.create(action="session.end_asked", actor=user, actor_name=str(user), session_id=stuck.pk)
    SavedView.objects.create(owner=user, name=LONG[:60], q=f"team={LONG}", columns=DEFAULT, is_shared=True)
    ids = [session["id"] for session in put.values()]
    end_many.preview(ids, user, q=f"team={LONG}", is_cut=True, unknown=[LONG])
    batch = end_many.preview(ids, user)
    end_many.confirm(batch, user, None)
    end_many.step(batch.pk)
    Wish.objects.update(last_error=f"Refused: {LONG}")
    robot, _ = tokens.owner_called(LONG[:150])
    tokens.make(robot, "operate", account, project_ids=[project.pk for project in account.projects.all()], by=user)
    tokens.revoke(tokens.make(user, "read", account, name=LONG[:100])[0], by=user)
    for kind in (Context, Extension):
        named = {"account": account, "name": LONG, "created_by": user}
        kind.objects.update_or_create(id=f"<b>{LONG[:160]}/'\"", defaults=named)
        kind.objects.create(id="gone", account=account, gone_since=stuck.started_at, deleted_by=user)
    AuditEvent.objects.create(action="context.created", actor_name=LONG[:150], belonging_id="gone", detail=LONG)
    return {name: Session.objects.get(pk=one["id"]) for name, one in put.items()}


def paths(world: dict[str, Session], project_id: str) -> list[str]:
    used, uploaded = Context.objects.get(name=LONG), Extension.objects.get(name=LONG)
    of_sessions = [reverse("session", args=[session.pk]) for session in world.values()]
    return [
        "/",
        "/sessions/",
        "/sessions/?q=team%3D",
        "/sessions/?q=nothing%3Dlike-this",
        f"/sessions/?columns={EVERY_COLUMN}&density=compact",
        "/sessions/?columns=%22",
        "/views/",
        f"/views/{SavedView.objects.earliest('pk').pk}/name/",
        f"/views/{SavedView.objects.earliest('pk').pk}/delete/",
        "/jump/?text=o",
        *of_sessions,
        *(
            reverse(f"session_{tab}", args=[world[name].pk])
            for name in ("running", "hostile", "timed out")
            for tab in ("evidence", "details", "files")
        ),
        *(reverse(f"session_{tab}", args=[world["hostile"].pk]) for tab in ("story", "console", "raw")),
        "/sessions/new/",
        f"/sessions/new/?like={quote(world['running'].pk)}",
        "/projects/",
        f"/projects/{project_id}/",
        f"/projects/{project_id}/slots/?by=team",
        "/ends/",
        f"/ends/{EndBatch.objects.earliest('pk').pk}/",
        f"/ends/{EndBatch.objects.latest('pk').pk}/",
        *(f"/{plural}/{page}" for plural in ("contexts", "extensions") for page in ("", "?gone=1", "?text=x", "gone/")),
        *(reverse(name, args=[used.pk]) for name in ("context", "delete_context")),
        *(reverse(name, args=[uploaded.pk]) for name in ("extension", "delete_extension")),
        "/usage/",
        "/usage/?range=24h&measure=proxy_bytes",
        "/usage/?source=sessions",
        "/status/",
        "/tokens/",
        f"/tokens/{Token.objects.earliest('pk').pk}/revoke/",
        "/accounts/password/change/",
        "/accounts/logout/",
    ]


@pytest.mark.parametrize(("theme", "width"), SCREENS)
def test_every_page_is_accessible_and_fits(site, world, simulator, reader: Page, theme, width):
    reader.emulate_media(color_scheme=theme)
    reader.set_viewport_size({"width": width, "height": 900})
    faults = {}
    for path in paths(world, simulator.projects[0]):
        reader.goto(site + path)
        settle(reader)
        if found := faults_of(reader):
            faults[path[:60]] = found
    assert faults == {}


def test_the_bar_on_top_fits_between_phone_and_desk(site, world, reader: Page):
    reader.goto(f"{site}/sessions/")
    reader.locator("#pulse .pulse").wait_for()
    for width in (761, 900, 1021):
        reader.set_viewport_size({"width": width, "height": 900})
        assert reader.evaluate("document.documentElement.scrollWidth") == width
        reader.evaluate("document.getElementById('pulse').toggleAttribute('data-failed', true)")
        expect(reader.get_by_text("no answer")).to_be_visible()
        assert reader.evaluate("document.documentElement.scrollWidth") == width
        reader.evaluate("document.getElementById('pulse').toggleAttribute('data-failed', false)")


@pytest.mark.parametrize(("theme", "width"), SCREENS)
def test_what_opens_over_a_page_is_accessible_and_fits(site, world, reader: Page, theme, width):
    reader.emulate_media(color_scheme=theme)
    reader.set_viewport_size({"width": width, "height": 900})
    reader.goto(f"{site}/sessions/")
    faults = []
    for opener in ("Views", "Columns"):
        reader.get_by_role("button", name=opener).click()
        faults += faults_of(reader)
    reader.keyboard.press("Control+k")
    expect(reader.get_by_role("option")).not_to_have_count(0)
    faults += faults_of(reader)
    reader.keyboard.press("Escape")
    reader.get_by_role("button", name="Views").click()
    reader.get_by_role("button", name="Save as a view…").click()
    assert faults + faults_of(reader) == []


@pytest.mark.parametrize(("theme", "width"), SCREENS)
def test_pages_without_sign_in_are_accessible_and_fit(site, page: Page, theme, width):
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    for path in ("/accounts/login/", "/accounts/signup/"):
        page.goto(site + path)
        assert faults_of(page) == []


def test_pages_of_what_is_not_there_are_accessible_and_help(site, account, user, page: Page, client):
    client.force_login(user)
    page.context.add_cookies(
        [{"name": "sightglass_session", "value": client.cookies["sightglass_session"].value, "url": site}]
    )
    for path in ("/sessions/nobody-knows-it/", "/projects/nor-this/", "/contexts/nor-this/", "/no/such/page/"):
        assert page.goto(site + path).status == 404
        assert faults_of(page) == []
        assert page.get_by_role("main").get_by_role("link").count() > 0
