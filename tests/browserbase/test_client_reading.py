"""What becomes of upstream's objects: lenient, storable, without credentials."""

import datetime as dt
import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

UTC = dt.UTC
CREDENTIALS = {
    "connectUrl": "wss://connect.example/?signingKey=sk_1",
    "seleniumRemoteUrl": "http://connect.example/webdriver",
    "signingKey": "sk_1",
}


def test_a_session_is_read_with_all_its_fields(upstream, client, a_session):
    upstream.answer_json(a_session(endedAt="2026-11-01T12:30:00+02:00", contextId="c1", userMetadata={"a": 1}, new="x"))
    session = client.sessions.retrieve("s1")
    assert (session.id, session.project_id, session.status, session.region) == ("s1", "p1", "RUNNING", "us-west-2")
    assert session.created_at == session.updated_at == session.started_at == dt.datetime(2026, 11, 1, 10, tzinfo=UTC)
    assert session.ended_at == dt.datetime(2026, 11, 1, 10, 30, tzinfo=UTC)
    assert session.ended_at.tzinfo is UTC
    assert (session.keep_alive, session.proxy_bytes, session.context_id) == (False, 12, "c1")
    assert session.user_metadata == {"a": 1}
    assert session.raw["new"] == "x"


def test_only_the_id_must_be_there(upstream, client):
    upstream.answer_json({"id": "s1", "endedAt": None, "userMetadata": None, "keepAlive": None})
    session = client.sessions.retrieve("s1")
    assert (session.project_id, session.status, session.region, session.proxy_bytes) == ("", "", "", 0)
    assert session.started_at is session.ended_at is session.context_id is None
    assert session.user_metadata == {}


@pytest.mark.parametrize(
    ("given_value", "read"),
    [
        (1.9, 1),
        ("17", 17),
        ("2.5e3", 2500),
        (-4, 0),
        (10**40, 2**63 - 1),
        ("1e400", 2**63 - 1),
        (None, 0),
        (2**63, 2**63 - 1),
    ],
)
def test_proxy_bytes_come_as_any_number(upstream, client, a_session, given_value, read):
    upstream.answer_json(a_session(proxyBytes=given_value))
    assert client.sessions.retrieve("s1").proxy_bytes == read


def test_unknown_words_and_odd_metadata_survive(upstream, client, a_session):
    upstream.answer_json(a_session(status="HIBERNATING", region="moon-1", userMetadata=["a", {"b": None}]))
    session = client.sessions.retrieve("s1")
    assert (session.status, session.region, session.user_metadata) == ("HIBERNATING", "moon-1", ["a", {"b": None}])


@pytest.mark.parametrize(
    "change",
    [
        {"id": 5},
        {"id": ""},
        {"id": "x" * 600},
        {"id": "nul\0"},
        {"status": ["RUNNING"]},
        {"status": "x" * 65},
        {"region": 1},
        {"projectId": {}},
        {"startedAt": "yesterday"},
        {"startedAt": 1762000000000},
        {"createdAt": "0000-01-01T00:00:00Z"},
        {"createdAt": "0001-01-01T00:00:00Z"},
        {"expiresAt": "9999-12-31T23:59:59Z"},
        {"expiresAt": "10000-01-01T00:00:00Z"},
        {"endedAt": "-0001-01-01T00:00:00Z"},
        {"updatedAt": "0001-01-01T00:00:00+14:00"},
        {"proxyBytes": "many"},
        {"proxyBytes": True},
        {"proxyBytes": [1]},
        {"userMetadata": json.loads("[" * 400 + "]" * 400)},
    ],
)
def test_one_unreadable_session_costs_that_one_and_is_reported(upstream, client, a_session, change):
    upstream.answer_json([a_session("a"), a_session("bad") | CREDENTIALS | change, a_session("b")])
    listed = client.sessions.list()
    assert [session.id for session in listed.sessions] == ["a", "b"]
    (problem,) = listed.problems
    assert problem.startswith("entry 2")
    assert "sk_1" not in problem
    assert len(problem) < 300


@pytest.mark.parametrize(
    "entry", [b"5", b"null", b'"s"', b"[]", b'{"id": "bad", "x": ' + b"[" * 9000 + b"]" * 9000 + b"}"]
)
def test_an_entry_that_is_no_session_costs_only_itself(upstream, client, entry):
    upstream.answer(upstream.http(b'[{"id": "a,[\\"]}"}, ' + entry + b', {"id": "b", "n": {"c": [1, 2]}}]'))
    listed = client.sessions.list()
    assert [session.id for session in listed.sessions] == ['a,["]}', "b"]
    assert len(listed.problems) == 1


def test_what_postgresql_cannot_store_is_replaced(upstream, client):
    metadata = rb'{"k\u0000": ["\ud800", "\ud83d\ude00", 1e999, -1e999]}'
    body = rb'[{"id": "s1", "projectId": "p\u0000", "userMetadata": ' + metadata
    upstream.answer(upstream.http(body + rb', "x": "\udfff"}, {"id": "s2", "x": "' + b'\xff"}, {"id": "s3"}]'))
    listed = client.sessions.list()
    first, second, third = listed.sessions
    assert first.project_id == "p\ufffd"
    assert first.user_metadata == {"k\ufffd": ["\ufffd", "😀", "inf", "-inf"]}
    assert (first.raw["x"], second.raw["x"], third.id) == ("\ufffd", "\ufffd", "s3")
    assert listed.problems == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(st.characters()),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(st.characters()), children, max_size=4),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(json_values)
