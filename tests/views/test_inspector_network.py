"""The tab of the network: the waterfall's rows, what they are filtered by, and one request opened."""

import base64
import json
import re
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.models import AuditEvent
from sessions_app.pulls.store import store_sessions
from sessions_app.views.inspector.network_rows import name_and_host
from tests.inspector.logs import START_MS, Written
from tests.inspector.test_scripts import token_for
from tests.rows import make_project
from tests.upstream import ended_an_hour_ago

pytestmark = pytest.mark.django_db

FRAGMENT = {"HTTP_HX_REQUEST": "true"}
SHOP = "https://shop.example"
MARKUP = "<img src=x onerror=alert(1)>"


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def put(simulator):
    """Puts in what was written, moved to when the session started; answers the session's id."""

    def put(written):
        told = ended_an_hour_ago(simulator, seconds=300)
        later = datetime.fromisoformat(told["startedAt"]).timestamp() * 1000 - START_MS
        for entry in written.entries:
            for part in (entry, entry.get("request", {})):
                if part.get("timestamp"):
                    part["timestamp"] += later
            params = entry.get("request", {}).get("params", {})
            if "wallTime" in params:
                params["wallTime"] += later / 1000
        simulator.put(told | {"logs": written.entries})
        return told["id"]

    return put


def shop():
    """A page, a script from a cache, a picture that is missing, a payment that is refused, one that is given up."""
    written = Written()
    written.sent("1", f"{SHOP}/cart/", 0, type="Document").received("1", f"{SHOP}/cart/", 80, type="Document")
    written.finished("1", 100, size=9000)
    written.sent("2", f"{SHOP}/app.js?v=3", 110, type="Script", headers={"X-Trace": "on"})
    written.received("2", f"{SHOP}/app.js?v=3", 120, type="Script", fromDiskCache=True).finished("2", 121, size=0)
    written.sent("3", f"{SHOP}/logo.png", 130, type="Image").received("3", f"{SHOP}/logo.png", 150, 404, type="Image")
    written.finished("3", 160, size=200)
    written.sent("4", "https://pay.example/charge", 1000, method="POST")
    written.failed("4", 3000, "net::ERR_CONNECTION_REFUSED")
    written.sent("5", f"{SHOP}/poll", 4000).failed("5", 5000, "net::ERR_ABORTED", canceled=True)
    written.sent("6", f"{SHOP}/never", 6000)
    return written


def read(client, session_id, part="", **asked):
    return client.get(f"/sessions/{session_id}/network/{part}", asked, **FRAGMENT).content.decode()


def names(client, id, **asked):
    """Of the requests in the rows, in order."""
    rows = read(client, id, "rows/", first=0, **asked)
    return [part.partition(">")[2].partition("<")[0] for part in rows.split("data-request=")[1:]]


def test_rows_tell_what_became_of_each_request(account, signed_in, put):
    id = put(shop())
    assert names(signed_in, id) == ["cart/", "app.js?v=3", "logo.png", "charge", "poll", "never"]
    rows = read(signed_in, id, "rows/", first=0)
    for words in ("404", "connection refused", "net::ERR_CONNECTION_REFUSED", "cancelled", "no answer", "disk cache"):
        assert words in rows
    panel = read(signed_in, id)
    assert "6 requests, 2 failed, 9.2 kB, 6 s" in panel


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"status": "failed"}, ["logo.png", "charge"]),
        ({"status": "4xx"}, ["logo.png"]),
        ({"status": "2xx"}, ["cart/", "app.js?v=3"]),
        ({"status": "cancelled"}, ["poll"]),
        ({"status": "cached"}, ["app.js?v=3"]),
        ({"status": "unanswered"}, ["never"]),
        ({"type": "image"}, ["logo.png"]),
        ({"type": "fetch", "status": "failed"}, ["charge"]),
        ({"q": "PAY.example"}, ["charge"]),
        ({"q": "x-trace:"}, ["app.js?v=3"]),
        ({"q": "connection refused"}, ["charge"]),
        ({"q": "post"}, ["charge"]),
        ({"from": "900", "to": "3500"}, ["charge"]),
        ({"from": "2000", "to": "2500"}, ["charge"]),
        ({"sort": "slowest"}, ["charge", "poll", "cart/", "logo.png", "app.js?v=3", "never"]),
        ({"sort": "failed"}, ["logo.png", "charge", "cart/", "app.js?v=3", "poll", "never"]),
        ({"sort": "largest"}, ["cart/", "logo.png", "app.js?v=3", "charge", "poll", "never"]),
        (
            {"status": "odd", "type": MARKUP, "sort": "%00"},
            ["cart/", "app.js?v=3", "logo.png", "charge", "poll", "never"],
        ),
    ],
)
def test_filters_and_orders(account, signed_in, put, asked, expected):
    assert names(signed_in, put(shop()), **asked) == expected


