"""What answers point to on other hosts: fetched without the key, guarded at every address."""

import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from sessions_app.browserbase import errors
from sessions_app.browserbase.elsewhere import Bounds, Fetched, fetch
from tests import asynchronous
from tests.browserbase.conftest import KEY, RawServer

PUBLIC = "93.184.215.14"
BOUNDS = Bounds(most_bytes=1_000_000, total_s=5)


@pytest.fixture
def cdn():
    server = RawServer()
    yield server
    server.close()


@pytest.fixture
def names(monkeypatch):
    """The resolver: name to addresses."""
    known = {}
    real = socket.getaddrinfo

    def resolve(host, port, *rest, **more):
        if host in known:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]
        return real(host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return known


def fetched(
    url: str, byte_range: str | None = None, allow_private: bool = True, bounds: Bounds = BOUNDS
) -> tuple[Fetched, bytes]:
    async def work():
        answer = await fetch(url, allow_private, bounds, byte_range)
        return answer, await answer.read()

    return asynchronous.run(work())


def playlist_of(cdn: RawServer, count: int = 2, more: str = "") -> bytes:
    segments = "".join(f"#EXTINF:4,\n{cdn.url}/{number}.m4s?signature=s3cret\n" for number in range(count))
    return f'#EXTM3U\n#EXT-X-MAP:URI="{cdn.url}/init.mp4"\n{segments}{more}#EXT-X-ENDLIST\n'.encode()


def as_playlist(upstream: RawServer, text: bytes) -> bytes:
    return upstream.http(text, content_type="application/vnd.apple.mpegurl")


def test_a_segment_is_fetched_by_its_number_without_the_key(upstream, cdn, client):
    upstream.answer(as_playlist(upstream, playlist_of(cdn)))
    cdn.answer(cdn.http(b"the segment", content_type="text/html", set_cookie="a=b"))
    answer = asynchronous.run(read(client.media.segment("s1", "0", 1)))
    assert answer == b"the segment"
    assert cdn.targets == ["GET /1.m4s?signature=s3cret"]
    assert KEY.encode() not in cdn.requests[0]
    assert b"x-bb-api-key" not in cdn.requests[0].lower()
    assert asynchronous.run(read(client.media.init("s1", "0"))) == b"the segment"
    assert upstream.targets == ["GET /v1/sessions/s1/replays/0"]


async def read(asked):
    return await (await asked).read()


@pytest.mark.parametrize("number", [2, -1, 10**9])
def test_a_number_beyond_the_film_is_not_found(upstream, cdn, client, number):
    upstream.answer(as_playlist(upstream, playlist_of(cdn)))
    with pytest.raises(errors.NotFound):
        asynchronous.run(read(client.media.segment("s1", "0", number)))
    assert cdn.requests == []


def test_addresses_that_have_expired_are_read_anew_once(upstream, cdn, client):
    upstream.answer(as_playlist(upstream, playlist_of(cdn)))
    cdn.answer(cdn.http(b"first"), cdn.http(b"<Error/>", 403), cdn.http(b"second"), cdn.http(b"<Error/>", 403))
    assert asynchronous.run(read(client.media.segment("s1", "0", 0))) == b"first"
    assert asynchronous.run(read(client.media.segment("s1", "0", 0))) == b"second"
    assert len(upstream.requests) == 2
    with pytest.raises(errors.DeadLink, match="403"):
        asynchronous.run(read(client.media.segment("s1", "0", 0)))
    assert len(upstream.requests) == 3


def test_an_mp4_is_fetched_by_the_address_minted_last(upstream, cdn, client):
    done = [{"pageId": "0", "status": "COMPLETED", "downloadUrl": f"{cdn.url}/{number}.mp4"} for number in range(2)]
    upstream.answer_json(*({"downloads": [download]} for download in done), {"downloads": [{"pageId": "0"}]})
    cdn.answer(cdn.http(b"film"))
    for _ in range(2):
        assert asynchronous.run(read(client.media.mp4("s1", "0"))) == b"film"
    assert cdn.targets == ["GET /0.mp4", "GET /1.mp4"]
    with pytest.raises(errors.NotFound):
        asynchronous.run(read(client.media.mp4("s1", "0")))


def test_a_connection_serves_the_next_segments_too_and_one_that_broke_does_not():
    callers = []

    class Keeping(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            callers.append(self.client_address)
            self.send_response(200)
            self.send_header("Content-Length", "4")
            self.end_headers()
            self.wfile.write(b"film")
            self.close_connection = self.path == "/last"

        def log_message(self, *args):
            pass

    async def work(url):
        for path in ("/0", "/1", "/last", "/2"):
            assert await (await fetch(url + path, True, BOUNDS)).read() == b"film"
        half = await fetch(f"{url}/3", True, BOUNDS)
        await half.aclose()  # nobody read it: nobody gets its connection
        assert await (await fetch(f"{url}/4", True, BOUNDS)).read() == b"film"

    with ThreadingHTTPServer(("127.0.0.1", 0), Keeping) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        asynchronous.run(work(f"http://127.0.0.1:{server.server_port}"))
        server.shutdown()
    assert callers[0] == callers[1] == callers[2] != callers[3] == callers[4] != callers[5]


def test_a_range_passes_and_what_is_none_does_not(cdn):
    part = cdn.http(b"art", 206, content_range="bytes 1-3/4")
    cdn.answer(part, cdn.http(b"", 416, content_range="bytes */4"), cdn.http(b"part", content_range="evil"))
    answer, body = fetched(f"{cdn.url}/x", "bytes=1-3")
    assert (answer.status, answer.length, answer.content_range, body) == (206, 3, "bytes 1-3/4", b"art")
    answer, _ = fetched(f"{cdn.url}/x", "bytes=9-")
    assert (answer.status, answer.content_range) == (416, "bytes */4")
    for odd in ("bytes=1-3,5-6", "lines=1-2", "bytes=1-3\r\nX-Evil: 1", "bytes=-"):
        answer, body = fetched(f"{cdn.url}/x", odd)
        assert (body, answer.content_range) == (b"part", None)
    ranges = [line for request in cdn.requests for line in request.split(b"\r\n") if line.lower().startswith(b"range")]
    assert ranges == [b"Range: bytes=1-3", b"Range: bytes=9-"]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "ftp://cdn.example/x",
        "file:///etc/passwd",
        "https://user:pass@cdn.example/x",
        "https:///x",
        "https://cdn.example:0/x",
        "https://cdn.example:99999/x",
        "https://cdn.example/a b",
        "https://cdn.example/\r\nHost: evil",
        "http://cdn.example/x",
        "https://127.0.0.1/x",
        "https://127.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://localhost/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1:8443/x",
        f"http://{PUBLIC}/x",
    ],
)
def test_an_address_that_may_not_be_fetched_is_not_asked(url):
    with pytest.raises(errors.ForbiddenLink) as caught:
        fetched(url, allow_private=False)
    assert not caught.value.sent
    assert "meta-data" not in caught.value.message


