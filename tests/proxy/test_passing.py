"""What passes, both ways, and what does not."""

import gzip
import json
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import httpx
import pytest

from sessions_app.models import Account, AuditEvent, Session
from tests.conftest import eventually
from tests.proxy.conftest import SCRIPTED_KEY, Gateway
from tests.proxy.scripted import Says, Upstream
from tests.upstream import Simulator

JSON = ("Content-Type", "application/json")


def test_a_request_passes_but_for_what_is_ours(scripted: Gateway, upstream: Upstream) -> None:
    token = scripted.token()
    headers = {
        "User-Agent": "their/1.0",
        "X-Own": "kept",
        "x-stainless-lang": "python",
        "Cookie": "sightglass_session=secret",
        "Authorization": f"Bearer {token}",
        "Connection": "keep-alive, X-Hop",
        "X-Hop": "dropped",
        "TE": "trailers",
        "Content-Type": "application/x-odd",
        "Accept-Encoding": "br",
    }
    body = b'{"unknown": [1, 2.50, "\\u00e9"]}'
    scripted.http(token).post("/v1/sessions/a?debug=1", content=body, headers=headers)
    (asked,) = upstream.asked
    assert (asked.method, asked.target, asked.body) == ("POST", "/v1/sessions/a?debug=1", body)
    assert asked.header("x-bb-api-key") == SCRIPTED_KEY
    for name in ("User-Agent", "X-Own", "x-stainless-lang", "Content-Type"):
        assert asked.header(name) == headers[name]
    for name in ("Cookie", "Authorization", "X-Hop", "TE"):
        assert asked.header(name) is None
    assert asked.header("Host") == upstream.url.removeprefix("http://")
    assert token not in repr(asked)


def test_a_get_with_a_content_type_and_no_body_passes(scripted: Gateway, upstream: Upstream) -> None:
    assert scripted.http().get("/v1/projects", headers={"Content-Type": "application/json"}).status_code == 200
    assert upstream.asked[0].header("Content-Type") == "application/json"
    assert upstream.asked[0].header("Content-Length") is None


