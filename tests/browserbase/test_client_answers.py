"""Every way an answer can go wrong is an error type with words that are safe to show."""

import json
import pickle

import pytest

from sessions_app.browserbase import errors


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequest),
        (401, errors.BadKey),
        (402, errors.BadRequest),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (410, errors.NotFound),
        (409, errors.BadRequest),
        (422, errors.BadRequest),
        (302, errors.BadAnswer),
        (418, errors.BadRequest),
    ],
)
def test_a_status_is_an_error_type_and_is_asked_once(upstream, client, status, kind):
    upstream.answer(upstream.http(b'{"statusCode": 1, "error": "Kind", "message": "why it is so"}', status))
    with pytest.raises(errors.UpstreamError) as caught:
        client.sessions.retrieve("s1")
    assert type(caught.value) is kind
    assert caught.value.status == status
    assert caught.value.detail == "why it is so"
    assert "why it is so" in caught.value.message
    assert len(upstream.requests) == 1


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"code": 7, "message": "in the contract"}', "in the contract"),
        (b'{"statusCode": 400, "error": "Bad Request", "message": ["a", "b"]}', "a; b"),
        (b'{"error": {"message": "nested"}}', "nested"),
        (b'{"error": "only this"}', "only this"),
        (b"plain words\r\n on two lines", "plain words   on two lines"),
        (b'"text as JSON"', "text as JSON"),
        (b"bell \x07 and \x1b[31mred\x1b[0m", "bell   and  [31mred [0m"),
        (b"", ""),
        (b"{}", ""),
        (b"null", ""),
        (b"[[[[1]]]]", "[[[1]]]"),
        (b"  <!DOCTYPE html><html><body>secret page</body></html>", ""),
        (b'{"message": {"message": 5}}', ""),
    ],
)
def test_upstreams_own_words_are_taken_from_every_known_kind_of_body(upstream, client, body, detail):
    upstream.answer(upstream.http(body, 400, content_type="text/plain"))
    with pytest.raises(errors.BadRequest) as caught:
        client.sessions.retrieve("s1")
    assert caught.value.detail == detail


def test_a_long_error_body_is_bounded(upstream, client):
    upstream.answer(upstream.http(b"x" * 5_000_000, 400))
    with pytest.raises(errors.BadRequest) as caught:
        client.sessions.retrieve("s1")
    assert len(caught.value.message) < 400


def test_an_error_whose_body_breaks_off_is_still_that_error(upstream, client):
    upstream.answer(upstream.half(upstream.http(b'{"message": "' + b"x" * 5000, 404)))
    with pytest.raises(errors.NotFound):
        client.sessions.retrieve("s1")


def test_an_html_page_of_a_proxy_never_reaches_a_message(upstream, client):
    page = b"<html><head><title>502 Bad Gateway</title></head><body><script>alert(1)</script></body></html>"
    upstream.answer(upstream.http(page, 502, content_type="text/html"))
    with pytest.raises(errors.UpstreamDown) as down:
        client.sessions.create({})
    upstream.answer(upstream.http(page, 200, content_type="text/html; charset=utf-8"))
    with pytest.raises(errors.BadAnswer, match="HTML page") as bad:
        client.sessions.list()
    assert "<" not in down.value.message + bad.value.message
    assert down.value.status == 502


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"not json",
        b"[]",
        b"null",
        b'"text"',
        b"{}",
        b'{"id": 5}',
        b'{"id": ""}',
        b'{"id": null}',
        b'{"id": "s1", "status": 5}',
        b'{"id": "s1", "userMetadata": ' + b'{"a":' * 400 + b"1" + b"}" * 401,
        b'{"id": "s1", "userMetadata": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"id": "s1"}\xff',
    ],
)
def test_what_is_no_session_is_a_bad_answer_and_asked_once(upstream, client, body):
    upstream.answer(upstream.http(body))
    with pytest.raises(errors.BadAnswer) as caught:
        client.sessions.retrieve("s1")
    assert len(caught.value.message) < 400
    assert len(upstream.requests) == 1


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"[1, 2", b'[{"id": "a"}, oops]', b"[1] 2", b"[" * 5000])
def test_what_is_no_list_is_a_bad_answer(upstream, client, body):
    upstream.answer(upstream.http(body))
    for method in (client.sessions.list, client.projects.list, lambda: client.traces.log("s1")):
        with pytest.raises(errors.BadAnswer):
            method()