def test_plain_http_to_a_public_address_is_refused_even_where_private_ones_are_allowed(names):
    names["cdn.example"] = [PUBLIC]
    with pytest.raises(errors.ForbiddenLink):
        fetched("http://cdn.example/x")


@pytest.mark.parametrize("addresses", [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["10.1.2.3"], ["fd00::1"]])
def test_a_name_that_leads_to_a_private_address_is_not_asked(cdn, names, addresses):
    names["cdn.example"] = addresses
    with pytest.raises(errors.ForbiddenLink, match="private"):
        fetched(f"https://cdn.example:{cdn.port}/x", allow_private=False)
    assert cdn.requests == []


def test_redirects_are_followed_and_each_is_judged(cdn, names):
    cdn.answer(cdn.http(b"", 302, location="/there"), cdn.http(b"got it"))
    assert fetched(f"{cdn.url}/here")[1] == b"got it"
    assert cdn.targets == ["GET /here", "GET /there"]
    for location in (
        "ftp://x.example/",
        "http://public.example/",
        "//public.example/x",
        "javascript:1",
        "https://[bad",
        "",
    ):
        names["public.example"] = [PUBLIC]
        cdn.answer(cdn.http(b"", 302, location=location))
        with pytest.raises((errors.ForbiddenLink, errors.BadAnswer)):
            fetched(f"{cdn.url}/here")
    cdn.answer(cdn.http(b"", 307, location="/round"))
    with pytest.raises(errors.BadAnswer, match="on and on"):
        fetched(f"{cdn.url}/here")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.DeadLink),
        (403, errors.DeadLink),
        (410, errors.DeadLink),
        (503, errors.UpstreamDown),
        (204, errors.BadAnswer),
    ],
)
def test_a_failure_says_nothing_of_the_hosts_own_words(cdn, status, error):
    cdn.answer(cdn.http(b"<script>evil</script>" if status != 204 else b"", status))
    with pytest.raises(error) as caught:
        fetched(f"{cdn.url}/secret")
    assert "evil" not in caught.value.message
    assert "secret" not in caught.value.message


def test_a_file_without_end_is_given_up_at_its_bound(cdn):
    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        while True:
            connection.sendall(bytes(65536))

    cdn.answer(endless)
    with pytest.raises(errors.TooBig):
        fetched(f"{cdn.url}/x")


@pytest.mark.parametrize("part", ["hang", "drip", "half", "reset"])
def test_a_host_that_hangs_drips_or_breaks_is_an_error_in_time(cdn, part):
    whole = cdn.http(bytes(1000))
    cdn.answer({"hang": cdn.hang, "drip": cdn.drip(whole, 0.2), "half": cdn.half(whole), "reset": cdn.reset}[part])
    begun = time.monotonic()
    with pytest.raises((errors.Timeout, errors.UpstreamDown)):
        fetched(f"{cdn.url}/x", bounds=Bounds(1_000_000, 0.6))
    assert time.monotonic() - begun < 20


def test_a_part_that_nobody_asked_for_is_not_taken_for_the_file(cdn):
    cdn.answer(cdn.http(b"art", 206, content_range="bytes 1-3/4"))
    with pytest.raises(errors.BadAnswer):
        fetched(f"{cdn.url}/x")


def test_a_compressed_file_is_not_taken(cdn):
    cdn.answer(cdn.http(b"x", content_encoding="gzip"))
    with pytest.raises(errors.BadAnswer):
        fetched(f"{cdn.url}/x")