def test_any_metadata_comes_through_storable(upstream, client, metadata):
    upstream.answer_json([{"id": "a"}, {"id": "s1", "userMetadata": metadata}])
    listed = client.sessions.list()
    assert listed.problems == []
    stored = json.dumps(listed.sessions[1].raw, allow_nan=False)
    stored.encode().decode()
    assert "\\u0000" not in stored
    assert "\x00" not in json.dumps(listed.sessions[1].user_metadata, ensure_ascii=False).encode().decode()


def test_an_id_listed_twice_counts_once_with_its_newer_state(upstream, client, a_session):
    older, newer = "2026-11-01T10:00:00Z", "2026-11-01T10:05:00Z"
    upstream.answer_json(
        [
            a_session("s1", updatedAt=newer, status="COMPLETED"),
            a_session("s2"),
            a_session("s1", updatedAt=older, status="RUNNING"),
        ]
    )
    listed = client.sessions.list()
    assert {session.id: session.status for session in listed.sessions} == {"s1": "COMPLETED", "s2": "RUNNING"}
    assert len(listed.problems) == 1


def test_credentials_are_dropped_everywhere_but_in_the_answer_to_a_create(upstream, client, a_session):
    odd = {"deep": [{"connect_url": "sk_1", "kept": 1}], "CONNECTURL": "sk_1"}
    full = a_session() | CREDENTIALS | odd
    upstream.answer_json(full, full, [full], full)
    created = client.sessions.create({"keepAlive": True})
    assert created.connect_url == CREDENTIALS["connectUrl"]
    assert created.selenium_remote_url == CREDENTIALS["seleniumRemoteUrl"]
    assert created.signing_key == "sk_1"
    assert "sk_1" not in repr(created)
    others = [
        created.raw,
        client.sessions.retrieve("s1"),
        client.sessions.list().sessions,
        client.sessions.release("s1"),
    ]
    for other in others:
        assert "sk_1" not in repr(other)
        assert "connect.example" not in repr(other)
        assert "kept" in repr(other)


def test_a_create_without_credentials_in_its_answer_is_a_session_all_the_same(upstream, client):
    upstream.answer_json({"id": "s1"})
    created = client.sessions.create({"userMetadata": {"a": "ü"}})
    assert (created.id, created.connect_url, created.signing_key, created.selenium_remote_url) == (
        "s1",
        None,
        None,
        None,
    )
    assert upstream.bodies() == [{"userMetadata": {"a": "ü"}}]


def test_a_live_view_is_read_and_only_web_urls_of_it(upstream, client):
    page = {
        "id": "1",
        "url": "https://x.example",
        "title": "X",
        "faviconUrl": None,
        "debuggerUrl": "https://d.example/1",
    }
    pages = [page | {"debuggerFullscreenUrl": "javascript:alert(1)"}, "odd"]
    upstream.answer_json(
        {
            "debuggerUrl": "data:text/html,x",
            "debuggerFullscreenUrl": "https://d.example/f",
            "wsUrl": "wss://w",
            "pages": pages,
        },
        {"debuggerFullscreenUrl": "javascript:alert(1)"},
        {"debuggerFullscreenUrl": "https://d.example/f", "pages": None},
    )
    view = client.sessions.live_view("s1")
    assert (view.debugger_url, view.debugger_fullscreen_url, view.ws_url) == ("", "https://d.example/f", "wss://w")
    (tab,) = view.pages
    assert (tab.id, tab.url, tab.title, tab.favicon_url) == ("1", "https://x.example", "X", "")
    assert (tab.debugger_url, tab.debugger_fullscreen_url) == ("https://d.example/1", "")
    assert "d.example" not in repr(view) + repr(tab)
    with pytest.raises(Exception, match="debuggerFullscreenUrl"):
        client.sessions.live_view("s1")
    assert client.sessions.live_view("s1").pages == []


def test_projects_are_read_and_an_unreadable_one_is_logged(upstream, client, caplog):
    project = {"id": "p1", "name": "One", "ownerId": "o1", "defaultTimeout": 300, "createdAt": "2026-01-01T00:00:00Z"}
    upstream.answer_json([project | {"concurrency": 25, "new": 1}, {"name": "no id"}, {"id": "p2"}])
    one, two = client.projects.list()
    assert (one.id, one.name, one.owner_id, one.default_timeout, one.concurrency) == ("p1", "One", "o1", 300, 25)
    assert one.created_at == dt.datetime(2026, 1, 1, tzinfo=UTC)
    assert one.raw["new"] == 1
    assert (two.concurrency, two.default_timeout) == (None, None)
    assert "entry 2" in caplog.text


def test_fifty_thousand_sessions_are_read_quickly(upstream, client, a_session):
    metadata = {"team": "search", "env": "prod", "nested": {"a": ["b", 1]}}
    upstream.answer_json([a_session(f"session-{number}", userMetadata=metadata) for number in range(50_000)])
    begun = time.process_time()
    listed = client.sessions.list()
    assert len(listed.sessions) == 50_000
    assert time.process_time() - begun < 10