@pytest.mark.timeout(20)
def test_a_list_that_is_deep_and_ends_within_a_text_is_refused_at_once(upstream, client):
    upstream.answer(upstream.http(b"[" * 3000 + b'"' + rb"\"" * 60_000))
    with pytest.raises(errors.BadAnswer):
        client.traces.log("s1")


def test_a_usage_answer_without_a_counter_is_not_taken_for_zero(upstream, client):
    upstream.answer_json({"browserMinutes": 5}, {"browserMinutes": True, "proxyBytes": 1}, {"browserMinutes": "x"})
    for _ in range(3):
        with pytest.raises(errors.BadAnswer):
            client.projects.usage("p1")
    upstream.answer_json({"browserMinutes": 5.0, "proxyBytes": 10**30, "more": 1})
    usage = client.projects.usage("p1")
    assert (usage.browser_minutes, usage.proxy_bytes) == (5, 2**63 - 1)


def test_an_answer_bigger_than_the_cap_is_given_up(upstream, client):
    def endless(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")
        while True:
            connection.sendall(b" " * 1_048_576)

    upstream.answer(endless)
    with pytest.raises(errors.BadAnswer, match="bigger than 256 MB"):
        client.sessions.list()


def test_broken_compression_is_a_bad_answer(upstream, client):
    upstream.answer(upstream.http(b"no gzip", content_encoding="gzip"))
    with pytest.raises(errors.BadAnswer):
        client.sessions.retrieve("s1")


def test_a_429_tells_when_and_how_much(upstream, client):
    headers = {"x_ratelimit_limit": "25", "x_ratelimit_remaining": "0", "x_ratelimit_reset": "41", "retry_after": "40"}
    upstream.answer(upstream.http(b'{"message": "Too many"}', 429, **headers))
    with pytest.raises(errors.RateLimited) as caught:
        client.sessions.create({})
    error = caught.value
    assert (error.retry_after_s, error.limit, error.remaining, error.reset_s) == (40, 25, 0, 41)
    assert "40 s" in error.message
    assert "Too many" in error.message
    assert len(upstream.requests) == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        (" 7.5 ", 7.5),
        ("-3", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("٣", None),
        ("99999999999", 86400),
        ("9" * 400, None),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0),
        ("Mon, 01 Jan 9999 00:00:00 GMT", 86400),
        ("Mon, 01 Jan", None),
        ("", None),
    ],
)
def test_any_retry_after_is_read_or_ignored(upstream, client, value, seconds):
    upstream.answer(upstream.http(b"", 429, retry_after=value, x_ratelimit_limit="many", x_ratelimit_reset=value))
    with pytest.raises(errors.RateLimited) as caught:
        client.sessions.create({})
    assert caught.value.retry_after_s == seconds
    assert caught.value.limit is None


def test_errors_survive_the_way_between_processes():
    error = errors.RateLimited("words", status=429, detail="d", retry_after_s=3.0)
    error.limit = 25
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(copy), str(copy)) == (errors.RateLimited, "words")
    assert (copy.status, copy.detail, copy.retry_after_s, copy.limit) == (429, "d", 3.0, 25)


@pytest.mark.parametrize("body", [{"a": float("nan")}, {"a": object()}, json.loads('{"a":' * 900 + "1" + "}" * 900)])
def test_a_body_that_is_no_json_is_refused_before_sending_or_sent_whole(upstream, client, body, a_session):
    upstream.answer_json(a_session())
    if len(str(body)) > 2000:
        client.sessions.create(body)
        assert upstream.bodies() == [body]
    else:
        with pytest.raises(errors.BadRequest):
            client.sessions.create(body)
        assert upstream.requests == []
