"""Logs, recordings, downloads and uploads against a server that misbehaves."""

import io
import json
import tracemalloc

import pytest

from sessions_app.browserbase import errors

ENTRY = {
    "method": "Page.navigate",
    "pageId": 1,
    "sessionId": "s1",
    "timestamp": 1764097200000,
    "frameId": "F",
    "request": {"params": {"url": "https://a.example"}, "rawBody": "{}", "timestamp": 1764097200000},
    "response": {"result": {"frameId": "F"}, "rawBody": "{}"},
}


def endless(head: bytes, piece: bytes):
    def script(connection):
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return script


def test_a_log_entry_is_read_with_both_sides_and_keeps_what_nobody_knows(upstream, client):
    upstream.answer_json([ENTRY | {"eventId": "e1"}])
    (entry,) = client.traces.log("s1")
    assert (entry.number, entry.method, entry.page_id, entry.frame_id, entry.loader_id) == (
        0,
        "Page.navigate",
        1,
        "F",
        None,
    )
    assert entry.timestamp_ms == entry.request.timestamp_ms == 1764097200000
    assert (entry.request.values, entry.response.values) == ({"url": "https://a.example"}, {"frameId": "F"})
    assert entry.response.timestamp_ms is None
    assert entry.raw["eventId"] == "e1"


@pytest.mark.parametrize(
    ("field", "value", "name", "read"),
    [
        ("pageId", "2", "page_id", 2),
        ("pageId", 2.0, "page_id", 2),
        ("pageId", [1], "page_id", None),
        ("pageId", True, "page_id", None),
        ("timestamp", "347587.6", "timestamp_ms", 347587.6),
        ("timestamp", "soon", "timestamp_ms", None),
        ("timestamp", 10**400, "timestamp_ms", None),
        ("method", None, "method", ""),
        ("frameId", 7, "frame_id", None),
        ("request", "text", "request", None),
        ("response", None, "response", None),
    ],
)
def test_a_field_of_another_type_costs_that_field(upstream, client, field, value, name, read):
    upstream.answer_json([ENTRY | {field: value}])
    (entry,) = client.traces.log("s1")
    assert getattr(entry, name) == read
    assert field in entry.raw
    assert entry.problem == ""


def test_an_unreadable_entry_costs_that_one_and_keeps_its_place(upstream, client):
    good = json.dumps(ENTRY).encode()
    deep = b'{"x": ' + b"[" * 9000 + b"]" * 9000 + b"}"
    upstream.answer(
        upstream.http(b"[" + b", ".join([good, b"5", deep, rb'{"method": "A", "x": "\u0000"}', good]) + b"]")
    )
    log = client.traces.log("s1")
    assert len(log) == 5
    assert [bool(entry.problem) for entry in log] == [False, True, True, False, False]
    assert [entry.number for entry in log] == [0, 1, 2, 3, 4]
    assert log[3].raw["x"] == "\ufffd"
    assert log[-1].method == log[0].method
    assert [entry.number for entry in log[1:3]] == [1, 2]
    with pytest.raises(IndexError):
        log[5]


def test_a_log_can_be_kept_as_its_data(upstream, client):
    upstream.answer_json([ENTRY])
    log = client.traces.log("s1")
    assert list(type(log)(log.data)) == list(log)


def test_an_empty_log_is_empty(upstream, client):
    upstream.answer_json([])
    assert list(client.traces.log("s1")) == []


@pytest.mark.parametrize(
    ("status", "error"), [(404, errors.NotFound), (422, errors.BadRequest), (403, errors.Forbidden)]
)
def test_a_log_that_is_refused_says_why(upstream, client, status, error):
    upstream.answer(upstream.http(b'{"message": "still running"}', status))
    with pytest.raises(error, match="still running"):
        client.traces.log("s1")


def test_a_log_of_100000_entries_is_read_and_one_more_is_too_big(upstream, client):
    entry = json.dumps(ENTRY).encode()
    upstream.answer(
        upstream.http(b"[" + b",".join([entry] * 100_000) + b"]"),
        upstream.http(b"[" + b",".join([b"{}"] * 100_001) + b"]"),
    )
    log = client.traces.log("s1")
    assert sum(entry.method == "Page.navigate" for entry in log) == 100_000
    with pytest.raises(errors.TooBig, match="100,001 entries"):
        client.traces.log("s1")


def test_a_long_log_is_not_held_decoded(upstream, client):
    entry = ENTRY | {"response": {"result": {"cells": list(range(3000))}, "rawBody": ""}}
    body = b"[" + b",".join([json.dumps(entry).encode()] * 1500) + b"]"
    upstream.answer(upstream.http(body))
    log = client.traces.log("s1")
    tracemalloc.start()
    assert sum(len(entry.response.values["cells"]) for entry in log) == 4_500_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < len(body) / 5