@given(
    name=st.sampled_from(["q", "status", "type", "sort", "from", "to", "t", "first", "id", "request"]), text=st.text()
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_in_an_address_is_an_error(account, signed_in, put, name, text):
    if not hasattr(put, "id"):
        put.id = put(shop())
    for part in ("", "rows/", "request/", "frames/"):
        asked = {"first": 0, "id": "1", name: text}
        assert signed_in.get(f"/sessions/{put.id}/network/{part}", asked, **FRAGMENT).status_code == 200


def test_choices_tell_how_many_a_click_will_show(account, signed_in, put):
    id = put(shop())
    panel = read(signed_in, id, type="fetch")
    assert "Failed <span>1</span>" in panel
    assert "Image <span>1</span>" in panel
    assert "4xx" not in panel
    assert "3 of 6 requests, 1 failed" in panel
    assert "None of its 6 requests is like that" in read(signed_in, id, q="nobody")


def test_in_another_order_than_in_time_a_moment_leads_nowhere(account, signed_in, put):
    id = put(shop())
    assert "data-begins" in read(signed_in, id)
    assert "data-begins" not in read(signed_in, id, sort="slowest")


def test_a_log_without_requests_says_so(account, signed_in, put):
    assert "No request is in the log" in read(signed_in, put(Written()))


def test_a_page_that_is_opened_whole_asks_for_the_request_in_its_address(account, signed_in, put):
    id = put(shop())
    page = signed_in.get(f"/sessions/{id}/network/", {"request": "4", "status": "failed"}).content.decode()
    assert f"/sessions/{id}/network/?request=4&amp;status=failed" in page
    assert f"/sessions/{id}/network/request/?id=4" in read(signed_in, id, request="4")


def opened(client, id, request_id):
    return read(client, id, "request/", id=request_id)


def test_hops_of_a_redirect_lead_to_each_other(account, signed_in, put):
    written = Written().sent("1", f"{SHOP}/old", 0)
    for number, url in enumerate((f"{SHOP}/newer", f"{SHOP}/new"), 1):
        answer = {"url": SHOP, "status": 302, "headers": {"Location": url}}
        written.sent("1", url, number * 10, redirectResponse=answer)
    written.received("1", f"{SHOP}/new", 50).finished("1", 60)
    middle = opened(signed_in, put(written), "1#2")
    assert 'data-request="1"' in middle
    assert 'data-request="1#3"' in middle
    assert 'aria-current="true">https://shop.example/newer' in middle


def test_headers_that_came_twice_are_shown_twice(account, signed_in, put):
    written = Written().sent("1", f"{SHOP}/", 0).received("1", f"{SHOP}/", 5, headers={"Link": "</a>\n</b>"})
    shown = opened(signed_in, put(written), "1")
    assert shown.count('<th scope="row">Link</th>') == 2
    assert "Link: &lt;/a&gt;\nLink: &lt;/b&gt;" in shown
    assert "what was sent is not in the log" not in shown  # there are no headers of the request at all


def test_parameters_bodies_and_times_are_told(account, signed_in, put):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    timing = {"dnsStart": 1, "dnsEnd": 3, "connectStart": 3, "connectEnd": 9, "sslStart": 5, "sslEnd": 9}
    timing |= {"sendStart": 9, "sendEnd": 9.5, "receiveHeadersEnd": 30}
    url = f"{SHOP}/find?q=a%20b&token=abc"
    written = Written().sent("1", url, 0, method="POST", headers=headers, request={"postData": "name=Ada&pin=1234"})
    written.received("1", url, 30, timing=timing, mimeType="application/json", remoteIPAddress="[::1]", remotePort=443)
    written.finished("1", 50).command("Network.getResponseBody", 60, {"body": '{"a":[1,2]}'}, requestId="1")
    shown = opened(signed_in, put(written), "1")
    assert '<th scope="row">q</th><td>a b</td>' in shown
    assert '<th scope="row">token</th><td>***</td>' in shown
    assert '<th scope="row">name</th><td>Ada</td>' in shown
    assert '<th scope="row">pin</th><td>***</td>' in shown
    assert "&quot;a&quot;: [\n" in shown
    assert "of it TLS 4.0 ms" in shown
    assert "[::1]:443" in shown


def test_what_the_log_does_not_hold_is_said(account, signed_in, put):
    written = Written().sent("1", f"{SHOP}/", 0, method="PUT", request={"hasPostData": True})
    shown = opened(signed_in, put(written), "1")
    assert "There was a body; it is not in the log." in shown
    assert "The log does not hold it" in shown
    assert "Its body is not in the command" in shown
    assert "does not tell how long it took" in shown


def test_binary_bodies_are_said_to_be_so(account, signed_in, put):
    written = Written().sent("1", f"{SHOP}/a.png", 0).received("1", f"{SHOP}/a.png", 5, mimeType="image/png")
    body = base64.b64encode(b"\x89PNG\0hunter2").decode()
    written.command("Network.getResponseBody", 9, {"body": body, "base64Encoded": True}, requestId="1")
    id = put(written)
    assert "Binary, not shown while secrets are covered." in opened(signed_in, id, "1")
    assert body not in opened(signed_in, id, "1")
    address = f"/sessions/{id}/network/request/?id=1"
    assert body in signed_in.post(address, {"secrets": "shown"}, **FRAGMENT).content.decode()


def sockets():
    written = Written().event("Network.webSocketCreated", 0, requestId="9", url="wss://shop.example/feed")
    answer = {"status": 101, "headers": {}}
    written.event("Network.webSocketHandshakeResponseReceived", 5, requestId="9", response=answer)
    for number in range(250):
        told = {"opcode": 1, "payloadData": json.dumps({"price": number, "auth": "plain-secret"})}
        written.event("Network.webSocketFrameReceived", 10 + number, requestId="9", response=told)
    binary = base64.b64encode(b"token=plain-secret").decode()
    written.event("Network.webSocketFrameSent", 400, requestId="9", response={"opcode": 2, "payloadData": binary})
    return written, binary


def test_messages_of_a_socket_come_in_chunks_covered(account, signed_in, put):
    written, binary = sockets()
    id = put(written)
    shown = opened(signed_in, id, "9")
    assert shown.count("data-frames=") == 5
    assert "Copy as cURL" not in shown
    first, second = (read(signed_in, id, "frames/", id="9", first=first) for first in (0, 200))
    assert first.count("net-frame-text") == 200
    assert "&quot;price&quot;:0" in first
    assert "plain-secret" not in first + second
    assert binary not in second
    assert "binary" in second
    assert read(signed_in, id, "frames/", id="nobody", first=0).strip() == ""


def test_uncovering_one_request_is_recorded_and_shows_that_one_alone(account, signed_in, put, user):
    headers = {"Authorization": "Bearer plain-secret", "Accept": "*/*"}
    id = put(Written().sent("1", f"{SHOP}/me?token=plain-secret", 0, headers=headers))
    covered = opened(signed_in, id, "1")
    assert "plain-secret" not in covered
    assert "Authorization: Bearer ***" in covered
    address = f"/sessions/{id}/network/request/?id=1"
    assert signed_in.get(f"{address}&secrets=shown", **FRAGMENT).status_code == 400
    assert not AuditEvent.objects.filter(action="session.secrets_shown").exists()
    shown = signed_in.post(address, {"secrets": "shown"}, **FRAGMENT).content.decode()
    assert "Authorization: Bearer plain-secret" in shown
    assert "Copy as cURL with secrets" in shown
    event = AuditEvent.objects.get(action="session.secrets_shown")
    assert (event.actor, event.session_id) == (user, id)
    assert event.detail == "Request GET https://shop.example/me?token=***"
    assert "plain-secret" not in opened(signed_in, id, "1")


def test_a_token_uncovers_no_request(account, client, simulator, put, user):
    for project in simulator.projects:
        make_project(account, id=project)
    id = put(shop())
    store_sessions(account, [account.client().sessions.retrieve(id)])
    headers = token_for(account, user, right="operate")
    answer = client.post(f"/sessions/{id}/network/request/?id=1", {"secrets": "shown"}, **FRAGMENT, **headers)
    assert answer.status_code in (401, 403)
    assert not AuditEvent.objects.filter(action="session.secrets_shown").exists()


def test_an_id_that_no_request_has_is_said(account, signed_in, put):
    assert "No request in this log has the id" in opened(signed_in, put(shop()), MARKUP)


@pytest.mark.parametrize("part", ["", "rows/", "request/", "frames/"])
def test_upstream_away_is_said_in_the_tab(account, signed_in, simulator, part):
    told = ended_an_hour_ago(simulator, story=True)
    simulator.put(told)
    simulator.fault(f"GET /v1/sessions/{told['id']}/logs", "html_502")
    assert "does not answer" in read(signed_in, told["id"], part, id="1", first=0)


def test_markup_in_every_field_stays_text(account, signed_in, put):
    url = f"{SHOP}/{MARKUP}?{MARKUP}={MARKUP}"
    written = Written().sent(MARKUP, url, 0, method=MARKUP, type=MARKUP, headers={MARKUP: MARKUP})
    written.received(MARKUP, url, 5, headers={MARKUP: MARKUP}, mimeType=MARKUP, statusText=MARKUP, protocol=MARKUP)
    written.failed(MARKUP, 9, MARKUP)
    id = put(written)
    for shown in (read(signed_in, id), read(signed_in, id, "rows/", first=0), opened(signed_in, id, MARKUP)):
        assert "<img" not in shown


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/", ("/", "a.example")),
        ("https://a.example", ("/", "a.example")),
        ("https://a.example/b/c?d=e/f#g", ("c?d=e/f", "a.example")),
        ("https://a.example/b/c/", ("c/", "a.example")),
        ("https://a.example/?q=1", ("/?q=1", "a.example")),
        ("data:image/png;base64,***", ("data:image/png;base64", "")),
        ("blob:https://a.example/1", ("blob:https://a.example/1", "")),
        ("chrome-extension://abc/x.js", ("x.js", "abc")),
        ("", ("", "")),
    ],
)
def test_a_row_is_named_by_the_end_of_its_address(url, expected):
    assert name_and_host(url) == expected


