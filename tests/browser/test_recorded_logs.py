"""Logs that a real Chromium wrote on a small site of edge cases, held against what the site itself saw."""

from collections import Counter
from urllib.parse import urlsplit

import msgspec
import pytest
from haralyzer import HarParser
from playwright.sync_api import Page

from sessions_app.inspector.curl import curl_of
from sessions_app.inspector.har import har_of
from sessions_app.inspector.timeline import timeline_of
from tests.browser.devtools import import_har, network_panel
from tests.conftest import eventually
from tests.inspector.recorder import LAYOUTS, Recorder
from tests.inspector.site import running_site

PLANTED = ("cookie-planted", "also-planted", "json-planted", "header-planted", "url-planted", "socket-planted")
TYPED = ("ada.typed", "hunter2-typed")


@pytest.fixture(scope="module")
def recorded(browser):
    """One visit: the page, all that its script asks for, a form filled in and sent."""
    with running_site() as site:
        page: Page = browser.new_page()
        recorder = Recorder(page.context.new_cdp_session(page))
        recorder.send("Page.navigate", url=f"{site.url}/")
        page.wait_for_function("document.title == 'Ready'")
        for selector, text in zip(("[name=user]", "[name=password]"), TYPED, strict=True):
            recorder.click(selector)
            recorder.send("Input.insertText", text=text)
        recorder.click("button")
        page.wait_for_url("**/form/done")
        page.wait_for_function("document.title == 'Ready'")
        # The last messages are still on their way.
        eventually(
            lambda: page.evaluate("1") and any(m["method"] == "Network.webSocketClosed" for m in recorder.messages)
        )
        page.wait_for_timeout(300)
        yield recorder, site
        page.close()


@pytest.fixture(scope="module", params=LAYOUTS)
def read(request, recorded):
    recorder, site = recorded
    return recorder.log(request.param), site, request.param


def test_every_request_that_the_site_answered_is_there(read):
    log, site, _ = read
    timeline = timeline_of(log, log.cover)
    asked = Counter(
        (r.method, r.url.partition(str(site.server_port))[2], r.status)
        for r in log.requests
        if not r.cache and r.status
    )
    missing = Counter(site.answered) - asked
    assert {path for _, path, _ in missing} <= {"/favicon.ico"}
    assert {r["type"] for r in timeline["requests"]} >= {
        "Document",
        "Script",
        "Stylesheet",
        "Image",
        "Fetch",
        "WebSocket",
    }
    assert {r["type"] for r in timeline["requests"]} >= {"Preflight"}


def test_redirects_failures_and_caches_are_told(read):
    log, _, _ = read
    by_path = {}
    for request in log.requests:
        by_path.setdefault(urlsplit(request.url).path, []).append(request)
    assert [hop.status for path in ("/r1", "/r2", "/r3") for hop in by_path[path][:1]] == [302, 307, 200]
    assert by_path["/hang"][0].is_canceled
    assert by_path["/reset"][0].error == "net::ERR_EMPTY_RESPONSE"
    assert any(request.cache for request in by_path["/cached"])
    cookies = [value for name, value in by_path["/"][0].response_headers if name.lower() == "set-cookie"]
    assert [cookie.partition("=")[0] for cookie in cookies] == ["sid", "theme"]
    assert [r.url[:5] for r in log.requests if r.is_inline][:2] == ["blob:", "blob:"]


def test_the_story_is_told(read):
    log, site, layout = read
    texts = [event.text for event in log.events]
    host = f"127.0.0.1:{site.server_port}"
    assert any(text.startswith(f"went to {host}/, ") for text in texts)
    assert any(text.startswith("went to /form/done, ") for text in texts)
    assert [event.text for event in log.events if event.kind in ("click", "typing")] == [
        "clicked *User name*",
        "typed into *User name*",
        "clicked *Password*",
        "typed into *Password*",
        "clicked *Sign in*",
    ]
    assert any("thrown on purpose" in event.text for event in log.events if event.kind == "exception")
    assert ("log", "app is 4") in [(line.level, line.text) for line in log.console]
    if layout != "no timestamps":
        assert all(event.at_ms is not None for event in log.events)


def test_secrets_are_covered_and_others_read_the_har(read):
    log, _, _ = read
    har = har_of(log, log.cover)
    shown = [timeline_of(log, log.cover), har, log.raw(0, len(log), log.cover)]
    texts = [msgspec.json.encode(value).decode() for value in shown]
    texts += [curl_of(request, log.cover) for request in log.requests]
    assert [word for word in (*PLANTED, *TYPED) for text in texts if word in text] == []
    parser = HarParser(msgspec.json.decode(texts[1]))
    assert len(parser.har_data["entries"]) == sum(not request.is_inline for request in log.requests)
    assert [page.title.rpartition("/")[2] for page in parser.pages] == ["", "done"]


def test_chromes_devtools_import_the_har(recorded, browser, tmp_path):
    log = recorded[0].log("request")
    har, file = har_of(log, log.cover), tmp_path / "session.har"
    file.write_bytes(msgspec.json.encode(har))
    with network_panel(browser) as panel:
        shown = import_har(panel, file)
        row = panel.locator("tr", has_text="missing.png").first
        row.wait_for()
        assert "404" in row.inner_text()
    entries = har["log"]["entries"]
    expected = Counter((e["request"]["method"], e["request"]["url"], e["response"]["status"]) for e in entries)
    assert Counter((one["method"], one["url"], one["status"]) for one in shown) == expected
    assert [one["headers"] for one in shown] == [len(entry["request"]["headers"]) for entry in entries]
    assert any(one["cached"] for one in shown)
    assert {one["messages"] for one in shown if one["type"] == "websocket"} == {1}
    answered = [one for one in shown if one["status"] == 200 and not one["cached"]]
    assert {one["server"].rpartition(":")[2] for one in answered} == {str(recorded[1].server_port)}
    assert {one["initiator"] for one in shown if one["url"].endswith("/json")} == {f"{recorded[1].url}/app.js"}
    assert {"document", "stylesheet", "script", "image", "fetch", "preflight"} <= {one["type"] for one in shown}
