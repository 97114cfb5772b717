"""The network in a real browser: filters, an opened request, its cURL, its secrets."""

import re
import shutil
import subprocess

import pytest
from playwright.sync_api import Page, expect

from sessions_app.models import AuditEvent
from tests.browser.faults import SCREENS, faults_of
from tests.inspector.recorder import Recorder, as_entry
from tests.inspector.site import Site, running_site
from tests.upstream import Simulator


@pytest.fixture(scope="module")
def edge_cases():
    with running_site() as site:
        yield site


@pytest.fixture(scope="module")
def entries(browser, edge_cases: Site):
    """What a real Chromium said while it visited the site of edge cases."""
    page = browser.new_page()
    recorder = Recorder(page.context.new_cdp_session(page))
    recorder.send("Page.navigate", url=f"{edge_cases.url}/")
    page.wait_for_function("document.title == 'Ready'")
    page.close()
    return [as_entry(message, "request") for message in recorder.messages]


@pytest.fixture
def network(account, simulator: Simulator, entries, reader: Page, site: str) -> Page:
    session = simulator.session("COMPLETED") | {"logs": entries}
    simulator.put(session)
    reader.goto(f"{site}/sessions/{session['id']}/network/")
    expect(row(reader, "missing.png")).to_be_visible()
    return reader


def row(page: Page, name: str):
    return page.locator(".net-row", has=page.get_by_role("link", name=name, exact=True)).first


def test_filters_stand_in_the_address_and_keep_what_is_typed(network: Page):
    search = network.get_by_role("searchbox", name="Requests that hold these words")
    search.press_sequentially("missing", delay=20)
    expect(row(network, "app.js")).to_have_count(0)
    expect(row(network, "missing.png")).to_be_visible()
    expect(search).to_be_focused()
    expect(search).to_have_value("missing")
    expect(network.get_by_text("1 of ")).to_be_visible()
    expect(network).to_have_url(re.compile("q=missing"))
    search.fill("")
    network.get_by_role("radio", name="Cancelled").check()
    expect(row(network, "hang")).to_be_visible()
    expect(row(network, "app.js")).to_have_count(0)
    expect(network.get_by_role("radio", name="Cancelled")).to_be_focused()
    expect(network).to_have_url(re.compile("status=cancelled"))
    network.reload()
    expect(row(network, "hang")).to_be_visible()
    expect(row(network, "app.js")).to_have_count(0)


def test_a_request_opens_by_click_link_and_keys(network: Page):
    row(network, "r2").click()
    pane = network.get_by_role("region", name="The request that is open")
    expect(pane.get_by_text("307 Temporary Redirect")).to_be_visible()
    expect(network).to_have_url(re.compile("request="))
    pane.get_by_role("link", name="/r1").click()
    expect(pane.get_by_text("302 Found")).to_be_visible()
    network.reload()
    expect(pane.get_by_text("302 Found")).to_be_visible()
    expect(row(network, "r1").get_by_role("link", name="r1")).to_have_attribute("aria-current", "true")
    row(network, "r1").get_by_role("link", name="r1").press("ArrowDown")
    expect(pane.get_by_text("302 Found")).to_have_count(0)
    network.keyboard.press("Escape")
    expect(pane).to_be_hidden()
    expect(network).not_to_have_url(re.compile("request="))


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
def test_secrets_are_shown_on_the_record_and_the_curl_runs(network: Page, edge_cases: Site, user):
    exports_say_what_they_hold(network)
    network.context.grant_permissions(["clipboard-read", "clipboard-write"])
    row(network, "json").click()
    pane = network.get_by_role("region", name="The request that is open")
    expect(pane.get_by_text('"pin": "***"')).to_be_visible()
    pane.get_by_role("button", name="Copy as cURL").click()
    assert "json-planted" not in copied(network)
    pane.get_by_role("button", name="Show secrets…").click()
    network.get_by_role("button", name="Cancel").click()
    assert not AuditEvent.objects.exclude(detail="HAR").exists()
    pane.get_by_role("button", name="Show secrets…").click()
    network.get_by_role("button", name="Show them").click()
    expect(pane.get_by_text('"pin": "json-planted"')).to_be_visible()
    event = AuditEvent.objects.filter(action="session.secrets_shown").latest("at")
    assert (event.actor, event.detail) == (user, f"Request POST {edge_cases.url}/json")
    pane.get_by_role("button", name="Copy as cURL with secrets").click()
    command = copied(network)
    assert "json-planted" in command
    asked = len(edge_cases.answered)
    answer = subprocess.run(["sh", "-c", f"{command} -sS"], capture_output=True, timeout=30, check=True)
    assert answer.stdout == b"fine"
    assert edge_cases.answered[asked:] == [("POST", "/json", 200)]
    row(network, "json").click()
    expect(pane.get_by_text('"pin": "***"')).to_be_visible()


def copied(page: Page) -> str:
    expect(page.locator("#network-request [data-copy][data-done]")).to_be_visible()
    return page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize(("theme", "width"), SCREENS)
def test_the_list_and_an_open_request_are_accessible_and_fit(network: Page, theme, width):
    network.emulate_media(color_scheme=theme)
    network.set_viewport_size({"width": width, "height": 900})
    assert faults_of(network) == []
    row(network, "r2").get_by_role("link", name="r2").click()
    expect(network.get_by_text("307 Temporary Redirect")).to_be_visible()
    assert faults_of(network) == []


def exports_say_what_they_hold(network: Page):
    with network.expect_download() as covered:
        network.get_by_role("link", name="Export HAR").click()
    assert covered.value.suggested_filename.endswith(".har")
    assert "SECRETS" not in covered.value.suggested_filename
    network.get_by_role("button", name="with secrets…").click()
    with network.expect_download() as shown:
        network.get_by_role("button", name="Export with secrets").click()
    assert shown.value.suggested_filename.endswith("-WITH-SECRETS.har")
    assert AuditEvent.objects.get(action="session.secrets_shown").detail == "HAR"
    expect(network.get_by_role("dialog")).to_be_hidden()
