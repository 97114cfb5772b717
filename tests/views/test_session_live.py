"""The fragments of the live view, and taking control."""

import json
import logging
import re
from html import unescape
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import httpx
import pytest

from sessions_app.models import AuditEvent, Session
from sessions_app.pulls.store import store_sessions
from tests.conftest import make_account
from tests.rows import make_session

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}
ELSEWHERE = ["https://evil.example/inspector.html", "javascript:alert(1)", "https://www.browserbase.com@evil.example/"]


@pytest.fixture
def session(account, simulator):
    """A session that runs at the simulator and stands in our table."""
    id = simulator.create(keepAlive=True)["id"]
    while simulator.get(f"/v1/sessions/{id}")["status"] != "RUNNING":
        pass
    store_sessions(account, [account.client().sessions.retrieve(id)])
    return Session.objects.get(pk=id)


def links(response):
    return [unescape(link) for link in re.findall(r'data-link="([^"]+)"', response.content.decode())]


def test_links_are_minted_when_somebody_looks_and_play(session, signed_in, simulator):
    response = signed_in.get(f"/sessions/{session.id}/live/", headers=FRAGMENT)
    shown = response.content.decode()
    frame = unescape(re.search(r'<iframe[^>]* src="([^"]+)"', shown)[1])
    assert frame.startswith(simulator.url)
    assert "navbar=false" in frame
    assert httpx.get(frame).status_code == 200
    assert 'sandbox="allow-same-origin allow-scripts"' in shown
    assert 'allow="clipboard-read; clipboard-write"' in shown
    assert re.search(r'<iframe[^>]* tabindex="-1" inert', shown)
    assert 'aria-checked="false"' in shown
    assert "no-store" in response.headers["Cache-Control"]
    assert links(response)
    assert 'rel="noopener noreferrer"' in shown


def test_the_chosen_tab_is_kept_and_a_closed_one_falls_back_to_the_first(session, signed_in):
    pages = session.account.client().sessions.live_view(session.id).pages
    for asked in (pages[-1].id, "closed"):
        shown = signed_in.get(f"/sessions/{session.id}/live/tabs/?tab={asked}").content.decode()
        selected = re.search(r'aria-selected="true"[^>]*data-page="([^"]*)"', shown)[1]
        assert selected == (asked if asked != "closed" else pages[0].id)


def test_links_are_neither_stored_nor_logged(session, signed_in, caplog):
    caplog.set_level(logging.DEBUG)
    minted = links(signed_in.get(f"/sessions/{session.id}/live/", headers=FRAGMENT))
    signed_in.post(f"/sessions/{session.id}/live/control/", {"take": "yes"})
    tokens = [httpx.URL(link).params["token"] for link in minted]
    assert tokens
    assert not any(token in caplog.text for token in tokens)
    rows = str([*Session.objects.values(), *AuditEvent.objects.values()])
    assert not any(token in rows for token in tokens)
    assert "token" not in signed_in.get(f"/sessions/{session.id}/?format=json").content.decode()


@pytest.mark.parametrize("part", ["live/", "live/tabs/"])
def test_upstream_that_fails_is_said_in_place(session, signed_in, simulator, part):
    simulator.fault(f"GET /v1/sessions/{session.id}/debug", "status", status=403)
    response = signed_in.get(f"/sessions/{session.id}/{part}", headers=FRAGMENT)
    assert response.status_code == 200
    assert "(403)" in response.content.decode()
    assert not links(response)


def test_a_failed_live_view_has_a_retry_of_its_own(session, signed_in, simulator):
    simulator.fault(f"GET /v1/sessions/{session.id}/debug", "html_502")
    shown = signed_in.get(f"/sessions/{session.id}/live/", headers=FRAGMENT).content.decode()
    assert "does not answer" in shown
    assert f'hx-get="/sessions/{session.id}/live/"' in shown
    assert "Try again" in shown


