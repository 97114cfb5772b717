"""Copied as cURL, a request is sent again as it was: a real curl, a real shell, a server that listens."""

import json
import shutil
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sessions_app.inspector.curl import curl_of
from sessions_app.inspector.secrets.cover import Uncovered
from tests.inspector.logs import Written

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")


class Listener(BaseHTTPRequestHandler):
    """Answers with what it was asked, and remembers it."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b"ok")

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_PATCH = answer  # noqa: N815


@pytest.fixture
def listener():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    server.asked, server.url = [], f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def sent_again(listener, tmp_path, path, method="GET", headers=None, **request):
    """Runs the command in a folder where a file with a telling name lies; what the server was asked."""
    (tmp_path / "etc").write_text("never sent")
    log = Written().sent("1", listener.url + path, 0, method=method, headers=headers or {}, request=request).log()
    command = curl_of(log.requests[0], Uncovered())
    run = subprocess.run(["sh", "-c", f"{command} -sS"], cwd=tmp_path, capture_output=True, timeout=30, check=False)
    assert run.returncode == 0, run.stderr
    (asked,) = listener.asked
    assert sorted(file.name for file in tmp_path.iterdir()) == ["etc"]
    return asked


BODIES = [
    json.dumps({"it's": "$(touch owned) `touch owned`", "line": "a\nb\\"}),
    "@etc",
    "a=1&b=%20;touch owned",
    "two\nlines\r\nof 'quotes' and \"more\"",
    "\u00fc \U0001f600 !history",
    "",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_bodies_arrive_as_they_were(listener, tmp_path, method, body):
    asked = sent_again(listener, tmp_path, "/pay", method, {"Content-Type": "text/plain"}, postData=body)
    assert (asked[0], asked[3]) == (method, body)
    assert asked[2]["Content-Type"] == "text/plain"


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "POST"])
def test_without_a_body_nothing_is_waited_for(listener, tmp_path, method):
    asked = sent_again(listener, tmp_path, "/x?a[0]={b,c}&d=[1-3]", method)
    assert asked[:2] == (method, "/x?a[0]={b,c}&d=[1-3]")
    assert "Content-Type" not in asked[2]


def test_headers_arrive_and_none_is_taken_for_a_file(listener, tmp_path):
    headers = {"X-It": "it's $HOME; `id`", "X-Empty": "", "@etc": "", "User-Agent": "a browser", "Content-Length": "99"}
    asked = sent_again(listener, tmp_path, "/", headers=headers, hasPostData=False)[2]
    assert asked["X-It"] == "it's $HOME; `id`"
    assert asked["X-Empty"] == ""
    assert asked["User-Agent"] == "a browser"
    assert "never sent" not in str(asked)
    assert "Content-Length" not in asked


def test_a_body_of_no_type_is_not_said_to_be_a_form(listener, tmp_path):
    assert "Content-Type" not in sent_again(listener, tmp_path, "/", "POST", postData="x")[2]


def test_what_a_browser_can_unpack_is_asked_for_and_unpacked():
    log = Written().sent("1", "https://a.example/", 0, headers={"Accept-Encoding": "gzip"}).log()
    assert curl_of(log.requests[0], log.cover).endswith("--compressed")
