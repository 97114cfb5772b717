"""An id is opaque text and reaches the one session of that name, whatever characters it holds."""

from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_app.browserbase import Browserbase, errors


@pytest.mark.parametrize(
    ("id", "segment"),
    [
        ("../projects", "..%2Fprojects"),
        ("a/b", "a%2Fb"),
        ("%2e%2e", "%252e%252e"),
        ("..\\x", "..%5Cx"),
        ("a?b#c&d=e", "a%3Fb%23c%26d%3De"),
        ("…ü 😀", "%E2%80%A6%C3%BC%20%F0%9F%98%80"),
        ("...", "..."),
        ("a\x00\r\nX: y", "a%00%0D%0AX%3A%20y"),
        ("x;y", "x%3By"),
    ],
)
def test_an_id_is_one_segment_of_the_path(upstream, client, a_session, id, segment):
    upstream.answer_json(a_session(id))
    if "\x00" not in id:
        assert client.sessions.retrieve(id).id == id
        client.sessions.release(id)
        assert upstream.targets == [f"GET /v1/sessions/{segment}", f"POST /v1/sessions/{segment}"]
    upstream.answer_json([])
    client.traces.log(id)
    assert upstream.targets[-1] == f"GET /v1/sessions/{segment}/logs"


@pytest.mark.parametrize("id", ["", ".", "..", "x" * 513])
def test_an_id_that_no_path_can_hold_is_not_found_without_asking(upstream, client, id):
    for method in (client.sessions.retrieve, client.sessions.release, client.traces.log, client.projects.usage):
        with pytest.raises(errors.NotFound) as caught:
            method(id)
        assert not caught.value.sent
    assert upstream.requests == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(min_size=1, max_size=40).filter(lambda id: id not in (".", "..")))
def test_any_id_decodes_to_itself_behind_the_prefix(upstream, client, id):
    upstream.answer_json([])
    client.traces.log(id)
    path = upstream.targets[-1].removeprefix("GET ")
    *prefix, segment, last = path.split("/")
    assert (prefix, last) == (["", "v1", "sessions"], "logs")
    assert unquote(segment) == id


def test_a_lone_surrogate_in_an_id_or_a_query_is_sent_as_a_question_mark(upstream, client):
    upstream.answer_json([])
    client.traces.log("a\ud800")
    client.sessions.list(q="\ud800")
    assert upstream.targets == ["GET /v1/sessions/a%3F/logs", "GET /v1/sessions?q=%3F"]


def test_a_path_prefix_of_the_base_url_is_kept_and_a_slash_at_its_end_is_not_doubled(upstream, key, a_session):
    upstream.answer_json(a_session())
    with Browserbase(key, base_url=f"{upstream.url}/far/away/", allow_private=True) as client:
        client.sessions.retrieve("s1")
    assert upstream.targets == ["GET /far/away/v1/sessions/s1"]


def test_an_answer_about_another_id_is_refused(upstream, client, a_session):
    upstream.answer_json(a_session("other"))
    for method in (client.sessions.retrieve, client.sessions.release):
        with pytest.raises(errors.BadAnswer, match="asked about s1 and answered about other"):
            method("s1")
    with pytest.raises(errors.BadAnswer):
        client.projects.retrieve("p1")