def test_an_answer_passes_byte_for_byte_with_its_headers(scripted: Gateway, upstream: Upstream) -> None:
    body = b'{ "a" : 1.0,\n "b": "\\u00e9 caf\\u00e9 100%", "big": 123456789012345678901234567890 }\n'
    told = [JSON, ("x-ratelimit-limit", "25"), ("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "7"),
            ("retry-after", "7"), ("x-unknown", "yes"), ("Set-Cookie", "a=b"), ("x-key", f"k {SCRIPTED_KEY}"),
            ("Connection", "keep-alive"), ("Keep-Alive", "timeout=5")]  # fmt: skip
    upstream.says = Says(body, 429, told)
    answer = scripted.http().get("/v1/sessions/a/logs")
    assert (answer.status_code, answer.content) == (429, body)
    for name in ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after", "x-unknown"):
        assert answer.headers[name] == dict(told)[name]
    for name in ("set-cookie", "x-key", "keep-alive"):
        assert name not in answer.headers
    assert len(answer.headers.get_list("date")) == 1


@pytest.mark.parametrize("status", [200, 201, 202, 204, 301, 400, 401, 402, 403, 404, 409, 410, 415, 422, 500, 503])
def test_every_status_passes(scripted: Gateway, upstream: Upstream, status: int) -> None:
    body = b"" if status == 204 else b'{"code":1,"message":"x"}'
    upstream.says = Says(body, status)
    for method in ("GET", "POST"):
        answer = scripted.http().request(method, "/v1/sessions/a/recording/downloads")
        assert (answer.status_code, answer.content) == (status, body)


@pytest.mark.parametrize("body", [b"<html>502</html>", b"plain words", b'{"broken'])
def test_a_failure_passes_in_whatever_form(scripted: Gateway, upstream: Upstream, body: bytes) -> None:
    upstream.says = Says(body, 502, [("Content-Type", "text/html")])
    for path in ("/v1/sessions", "/v1/sessions/a/logs"):
        answer = scripted.http().get(path)
        assert (answer.status_code, answer.content, answer.headers["content-type"]) == (502, body, "text/html")


@pytest.mark.parametrize(
    "url",
    [
        f"wss://connect.browserbase.com?apiKey={SCRIPTED_KEY}&sessionId=a",
        f"wss://connect.browserbase.com?apiKey={SCRIPTED_KEY.replace('_', '%5f')}",
    ],
)
def test_a_string_that_holds_the_key_says_what_to_use_instead(scripted: Gateway, upstream: Upstream, url: str) -> None:
    escaped = r"\/ \" " + SCRIPTED_KEY.replace("b", r"\u0062")
    session = f'{{"id": "a", "connectUrl": "{url}", "n": 1.0, "x": "{escaped}"}}'
    upstream.says = Says(session.encode(), 201)
    for answer in (scripted.http().post("/v1/sessions", json={}), scripted.http().get("/v1/sessions/a")):
        assert "signingKey" in answer.json()["connectUrl"]
        assert "signingKey" in answer.json()["x"]
        assert answer.text.startswith('{"id": "a", "connectUrl": "hidden')
        assert '"n": 1.0' in answer.text
        assert SCRIPTED_KEY not in answer.text


@pytest.mark.timeout(20)
def test_an_answer_that_ends_within_a_text_is_looked_through_at_once(scripted: Gateway, upstream: Upstream) -> None:
    upstream.says = Says(f'["{SCRIPTED_KEY}", "'.encode() + rb"\"" * 60_000)
    answer = scripted.http().get("/v1/sessions/a")
    assert answer.text.startswith('["hidden')
    assert SCRIPTED_KEY not in answer.text


def test_the_key_is_in_no_answer_of_another_type_either(scripted: Gateway, upstream: Upstream) -> None:
    def in_pieces(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/vnd.apple.mpegurl")
        handler.send_header("Content-Length", str(len(SCRIPTED_KEY) + 8))
        handler.end_headers()
        for piece in (b"seg?", SCRIPTED_KEY[:5].encode(), SCRIPTED_KEY[5:].encode(), b"&end"):
            handler.wfile.write(piece)
            handler.wfile.flush()
            time.sleep(0.05)

    upstream.says = in_pieces
    answer = scripted.http().get("/v1/sessions/a/replays/0")
    assert answer.text == f"seg?{'*' * len(SCRIPTED_KEY)}&end"


def test_a_compressed_answer_is_unpacked(scripted: Gateway, upstream: Upstream) -> None:
    upstream.says = Says(gzip.compress(b'{"id":"a"}'), 200, [JSON, ("Content-Encoding", "gzip")])
    answer = scripted.http().get("/v1/sessions/a")
    assert answer.json() == {"id": "a"}
    assert "content-encoding" not in answer.headers
    upstream.says = Says(b"no gzip", 200, [JSON, ("Content-Encoding", "gzip")])
    assert scripted.http().get("/v1/sessions/a").status_code == 502


def test_json_past_64_mb_is_an_error_in_the_vendors_shape(scripted: Gateway, upstream: Upstream) -> None:
    packed = gzip.compress(b'["' + b"x" * (65 * 1024 * 1024) + b'"]', 1)
    upstream.says = Says(packed, 200, [JSON, ("Content-Encoding", "gzip")])
    answer = scripted.http().get("/v1/sessions/a/logs")
    assert answer.status_code == 502
    assert answer.json()["statusCode"] == 502
    assert "64 MB" in answer.json()["message"]


def test_a_download_flows_before_it_is_complete(scripted: Gateway, upstream: Upstream) -> None:
    go_on: list[bool] = []

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/zip")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"5\r\nfirst\r\n")
        handler.wfile.flush()
        eventually(lambda: go_on)
        handler.wfile.write(b"4\r\nlast\r\n0\r\n\r\n")

    upstream.says = slowly
    with scripted.http().stream("GET", "/v1/sessions/a/downloads") as answer:
        chunks = answer.iter_bytes()
        assert next(chunks) == b"first"
        go_on.append(True)
        assert b"".join(chunks) == b"last"


def test_an_upload_flows_before_it_is_complete(scripted: Gateway, upstream: Upstream) -> None:
    seen: list[bytes] = []

    def takes(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")

    def read_slowly(self: Any) -> bytes:
        seen.append(self.rfile.read(5))
        return seen[0] + self.rfile.read(int(self.headers["content-length"]) - 5)

    upstream.says = takes
    upstream.server.RequestHandlerClass.read_body = read_slowly  # type: ignore[attr-defined]

    def body() -> Any:
        yield b"first"
        eventually(lambda: seen)
        yield b"last!"

    answer = scripted.http().post("/v1/sessions/a/uploads", content=body(), headers={"Content-Length": "10"})
    assert answer.status_code == 200
    assert upstream.asked[0].body == b"firstlast!"


def test_a_chunked_upload_arrives_whole(scripted: Gateway, upstream: Upstream) -> None:
    pieces = [bytes([65 + number]) * 50_000 for number in range(20)]
    assert scripted.http().post("/v1/extensions", content=iter(pieces)).status_code == 200
    assert upstream.asked[0].body == b"".join(pieces)


@pytest.mark.parametrize(
    ("request_line", "kind"),
    [("GET /v1/sessions/a/logs", "application/json"), ("GET /v1/sessions/a/downloads", "application/zip")],
)
def test_who_hangs_up_frees_what_was_held_upstream(
    scripted: Gateway, upstream: Upstream, request_line: str, kind: str
) -> None:
    freed: list[bool] = []

    def hangs(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b"[")
        freed.append(handler.rfile.read(1) == b"")
        handler.close_connection = True

    upstream.says = hangs
    request = f"{request_line} HTTP/1.1\r\nHost: x\r\nX-BB-API-Key: {scripted.token()}\r\n\r\n"
    wire = scripted.raw(request.encode())
    eventually(lambda: upstream.asked)
    wire.close()
    assert eventually(lambda: freed) == [True]


def test_upstream_that_is_away_breaks_or_is_unreachable_is_502(scripted: Gateway, upstream: Upstream) -> None:
    def breaks(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b'{"half')
        handler.close_connection = True

    http = scripted.http()
    for says in (breaks, half):
        upstream.says = says
        answer = http.get("/v1/sessions/a")
        assert (answer.status_code, answer.json()["error"]) == (502, "Bad Gateway")
    upstream.close()
    assert http.get("/v1/sessions/a").status_code == 502


def test_a_download_that_breaks_off_is_broken_off_here_too(scripted: Gateway, upstream: Upstream) -> None:
    def half(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "application/zip")
        handler.send_header("Content-Length", "100")
        handler.end_headers()
        handler.wfile.write(b"half")
        handler.close_connection = True

    upstream.says = half
    with pytest.raises(httpx.RemoteProtocolError):
        scripted.http().get("/v1/sessions/a/downloads")


def test_a_base_url_that_is_not_allowed_is_never_called(scripted: Gateway, upstream: Upstream) -> None:
    Account.objects.filter(pk=scripted.account.pk).update(base_url="ftp://127.0.0.1")
    assert scripted.http().get("/v1/projects").status_code == 502


def test_what_passes_freshens_our_tables(gateway: Gateway, simulator: Simulator) -> None:
    one, listed = simulator.create(userMetadata={"n": 1}), simulator.create()
    http = gateway.http()
    http.get(f"/v1/sessions/{one['id']}")
    assert eventually(lambda: Session.objects.filter(pk=one["id"]).first()).user_metadata == {"n": 1}
    http.get("/v1/sessions")
    eventually(lambda: Session.objects.filter(pk=listed["id"]).exists())
    http.post(f"/v1/sessions/{one['id']}", json={"status": "REQUEST_RELEASE"})
    eventually(lambda: http.get(f"/v1/sessions/{one['id']}").json()["status"] == "COMPLETED", every_s=0.5)
    eventually(lambda: Session.objects.get(pk=one["id"]).status == "COMPLETED")
    asked = AuditEvent.objects.get(action=AuditEvent.Action.END_ASKED)
    assert (asked.session_id, asked.actor) == (one["id"], gateway.user)
    assert Session.objects.get(pk=one["id"]).created_by is None


def test_many_requests_over_one_connection(gateway: Gateway, simulator: Simulator) -> None:
    session = simulator.create()["id"]
    http = gateway.http()
    for _ in range(20):
        assert json.loads(http.get(f"/v1/sessions/{session}").content)["id"] == session
        assert http.get("/v1/nothing").status_code == 404
