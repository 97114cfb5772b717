"""No log whatever breaks the inspector: entries of any JSON, known methods with fields of any type."""

import json

import msgspec
from haralyzer import HarParser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.browserbase import SessionLog
from sessions_app.inspector.curl import curl_of
from sessions_app.inspector.har import har_of
from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.network import assembly, sockets
from sessions_app.inspector.secrets import typed
from sessions_app.inspector.story import console, gestures, happenings, visits
from sessions_app.inspector.timeline import timeline_of
from tests.inspector.logs import START_MS

METHODS = sorted(
    assembly.METHODS
    | sockets.SOCKET_METHODS
    | console.METHODS
    | gestures.METHODS
    | happenings.METHODS
    | visits.METHODS
    | typed.METHODS
)
WORDS = [
    "1",
    "2",
    "https://a.example/?token=x",
    "data:text/html,x",
    "net::ERR_FAILED",
    "keyDown",
    "mousePressed",
    "",
    "<b>",
]
NAMES = """requestId request response redirectResponse url status headers timestamp wallTime type postData frameId
loaderId frame id parentId name entry args value text node attributes objectId result timing requestTime
dnsStart dnsEnd sendStart sendEnd receiveHeadersEnd encodedDataLength canceled errorText body
base64Encoded exceptionDetails exception stackTrace callFrames lineNumber quads x y key guid state
totalBytes message level hasExtraInfo statusCode payloadData opcode postDataEntries bytes
functionDeclaration expression arguments description preview properties clickCount""".split()
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats()
    | st.sampled_from(WORDS)
    | st.text(max_size=20)
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.sampled_from(NAMES), values, max_size=8)
requests = st.fixed_dictionaries({"url": st.sampled_from(WORDS), "method": scalars, "headers": values})
params = objects | st.builds(lambda more, request: {"requestId": "1", "request": request} | more, objects, requests)
sides = st.none() | st.builds(
    lambda params, raw, at: {"params": params, "result": params, "rawBody": raw, "timestamp": at},
    params,
    st.text(max_size=20) | params.map(json.dumps),
    scalars,
)
entries = values | st.builds(
    lambda method, page, at, request, response: {
        "method": method,
        "pageId": page,
        "timestamp": at,
        "request": request,
        "response": response,
    },
    st.sampled_from(METHODS) | st.text(max_size=5),
    st.integers(0, 2) | scalars,
    scalars | st.integers(START_MS, START_MS + 10_000),
    sides,
    sides,
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(entries, max_size=12))
def test_any_log_is_read_and_written(told):
    log = Log(SessionLog(json.dumps(told).encode()), START_MS, START_MS + 60_000)
    assert len(log) == len(told)
    timeline, har = timeline_of(log, log.cover), har_of(log, log.cover)
    for value in (timeline, har, log.raw(0, len(log), log.cover)):
        json.loads(msgspec.json.encode(value))
    for request in timeline["requests"]:
        assert all(isinstance(request[name], str) for name in ("id", "method", "url", "type"))
        assert request["duration_ms"] is None or request["duration_ms"] >= 0
        assert request["size"] is None or request["size"] >= 0
    for entry in har["log"]["entries"]:
        assert min(entry["timings"].values()) >= -1
        assert entry["time"] >= 0
    HarParser(json.loads(msgspec.json.encode(har)))
    assert all(curl_of(request, log.cover).startswith("curl ") for request in log.requests)
    assert len({request["id"] for request in timeline["requests"]}) == len(timeline["requests"])
