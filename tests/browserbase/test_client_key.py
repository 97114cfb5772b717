"""The key goes to upstream in one header and appears nowhere else."""

import io
import logging
import socket
import traceback

import pytest

from sessions_app.browserbase import Browserbase, errors


def everything_said(error):
    """All that a log, a debugger or an error page could show of an error: locals of every frame but this file's too."""
    text, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
        text += [repr(error), repr(vars(error)), *traceback.format_exception(error)]
        text += [repr(frame.locals) for frame in frames if frame.filename != __file__]
        error = error.__cause__ or error.__context__
    return "\n".join(text)


@pytest.fixture
def logged():
    """Everything that the root logger gets at DEBUG."""
    stream, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(stream), root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


def test_it_is_sent_in_its_header_and_in_nothing_else(upstream, client, key):
    upstream.answer(upstream.http(b"[]"))
    client.sessions.list(status="RUNNING")
    (request,) = upstream.requests
    assert request.count(key.encode()) == 1
    assert f"X-BB-API-Key: {key}".lower().encode() in request.lower()


def test_no_failure_shows_it(upstream, client, key, logged):
    echo = b'{"message": "bad key ' + key.encode() + b'"}'
    scripts = [
        upstream.http(echo, 401),
        upstream.http(echo, 400),
        upstream.http(b"key " + key.encode(), 403),
        upstream.http(b"", 200, content_length="0").replace(b"Words", key.encode()),
        upstream.http(b"", 302, location=f"https://evil.example/?key={key}"),
        upstream.http(b"<html>" + key.encode(), 200),
        upstream.http(key.encode(), 200),
        upstream.http(b'{"status": 5, "id": "' + key.encode() + b'"}', 200),
        upstream.reset,
        upstream.hang,
        upstream.half(upstream.http(b"x" * 100)),
        lambda connection: connection.sendall(b"no HTTP at all " + key.encode() + b"\r\n\r\n"),
        upstream.http(b"", 200, content_length="many"),
    ]
    for script in scripts:
        upstream.answer(script)
        for call in (client.sessions.retrieve, lambda _, **total: client.sessions.create({}, **total)):
            with pytest.raises(errors.UpstreamError) as caught:
                call("s1", total_s=0.5)
            said = everything_said(caught.value)
            assert "sessions_app/browserbase" in said
            assert key not in said
    assert "stamina" in logged.getvalue()
    assert key not in logged.getvalue()


def test_even_the_http_librarys_own_tracing_does_not_show_it(upstream, client, key, caplog):
    upstream.answer(upstream.http(b"[]"))
    with caplog.at_level(logging.DEBUG, "httpcore"), caplog.at_level(logging.DEBUG, "httpx"):
        client.sessions.list()
    assert "send_request_headers" in caplog.text
    assert key not in caplog.text


def test_a_failed_connection_shows_it_as_little(key, logged):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    client = Browserbase(key, base_url=url, allow_private=True)
    caught = None
    try:
        client.sessions.list(total_s=1)
    except errors.UpstreamDown as error:
        caught = error
    assert caught.__cause__ is None
    assert caught.__context__ is None
    assert key not in str(caught)
    assert key not in logged.getvalue()


def test_no_repr_shows_it(client, key):
    things = [client, client.sessions, client.projects, client.sessions._wire, *vars(client.sessions._wire).values()]
    assert key not in "".join(repr(thing) for thing in things)
    assert key not in repr(vars(client.sessions._wire))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_carries_it_to_another_host(upstream, client, key, status):
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.2)
        location = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/v1/sessions/s1"
        upstream.answer(upstream.http(b"", status, location=location))
        for call in (client.sessions.retrieve, client.sessions.release, lambda _: client.sessions.create({})):
            with pytest.raises(errors.BadAnswer, match="redirect"):
                call("s1")
        with pytest.raises(TimeoutError):
            elsewhere.accept()
    assert len(upstream.requests) == 3


def test_an_answer_that_holds_it_is_read_without_it(upstream, client, key, a_session):
    old_url = f"wss://connect.browserbase.com?apiKey={key}&sessionId=s1"
    upstream.answer_json(a_session(connectUrl=old_url, userMetadata={"note": key}, odd=[old_url]))
    session = client.sessions.retrieve("s1")
    assert key not in repr(session)
    assert session.raw["odd"] == ["wss://connect.browserbase.com?apiKey=***&sessionId=s1"]


@pytest.mark.parametrize("key", ["", "  ", "two words", "line\nbreak", "ключ", "nul\x00", "tab\t"[:3] + "\t" + "x"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(key):
    with pytest.raises(errors.BadKey) as caught:
        Browserbase(key)
    assert not key.strip() or key not in str(caught.value)


def test_a_line_break_around_a_pasted_key_does_not_matter(upstream, key):
    upstream.answer(upstream.http(b"[]"))
    with Browserbase(f" {key}\n", base_url=upstream.url, allow_private=True) as client:
        client.projects.list()
    assert f"x-bb-api-key: {key}\r\n".encode() in upstream.requests[0].lower()