def test_a_session_without_a_live_view_is_read_at_once(session, signed_in, simulator, account):
    running = simulator.get(f"/v1/sessions/{session.id}")
    simulator.change(running, status="COMPLETED", endedAt=running["updatedAt"])
    response = signed_in.get(f"/sessions/{session.id}/live/", headers=FRAGMENT)
    assert response.status_code == 200
    assert response.headers["HX-Trigger"] == "session-changed"
    session.refresh_from_db()
    assert session.status == "COMPLETED"


@pytest.fixture
def links_elsewhere():
    """An upstream whose live-view links lead where they should not: its address."""
    pages = [{"id": str(n), "title": url, "url": url, "debuggerFullscreenUrl": url} for n, url in enumerate(ELSEWHERE)]
    answer = json.dumps(
        {"debuggerUrl": "", "debuggerFullscreenUrl": ELSEWHERE[0], "wsUrl": "", "pages": pages}
    ).encode()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_link_to_another_host_is_neither_framed_nor_linked_but_said(links_elsewhere, signed_in, user):
    account = make_account("odd", links_elsewhere, "bb_key")
    session = make_session(account, status="RUNNING")
    for part in ("live/", "live/tabs/"):
        shown = signed_in.get(f"/sessions/{session.id}/{part}", headers=FRAGMENT).content.decode()
        assert "iframe" not in shown
        assert not any(url in shown for url in ELSEWHERE)
        assert "SIGHTGLASS_FRAME_HOSTS" in shown
        assert "evil.example" in shown


def test_taking_control_is_recorded_and_giving_it_up_is_not(session, signed_in, user):
    taken = signed_in.post(f"/sessions/{session.id}/live/control/", {"take": "yes"})
    assert 'aria-checked="true"' in taken.content.decode()
    given_up = signed_in.post(f"/sessions/{session.id}/live/control/", {"take": "no"})
    assert 'aria-checked="false"' in given_up.content.decode()
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.session_id) == ("session.control_taken", user, session.id)
    assert event.address == "127.0.0.1"


def test_there_is_no_control_over_an_ended_session(session, signed_in):
    Session.objects.filter(pk=session.pk).update(status="COMPLETED")
    response = signed_in.post(f"/sessions/{session.id}/live/control/", {"take": "yes"})
    assert 'aria-checked="false"' in response.content.decode()
    assert not AuditEvent.objects.exists()


def test_control_is_taken_by_post_with_a_csrf_token_only(session, client, user):
    assert client.post(f"/sessions/{session.id}/live/control/", {"take": "yes"}).status_code == 302
    client.force_login(user)
    assert client.get(f"/sessions/{session.id}/live/control/").status_code == 405
    client.handler.enforce_csrf_checks = True
    assert client.post(f"/sessions/{session.id}/live/control/", {"take": "yes"}).status_code == 403
    assert not AuditEvent.objects.exists()


def icon_address(session, signed_in):
    shown = signed_in.get(f"/sessions/{session.id}/live/", headers=FRAGMENT).content.decode()
    return re.search(r'<img class="live-icon" src="([^"]+)"', shown)[1]


def test_a_pages_icon_is_fetched_by_us_and_runs_nothing(session, signed_in, simulator):
    address = icon_address(session, signed_in)
    assert address.startswith(f"/sessions/{session.id}/live/icons/")
    response = signed_in.get(address)
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert b"hsl(" in response.content
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_an_icon_that_does_not_come_or_is_none_is_a_drawing_of_ours(session, signed_in, simulator):
    address = icon_address(session, signed_in)
    simulator.fault("GET /live/favicons", "html_502")
    assert b"<circle" in signed_in.get(address).content
    simulator.clear_faults()
    simulator.fault("GET /live/favicons", "bad_json")
    assert b"hsl(" not in signed_in.get(address).content
    assert b"<circle" in signed_in.get(f"/sessions/{session.id}/live/icons/nobodys/").content
