"""Requests that no program in its right mind sends: never a 5xx of the site's own, and never anything that is not of
the API sent on."""

import json
import re
from collections.abc import Iterator
from http.client import HTTPException
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.conftest import Door, OpenDoor
from tests.contract.wire import Answer, Connection, chunked
from tests.proxy.scripted import Upstream

OF_THE_API = re.compile(r"/v1/(projects|sessions|contexts|extensions)(/[^/?]+)*(\?.*)?")

WORDS = (
    "v1 projects sessions contexts extensions debug logs usage recording downloads replays uploads 1 x healthz _sim "
    ".. . %2e%2e %2E. .%2e %2f a%2Fb ..%2fprojects %00 %0d%0aX:y % %zz %25 %c3 %C3%A9 ;a=b * @ a:b \\..\\ %5c.. ~ +"
).split()
segments = st.one_of(
    st.sampled_from(WORDS),
    st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="/"), max_size=20),
    st.text(st.characters(min_codepoint=0xA1, max_codepoint=0xFF), max_size=5),
    st.integers(250, 5000).map(lambda length: "x" * length),
)
separators = st.sampled_from(["/"] * 8 + ["//", "/./", "/../", "\\"])
resources = st.sampled_from(["projects", "sessions", "contexts", "extensions"])


KNOWN = (
    "projects projects/{} projects/{}/usage sessions sessions/{} sessions/{}/debug sessions/{}/logs "
    "sessions/{}/uploads sessions/{}/recording/downloads sessions/{}/replays/{} "
    "contexts contexts/{} extensions extensions/{}"
).split()
queries = st.sampled_from(
    ["", "", "", "?", "/", "?status=RUNNING&q=%00", "?a=" + "b" * 3000, "?\xe9", "??=&&", "?q=%zz"]
)


@st.composite
def known_targets(draw: st.DrawFn) -> str:
    """What the API has, with any id."""
    path = draw(st.sampled_from(KNOWN))
    while "{}" in path:
        path = path.replace("{}", draw(segments), 1)
    return f"/v1/{path}"


@st.composite
def odd_targets(draw: st.DrawFn) -> str:
    """Mostly below /v1, and half of it beginning like something there is."""
    roots = ["/v1"] * 8 + ["//v1", "/V1", "/%76%31", "/v1.", "", "/x/../v1", "http://other.example/v1"]
    path = draw(st.sampled_from(roots))
    if draw(st.booleans()):
        path += "/" + draw(resources)
    for segment in draw(st.lists(segments, max_size=5)):
        path += draw(separators) + segment
    return path or "/"


targets = st.tuples(known_targets() | odd_targets(), queries).map("".join)
methods = st.sampled_from("GET GET GET POST POST PUT DELETE PATCH HEAD OPTIONS TRACE BREW get".split())
values = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=40)
odd_headers = st.one_of(
    st.sampled_from(
        [
            "Content-Type: application/json",
            "Content-Type: multipart/form-data",
            "Content-Type: ;;;=\xff",
            "Content-Encoding: gzip",
            "Accept-Encoding: br;q=nothing",
            "Cookie: sessionid=abc",
            "Connection: X-BB-API-Key, close, \xe9",
            "Upgrade: websocket",
            "X-Forwarded-For: \xff",
            "X-Forwarded-Host: evil.example",
            "X-Stainless-Retry-Count: 1",
            "x-stainless-retry-count: many",
            "Idempotency-Key: one",
            "Idempotency-Key: \xff\xfe",
            "Range: bytes=0-",
            "If-None-Match: *",
            "TE: trailers",
        ]
    ),
    st.tuples(st.from_regex(r"\A[A-Za-z0-9!#$%&'*+.^_`|~-]{1,30}\Z"), values).map(": ".join),
    st.integers(1000, 30000).map(lambda length: "X-Long: " + "y" * length),
)
bodies = st.one_of(
    st.just(b""),
    st.binary(max_size=200),
    st.sampled_from([b"{}", b"[]", b"null", b'"a"', b"1e999", b'{"a":1,"a":2}', b'{"projectId":' * 500, b"[" * 50_000]),
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(max_size=10),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from("projectId status keepAlive timeout userMetadata region".split()), inner, max_size=3
            )
        ),
        max_leaves=5,
    ).map(lambda value: json.dumps(value).encode()),
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, list[str], bytes]:
    """Method, target, headers without the key, and the body as framed by them."""
    headers = draw(st.lists(odd_headers, max_size=4))
    # A second framing beside the one below would make it another request, which is not the point here.
    headers = [
        line
        for line in headers
        if line.split(":")[0].lower() not in ("content-length", "transfer-encoding", "host", "expect")
    ]
    body = draw(bodies)
    if not body and draw(st.booleans()):
        return draw(methods), draw(targets), headers, b""
    if draw(st.booleans()):
        return draw(methods), draw(targets), [*headers, "Transfer-Encoding: chunked"], chunked(body)
    return draw(methods), draw(targets), [*headers, f"Content-Length: {len(body)}"], body


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    upstream = Upstream()
    yield upstream
    upstream.close()


@pytest.fixture
def door(open_door: OpenDoor, upstream: Upstream) -> Door:
    return open_door(upstream.url, "bb_of_the_account")


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    request=requests(),
    shown=st.sampled_from(["X-BB-API-Key: {}"] * 4 + ["Authorization: Bearer {}", "x-bb-api-key: {}x", ""]),
)
def test_no_request_is_too_bad(
    door: Door, upstream: Upstream, request: tuple[str, str, list[str], bytes], shown: str
) -> None:
    method, target, headers, body = request
    upstream.asked.clear()
    with Connection(door.url) as connection:
        try:
            answer = connection.ask(method, target, *([shown.format(door.key)] if shown else []), *headers, body=body)
        except (HTTPException, ConnectionError):
            # Refused as no HTTP, while it was still being written.
            answer = Answer(400, {}, b"")
    assert answer.status < 500, answer
    check_what_was_passed_on(upstream, door)


def check_what_was_passed_on(upstream: Upstream, door: Door) -> None:
    for asked in upstream.asked:
        assert OF_THE_API.fullmatch(asked.target), asked.target
        path = asked.target.partition("?")[0]
        assert not {".", "..", ""} & {unquote(segment) for segment in path.split("/")[1:]}, path
        names = [name.lower() for name, _ in asked.headers]
        assert names.count("x-bb-api-key") == 1
        assert asked.header("x-bb-api-key") == "bb_of_the_account"
        assert not set(names) & {"cookie", "authorization", "upgrade", "te"}
        assert not any(door.key in value for _, value in asked.headers)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /v1/projects\r\n\r\n",
        b"GET /v1/projects HTTP/9.9\r\nHost: a\r\n\r\n",
        b"GET /v1/projects HTTP/1.1\r\nHost: a\r\nX-BB-API-Key : a\r\n\r\n",
        b"GET /v1/projects HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
        b"GET /v1/pro jects HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /v1/sessions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /v1/projects HTTP/1.1\r\nHost: a\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
        b"\x00" * 1000,
    ],
    ids=lambda raw: repr(raw[:60]),
)
def test_what_is_no_http_is_refused_or_left(door: Door, upstream: Upstream, raw: bytes) -> None:
    with Connection(door.url) as connection:
        connection.send(raw.replace(b"Host: a", b"Host: a\r\nX-BB-API-Key: " + door.key.encode()))
        connection.socket.shutdown(1)
        try:
            received = connection.socket.recv(65536)
        except ConnectionError:
            received = b""
    assert not received or re.match(rb"HTTP/1\.[01] [1234]\d\d ", received), received[:200]
    assert upstream.asked == []
