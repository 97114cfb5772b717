"""From the Network domain's messages to requests, in every layout and with the protocol's own traps."""

import pytest

from sessions_app.inspector.timeline import timeline_of
from tests.inspector.logs import LAYOUTS, Written

A, B, C = "https://a.example/a", "https://a.example/b", "https://a.example/c"


def requests(written):
    log = written.log()
    return timeline_of(log, log.cover)["requests"]


def told(written, *names):
    return [tuple(request[name] for name in names) for request in requests(written)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_request_is_read_whatever_side_it_came_on(layout):
    written = Written(layout).sent("1", A, 1000).received("1", A, 1100).finished("1", 1250, 321)
    (request,) = requests(written)
    assert request == {
        "id": "1",
        "page": 1,
        "method": "GET",
        "url": A,
        "status": 200,
        "error": None,
        "type": "Fetch",
        "start": pytest.approx(1000, abs=1),
        "duration_ms": pytest.approx(250, abs=1),
        "size": 321,
        "from_cache": False,
    }


def redirects(layout="request"):
    first = {"url": A, "status": 301, "headers": {"location": B}, "encodedDataLength": 50}
    second = {"url": B, "status": 302, "headers": {"location": C}}
    return (
        Written(layout)
        .sent("1", A, 0)
        .sent("1", B, 40, redirectResponse=first)
        .sent("1", C, 90, redirectResponse=second)
        .received("1", C, 100)
        .finished("1", 120)
    )


def test_each_hop_of_a_redirect_chain_is_a_request():
    assert told(redirects(), "id", "url", "status", "duration_ms") == [
        ("1", A, 301, 40),
        ("1#2", B, 302, 50),
        ("1#3", C, 200, 30),
    ]


@pytest.mark.parametrize("order", [(4, 3, 2, 1, 0), (2, 0, 1, 4, 3), (1, 0, 3, 2, 4)])
def test_a_redirect_chain_out_of_order_is_the_same(order):
    in_order, shuffled = redirects(), redirects()
    shuffled.entries = [in_order.entries[place] for place in order]
    assert told(shuffled, "url", "status") == [(A, 301), (B, 302), (C, 200)]


def test_the_same_id_without_a_redirect_is_another_request():
    written = (
        Written().sent("1", A, 0).received("1", A, 10).finished("1", 20).sent("1", B, 50).received("1", B, 60, 404)
    )
    assert told(written, "id", "url", "status") == [("1", A, 200), ("1#2", B, 404)]


def test_two_tabs_that_use_the_same_id_are_told_apart():
    written = Written().sent("1", A, 0).sent("1", B, 1, page=2).received("1", B, 10, 500, page=2).received("1", A, 20)
    assert told(written, "page", "url", "status") == [(1, A, 200), (2, B, 500)]


def test_an_answer_that_came_by_another_target_finds_its_request():
    written = Written().sent("1", A, 0).received("1", A, 10, page=9).finished("1", 20, page=9)
    assert told(written, "status", "duration_ms") == [(200, 20)]


def test_what_was_on_the_wire_pairs_by_order():
    written = redirects()
    for place, cookie in enumerate(("one", "two", "three")):
        headers = {"Cookie": cookie}
        written.event("Network.requestWillBeSentExtraInfo", 1 + place, requestId="1", headers=headers)
    for place, status in enumerate((301, 103, 302, 200)):
        headers = {"set-cookie": f"n={place}\nm={place}"}
        more = {"headers": headers, "statusCode": status}
        written.event("Network.responseReceivedExtraInfo", 2 + place, requestId="1", **more)
    hops = written.log().requests
    assert [dict(hop.request_headers)["Cookie"] for hop in hops] == ["one", "two", "three"]
    cookies = [[value for name, value in hop.response_headers if name == "set-cookie"] for hop in hops]
    assert cookies == [["n=0", "m=0"], ["n=2", "m=2"], ["n=3", "m=3"]]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_what_was_on_the_wire_finds_the_answer_that_it_tells_of(order):
    """Two that lead on with one status are told apart by where they lead."""
    first, second = ({"url": A, "status": 302, "headers": {"Location": to}} for to in (B, C))
    written = Written().sent("1", A, 0).sent("1", B, 40, redirectResponse=first)
    written.sent("1", C, 90, redirectResponse=second).received("1", C, 100).finished("1", 120)
    answers = ((302, {"location": B, "set-cookie": "n=0"}), (302, {"location": C, "set-cookie": "n=1"}), (200, {}))
    for place in order:
        status, headers = answers[place]
        written.event("Network.responseReceivedExtraInfo", 10, requestId="1", headers=headers, statusCode=status)
    assert told(written, "url", "status") == [(A, 302), (B, 302), (C, 200)]
    assert [dict(hop.response_headers).get("set-cookie") for hop in written.log().requests] == ["n=0", "n=1", None]


def test_a_body_from_the_cache_was_not_modified_on_the_wire():
    written = redirects()
    for status in (304, 302, 301):
        written.event("Network.responseReceivedExtraInfo", 10, requestId="1", headers={}, statusCode=status)
    assert told(written, "url", "status") == [(A, 301), (B, 302), (C, 304)]


def test_entries_that_came_twice_are_one_request():
    once = redirects()
    twice = Written()
    twice.entries = [entry for entry in once.entries for _ in range(2)]
    assert requests(twice) == requests(once)


def test_wire_headers_go_to_the_hops_that_say_they_have_some():
    written = Written().sent("1", A, 0)
    written.sent("1", B, 10, redirectResponse={"url": A, "status": 307, "headers": {}}, redirectHasExtraInfo=False)
    written.received("1", B, 20, hasExtraInfo=True)
    written.event("Network.responseReceivedExtraInfo", 19, requestId="1", headers={"x": "1"}, statusCode=200)
    assert [hop.response_extra is not None for hop in written.log().requests] == [False, True]


@pytest.mark.parametrize("before", [True, False])
def test_early_hints_are_no_final_status(before):
    stati = [(103, 5), (200, 10)] if before else [(200, 10), (103, 5)]
    written = Written().sent("1", A, 0)
    for status, at in stati:
        written.received("1", A, at, status)
    assert told(written, "status") == [(200,)]


def test_caches_and_service_workers_are_told():
    written = Written()
    for id, marks in enumerate(
        [
            {"fromDiskCache": True},
            {"fromPrefetchCache": True},
            {"fromServiceWorker": True},
            {"fromServiceWorker": True, "serviceWorkerResponseSource": "cache-storage"},
        ]
    ):
        written.sent(str(id), A, id).received(str(id), A, 10 + id, **marks).finished(str(id), 20, 0)
    written.sent("m", A, 50).event("Network.requestServedFromCache", 51, requestId="m")
    assert told(written, "from_cache") == [(True,), (True,), (False,), (True,), (True,)]
    log = written.log()
    assert [r.cache for r in log.requests] == ["disk", "prefetch", "", "service worker", "memory"]
    assert (requests(written)[4]["status"], requests(written)[4]["error"]) == (None, None)


def test_a_load_that_fails_after_its_answer_keeps_both():
    written = Written().sent("1", A, 0).received("1", A, 10, 404).failed("1", 20, "net::ERR_ABORTED", canceled=True)
    assert told(written, "status", "error") == [(404, "net::ERR_ABORTED")]


@pytest.mark.parametrize(
    ("more", "error", "counts"),
    [
        ({"error": "net::ERR_NAME_NOT_RESOLVED"}, "net::ERR_NAME_NOT_RESOLVED", True),
        ({"error": "", "canceled": True}, "canceled", False),
        ({"error": "", "blockedReason": "csp"}, "csp", True),
        ({"error": "", "corsErrorStatus": {"corsError": "MissingAllowOriginHeader"}}, "MissingAllowOriginHeader", True),
    ],
)
def test_a_failure_says_why_and_one_given_up_is_none(more, error, counts):
    written = Written().sent("1", A, 0).failed("1", 20, **more)
    assert told(written, "status", "error") == [(None, error)]
    assert written.log().requests[0].has_failed is counts


def test_negative_sizes_and_times_are_not_known():
    written = Written().sent("1", A, 100).received("1", A, 120, encodedDataLength=-1).finished("1", 50, -3)
    assert told(written, "size", "duration_ms") == [(None, None)]


def test_sizes_add_up_where_the_end_is_missing():
    written = Written().sent("1", A, 0).received("1", A, 10)
    for size in (100, -5, 200):
        written.event("Network.dataReceived", 20, requestId="1", dataLength=1000, encodedDataLength=size)
    assert told(written, "size", "duration_ms") == [(300, None)]


def test_a_preflight_is_a_request_of_its_own():
    written = (
        Written().sent("1.0", A, 0, type="Preflight", method="OPTIONS").received("1.0", A, 5, 204, type="Preflight")
    )
    written.sent("1", A, 10, method="POST")
    assert told(written, "method", "type", "status") == [("OPTIONS", "Preflight", 204), ("POST", "Fetch", None)]


@pytest.mark.parametrize("layout", ["request", "response", "raw"])
def test_a_web_socket_is_a_request_with_frames(layout):
    url, written = "wss://a.example/live", Written(layout)
    written.event("Network.webSocketCreated", 0, requestId="9", url=url)
    written.event(
        "Network.webSocketWillSendHandshakeRequest", 10, requestId="9", request={"headers": {"Cookie": "a=b"}}
    )
    answer = {"status": 101, "statusText": "Switching Protocols", "headers": {}}
    written.event("Network.webSocketHandshakeResponseReceived", 30, requestId="9", response=answer)
    for way in ("Sent", "Received"):
        told_ = {"opcode": 1, "mask": False, "payloadData": "hello"}
        written.event(f"Network.webSocketFrame{way}", 40, requestId="9", response=told_)
    written.event("Network.webSocketClosed", 510, requestId="9")
    assert told(written, "type", "method", "url", "status", "duration_ms") == [("WebSocket", "GET", url, 101, 500)]
    assert [(frame.way, frame.data) for frame in written.log().requests[0].frames] == [
        ("send", "hello"),
        ("receive", "hello"),
    ]


def test_without_timestamps_nothing_is_made_up():
    written = Written().sent("1", A, None).received("1", A, None).finished("1", None)
    assert told(written, "status", "start", "duration_ms") == [(200, None, None)]


def test_answers_without_a_request_are_counted_and_stay_raw():
    log = Written().received("1", A, 10).finished("2", 20).log()
    assert (log.requests, log.unpaired) == ([], 2)
    assert len(log.raw(0, 10, log.cover)) == 2


def test_a_message_of_a_target_inside_another_is_unwrapped():
    inner = Written().sent("1", A, 0).entries[0]["request"]["rawBody"]
    written = Written().event("Target.receivedMessageFromTarget", 10, sessionId="T", message=inner)
    assert told(written, "url", "start") == [(A, 10)]
