"""The new-session form in a real Chromium: it shows what it will send, and one press starts one session."""

import pytest
from playwright.sync_api import Page, expect

from sessions_app.models import Project, Session
from tests.browser.faults import faults_of
from tests.conftest import eventually
from tests.rows import make_project, make_session


@pytest.fixture
def project(account, simulator, broker) -> Project:
    return make_project(account, id=simulator.projects[0], name="checkout")


@pytest.fixture
def form(site, project, reader: Page) -> Page:
    reader.goto(f"{site}/sessions/new/")
    return reader


def test_the_preview_follows_what_is_typed(form):
    sent = form.locator("#will_be_sent")
    form.get_by_label("Metadata").fill("team=growth\nrun=7")
    expect(sent).to_contain_text('"team": "growth"')
    expect(form.get_by_text("27 of 512 characters")).to_be_visible()
    form.get_by_role("radio", name="1 h").check(force=True)
    expect(sent).to_contain_text('"timeout": 3600')
    form.locator("summary", has_text="Allowed domains").click()
    form.get_by_role("textbox", name="Allowed domains").fill("example.com")
    expect(form.locator("summary", has_text="Allowed domains")).to_contain_text("example.com")
    form.get_by_role("tab", name="Python").press("ArrowRight")
    expect(form.get_by_role("tab", name="Node")).to_be_focused()
    expect(form.locator("#script_node")).to_contain_text('"timeout": 3600')
    expect(form.locator("#script_python")).to_be_hidden()
    form.get_by_label("Metadata").fill("no sign")
    expect(form.get_by_text("Not ready: Metadata")).to_be_visible()


def test_rules_for_proxies_are_added_with_what_was_typed_kept(form):
    form.get_by_role("radio", name="By domain").check(force=True)
    form.get_by_role("radiogroup", name="Type of rule 1").get_by_role("radio", name="Own").check(force=True)
    form.locator("[name=rule-0-server]").fill("http://proxy.example:8080")
    form.locator("[name=rule-0-password]").fill("hunter2")
    form.get_by_role("button", name="Add a rule").click()
    expect(form.locator(".rule")).to_have_count(2)
    expect(form.locator("#will_be_sent")).to_contain_text('"type": "browserbase"')
    expect(form.locator("[name=rule-0-password]")).to_have_value("hunter2")
    expect(form.locator("#preview")).not_to_contain_text("hunter2")
    assert Session.objects.count() == 0


def test_a_double_click_starts_one_session_and_shows_how_to_connect(form, simulator):
    form.context.grant_permissions(["clipboard-read", "clipboard-write"])
    assert faults_of(form) == []
    form.get_by_role("button", name="Start session").dblclick()
    expect(form.get_by_role("heading", name="Session started")).to_be_visible()
    assert faults_of(form) == []
    assert len(simulator.get("/v1/sessions")) == 1
    form.get_by_role("tab", name="Stagehand").click()
    expect(form.get_by_text("cdpUrl")).to_be_visible()
    form.get_by_role("button", name="Copy", exact=True).click()
    eventually(lambda: "signingKey=" in form.evaluate("navigator.clipboard.readText()"), within_s=10)
    form.get_by_role("link", name="Watch it").click()
    expect(form).to_have_url(f"{form.url.split('/sessions/')[0]}/sessions/{Session.objects.get().id}/")


def test_the_form_works_without_scripts(site, project, reader, browser, simulator):
    page = browser.new_context(java_script_enabled=False, storage_state=reader.context.storage_state()).new_page()
    page.goto(f"{site}/sessions/new/")
    page.get_by_label("Metadata").fill("team=growth")
    page.get_by_role("button", name="Start session").click()
    expect(page.get_by_role("heading", name="Session started")).to_be_visible()
    for tool in ("connect_over_cdp", "puppeteer.connect", "x-bb-signing-key"):
        expect(page.get_by_text(tool)).to_be_visible()
    page.context.close()
    assert Session.objects.get().user_metadata == {"team": "growth"}


def test_a_limit_counts_down_and_its_holders_end_from_there(form, project, simulator):
    holder = make_session(project.account, project=project, status="RUNNING")
    simulator.fault("POST /v1/sessions", "status", status=429, count=1, headers={"retry-after": "2"})
    form.get_by_label("Metadata").fill("team=growth")
    form.get_by_role("button", name="Start session").click()
    alert = form.get_by_role("alert")
    expect(alert).to_contain_text("A limit is reached")
    expect(alert).to_contain_text("Try again now", timeout=10_000)
    expect(form.get_by_label("Metadata")).to_have_value("team=growth")
    alert.get_by_role("button", name=f"End session {holder.short_id}").click()
    expect(alert).to_contain_text("Ending")


def test_what_is_typed_survives_a_sign_out_and_a_new_sign_in_in_another_tab(form, site, user):
    form.get_by_label("Metadata").fill("team=growth")
    other = form.context.new_page()
    other.goto(f"{site}/accounts/logout/")
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(form.get_by_text("You are signed out.")).to_be_visible(timeout=10_000)
    other.get_by_label("User name or e-mail").fill(user.username)
    other.get_by_label("Password").fill("a long password")
    other.get_by_role("button", name="Sign in").click()
    expect(form.get_by_text("You are signed out.")).to_be_hidden(timeout=10_000)
    expect(form.get_by_label("Metadata")).to_have_value("team=growth")