def test_an_endless_log_is_given_up_at_200_mb(upstream, client):
    upstream.answer(
        endless(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n[", b" " * 1_048_576)
    )
    with pytest.raises(errors.TooBig, match="200 MB"):
        client.traces.log("s1")
    assert len(upstream.requests) == 1


def test_a_half_log_is_asked_for_again_and_then_said_to_be_half(upstream, client):
    whole = upstream.http(json.dumps([ENTRY] * 50).encode())
    upstream.answer(upstream.half(whole), whole)
    assert len(client.traces.log("s1")) == 50
    upstream.answer(upstream.half(whole))
    with pytest.raises(errors.HalfAnswer):
        client.traces.log("s1")


def test_a_recording_is_read_without_what_is_no_event(upstream, client):
    event = {"sessionId": "s1", "type": 4, "timestamp": 1764097200000, "data": {"href": "https://a.example"}}
    upstream.answer_json([event, {"type": 2}, 7, event | {"data": []}])
    recording = client.traces.recording("s1")
    assert [(found.type, found.timestamp, found.data) for found in recording.events] == [
        (4, 1764097200000, {"href": "https://a.example"})
    ]
    assert len(recording.problems) == 3


def test_replays_leave_out_pages_without_a_usable_id(upstream, client):
    page = {"pageId": "0", "url": "/v1/x", "startTimeMs": 0, "endTimeMs": 4000}
    odd = [page | {"pageId": bad} for bad in ("../x", "1234", "", None, [], True, "²")]
    upstream.answer_json({"pageCount": 12, "pages": [page, {"pageId": 3}, "text", *odd]}, {}, {"pages": {}}, [])
    replays = client.traces.replays("s1")
    assert replays.page_count == 12
    assert [(found.page_id, found.start_ms, found.end_ms) for found in replays.pages] == [
        ("0", 0, 4000),
        ("3", None, None),
    ]
    assert client.traces.replays("s1").pages == client.traces.replays("s1").pages == []
    with pytest.raises(errors.BadAnswer):
        client.traces.replays("s1")


def test_mp4s_are_asked_for_and_their_address_is_not_shown(upstream, client):
    done = {
        "pageId": "0",
        "status": "COMPLETED",
        "completedAt": "2026-11-01T10:00:00Z",
        "downloadUrl": "https://cdn.example/secret",
    }
    upstream.answer_json(
        {"downloads": [{"pageId": "0", "status": "PENDING"}]}, {"downloads": [done, {"status": "NEW"}]}, {}
    )
    (asked,) = client.traces.ask_for_mp4s("s1")
    assert (asked.status, asked.url, asked.completed_at) == ("PENDING", "", None)
    first, second = client.traces.mp4s("s1")
    assert first.url == "https://cdn.example/secret"
    assert "secret" not in repr(first)
    assert (second.page_id, second.status) == ("", "NEW")
    with pytest.raises(errors.BadAnswer):
        client.traces.mp4s("s1")
    assert upstream.targets[0] == "POST /v1/sessions/s1/recording/downloads"


def test_downloads_are_saved_and_a_second_try_begins_anew(upstream, client):
    whole = upstream.http(bytes(100_000), content_type="application/zip")
    upstream.answer(upstream.half(whole), whole)
    file = io.BytesIO(b"what was there before" * 10_000)
    client.traces.save_downloads("s1", file)
    assert file.getvalue() == bytes(100_000)
    assert b"accept: application/zip" in upstream.requests[0].lower()


def test_downloads_without_end_are_given_up(upstream, client):
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/zip\r\nconnection: close\r\n\r\n"
    upstream.answer(endless(head, bytes(1_048_576)))
    with pytest.raises(errors.TooBig, match="5 MB"):
        client.traces.save_downloads("s1", io.BytesIO(), most_bytes=5 << 20)


def test_a_page_in_the_place_of_a_zip_is_a_bad_answer(upstream, client):
    upstream.answer(upstream.http(b"<html>sign in</html>", content_type="text/html"))
    with pytest.raises(errors.BadAnswer, match="HTML"):
        client.traces.save_downloads("s1", io.BytesIO())


def test_a_file_is_uploaded_once_as_multipart(upstream, client):
    upstream.answer_json({"message": "File uploaded"})
    assert client.traces.upload("s1", 'a "b" ü.txt', io.BytesIO(b"content\r\n--x")) == "File uploaded"
    (request,) = upstream.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert b"multipart/form-data; boundary=" in head
    assert b'name="file"; filename="a %22b%22 \xc3\xbc.txt"' in body
    assert b"content\r\n--x" in body
    upstream.answer(upstream.reset)
    with pytest.raises(errors.UpstreamDown) as caught:
        client.traces.upload("s1", "a.txt", io.BytesIO(b"content"))
    assert caught.value.sent
    assert len(upstream.requests) == 2


def test_contexts_and_extensions_are_made_read_and_deleted(upstream, client):
    context = {"id": "c1", "projectId": "p1", "name": "shop", "createdAt": "2026-11-01T10:00:00Z", "new": 1}
    extension = {"id": "e1", "projectId": "p1", "fileName": "x.zip", "createdAt": "2026-11-01T10:00:00Z"}
    upstream.answer(
        *(upstream.http(json.dumps(value).encode()) for value in (context, context, context)),
        upstream.http(b"", 204),
        *(upstream.http(json.dumps(value).encode(), 201) for value in (extension, extension)),
        upstream.http(b"", 204),
    )
    assert client.contexts.create("shop", "p1") == "c1"
    read = client.contexts.retrieve("c1")
    assert (read.id, read.project_id, read.name, read.raw["new"]) == ("c1", "p1", "shop", 1)
    with pytest.raises(errors.BadAnswer):
        client.contexts.retrieve("other")
    client.contexts.delete("c1")
    assert client.extensions.create("x.zip", io.BytesIO(b"PK")).file_name == "x.zip"
    assert client.extensions.retrieve("e1").id == "e1"
    client.extensions.delete("e1")
    assert upstream.targets == [
        "POST /v1/contexts",
        "GET /v1/contexts/c1",
        "GET /v1/contexts/other",
        "DELETE /v1/contexts/c1",
        "POST /v1/extensions",
        "GET /v1/extensions/e1",
        "DELETE /v1/extensions/e1",
    ]
