"""What is asked again and what is not."""

import socket
import threading
import time

import pytest

from sessions_app.browserbase import Browserbase, errors


def every_read_and_release(client):
    return {
        "retrieve": lambda: client.sessions.retrieve("s1"),
        "release": lambda: client.sessions.release("s1"),
        "list": lambda: client.sessions.list(),
    }


@pytest.mark.parametrize("method", ["retrieve", "release"])
@pytest.mark.parametrize("failure", ["reset", "half", "500", "429", "408"])
def test_reads_and_release_are_asked_again_after_what_may_pass(upstream, client, a_session, method, failure):
    good = upstream.http(b'{"id": "s1", "status": "RUNNING"}')
    failures = {"reset": upstream.reset, "half": upstream.half(good)}
    failures |= {str(status): upstream.sends(upstream.http(b"", status)) for status in (500, 429, 408)}
    upstream.answer(failures[failure], good)
    assert every_read_and_release(client)[method]().id == "s1"
    assert len(upstream.requests) == 2


def test_it_gives_up_after_three_tries(upstream, client):
    upstream.answer(upstream.http(b"", 503))
    with pytest.raises(errors.UpstreamDown) as caught:
        client.sessions.retrieve("s1")
    assert caught.value.status == 503
    assert len(upstream.requests) == 3


@pytest.mark.parametrize("failure", ["reset", "half", "500", "429", "hang"])
def test_a_create_that_was_sent_is_never_sent_again(upstream, client, failure):
    good = upstream.http(b'{"id": "s1"}', 201)
    failures = {"reset": upstream.reset, "half": upstream.half(good), "hang": upstream.hang}
    failures |= {str(status): upstream.sends(upstream.http(b"", status)) for status in (500, 429)}
    upstream.answer(failures[failure], good)
    with pytest.raises(errors.UpstreamError) as caught:
        client.sessions.create({}, total_s=1)
    assert caught.value.sent
    assert len(upstream.requests) == 1


def test_a_create_that_never_left_is_sent_when_upstream_is_back(key):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    got = []

    def serve_late():
        time.sleep(0.1)
        with socket.create_server(("127.0.0.1", port)) as listener:
            connection, _ = listener.accept()
            got.append(connection.recv(65536))
            connection.sendall(b'HTTP/1.1 201 Created\r\ncontent-length: 12\r\n\r\n{"id": "s1"}')
            connection.close()

    thread = threading.Thread(target=serve_late)
    with Browserbase(key, base_url=f"http://127.0.0.1:{port}", allow_private=True) as client:
        thread.start()
        assert client.sessions.create({"keepAlive": True}).id == "s1"
    thread.join()
    assert len(got) == 1


def test_nobody_listening_is_upstream_down_and_nothing_was_sent(key):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with Browserbase(key, base_url=url, allow_private=True) as client, pytest.raises(errors.UpstreamDown) as caught:
        client.sessions.create({})
    assert not caught.value.sent
    assert "refused" in caught.value.message


def test_retry_after_is_waited_for(upstream, client):
    upstream.answer(upstream.http(b"", 429, retry_after="1"), upstream.http(b'{"id": "s1"}'))
    begun = time.monotonic()
    client.sessions.retrieve("s1")
    assert time.monotonic() - begun >= 1


def test_a_retry_after_beyond_the_budget_is_told_at_once(upstream, client):
    upstream.answer(upstream.http(b"", 429, retry_after="3600"))
    begun = time.monotonic()
    with pytest.raises(errors.RateLimited) as caught:
        client.sessions.retrieve("s1")
    assert caught.value.retry_after_s == 3600
    assert len(upstream.requests) == 1
    assert time.monotonic() - begun < 8


def test_a_503_with_retry_after_is_waited_for_too(upstream, client):
    upstream.answer(upstream.http(b"", 503, retry_after="3600"))
    with pytest.raises(errors.UpstreamDown) as caught:
        client.sessions.retrieve("s1", total_s=2)
    assert caught.value.retry_after_s == 3600
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("status", [400, 422])
def test_a_status_that_upstream_refuses_is_filtered_here(upstream, client, a_session, status):
    everything = upstream.http(b'[{"id": "a", "status": "RUNNING"}, {"id": "b", "status": "PENDING"}, {"id": 1}]')
    upstream.answer(upstream.http(b'{"message": "unknown status"}', status), everything)
    listed = client.sessions.list(status="PENDING", q="user_metadata['a']:'b'")
    assert [session.id for session in listed.sessions] == ["b"]
    assert len(listed.problems) == 1
    client.sessions.list(status="PENDING")
    client.sessions.list(status="RUNNING")
    first, second, *later = upstream.targets
    assert "status=PENDING" in first
    assert "q=" in second
    assert "status" not in second
    assert later == ["GET /v1/sessions", "GET /v1/sessions?status=RUNNING"]


def test_a_refusal_that_is_not_the_statuss_fault_is_raised_and_not_remembered(upstream, client):
    upstream.answer(upstream.http(b'{"message": "bad q"}', 400))
    for _ in range(2):
        with pytest.raises(errors.BadRequest, match="bad q"):
            client.sessions.list(status="RUNNING", q="nonsense")
    assert len([target for target in upstream.targets if "status=" in target]) == 2


def test_release_sends_the_documented_body(upstream, client, a_session):
    upstream.answer_json(a_session())
    client.sessions.release("s1")
    client.sessions.release("s1", project_id="p1")
    assert upstream.bodies() == [
        {"status": "REQUEST_RELEASE"},
        {"status": "REQUEST_RELEASE", "projectId": "p1"},
    ]


def test_a_session_that_is_not_running_has_no_live_view(upstream, client):
    upstream.answer(upstream.http(b'{"message": "not running"}', 404))
    with pytest.raises(errors.NotFound):
        client.sessions.live_view("s1", expires_in_s=60)
    assert upstream.targets == ["GET /v1/sessions/s1/debug?expiresIn=60"]