@pytest.mark.parametrize(
    ("lasts_ms", "few", "many"),
    [
        (450, ["0:00.0", "0:00.2", "0:00.4"], ["0:00.0", "0:00.1", "0:00.2", "0:00.3", "0:00.4"]),
        (61_000, ["0:00", "0:30", "1:00"], ["0:00", "0:10", "0:20", "0:30", "0:40", "0:50", "1:00"]),
        (290_000, ["0:00", "2:00", "4:00"], ["0:00", "1:00", "2:00", "3:00", "4:00"]),
    ],
)
def test_the_waterfalls_moments_are_round_and_none_is_left_out(account, signed_in, put, lasts_ms, few, many):
    written = Written().sent("1", f"{SHOP}/", 1).received("1", f"{SHOP}/", 5).finished("1", lasts_ms)
    panel = read(signed_in, put(written))
    for width, expected in {"few": few, "many": many}.items():
        drawn = panel.partition(f'class="net-ticks-{width}"')[2].partition("</g>")[0]
        assert re.findall(r">([^<]+)</text>", drawn) == expected
        assert re.findall(r'text-anchor="(\w+)"', drawn)[0] == "start"


def test_where_there_is_no_request_nothing_is_offered_to_filter_or_export(account, signed_in, simulator, put):
    panel = read(signed_in, put(Written()))
    assert "No request is in the log" in panel
    assert "<form" not in panel
    assert "Export HAR" not in panel
    running = simulator.session(logs=[])
    simulator.put(running)
    assert "<form" in read(signed_in, running["id"])
