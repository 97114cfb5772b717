"""Names that tell of a secret, places that hold one, and what only looks like either."""

import json
from urllib.parse import quote

import msgspec
import pytest

from sessions_app.inspector.curl import curl_of
from sessions_app.inspector.har import har_of
from sessions_app.inspector.secrets import MASK, Cover
from sessions_app.inspector.secrets.entries import cover_entry
from sessions_app.inspector.timeline import timeline_of
from tests.inspector.logs import Written

TOKEN = "ghp_16C7e42F292c6912E7710c838347"


@pytest.mark.parametrize("name", "userpwd loginpwd confirmpwd userpin newPin tokenvalue tokenValue".split())
def test_names_of_several_words_are_known_without_anything_between(name):
    assert Cover().body(f"user=ada&{name}=one&page=2") == f"user=ada&{name}={MASK}&page=2"
    assert Cover().body(json.dumps({name: "one"})) == msgspec.json.encode({name: MASK}).decode()


@pytest.mark.parametrize("name", "monkey keyboard author tokenize spinning mapping cupping".split())
def test_words_with_such_a_name_within_are_none(name):
    assert Cover().body(f"{name}=one") == f"{name}=one"


def test_tokens_are_secrets_where_they_are_texts_and_long():
    asked = {"max_tokens": 4000, "usage": {"tokens": 17, "total_tokens": 20}, "tokens": 4000, "stream": True}
    assert Cover().value("", asked) == asked
    told = {"tokens": ["correct-horse-battery"], "access_tokens": ["one"]}
    assert Cover().value("", told) == {"tokens": [MASK], "access_tokens": [MASK]}


@pytest.mark.parametrize("name", ["X-Functions-Key", "x-acme-key", "X-API-KEY", "X-MasterKey"])
def test_a_header_of_ones_own_that_is_a_key_is_covered(name):
    assert Cover().header(name, "one") == MASK


@pytest.mark.parametrize("name", ["X-Cache-Key", "X-Idempotency-Key", "X-Keyboard", "X-Monkey-Business"])
def test_other_headers_of_ones_own_are_not(name):
    assert Cover().header(name, "one") == "one"


@pytest.mark.parametrize(
    "words",
    [("password", "one two"), ("the token:", "one"), ("%c your pin: %s", "color: red", "one"), ("token", "a", "one")],
)
def test_what_is_said_after_a_telling_name_is_covered_to_the_end(words):
    said = [{"type": "string", "value": word} for word in words]
    written = Written().event("Runtime.consoleAPICalled", 1, type="error", args=said, timestamp=1795176000001)
    log = written.log()
    told = timeline_of(log, log.cover)
    for text in (told["console"][0]["text"], told["events"][0]["text"]):
        assert "one" not in text
        assert text.endswith(MASK)


def test_an_object_that_is_said_after_a_telling_name_is_covered():
    preview = {"type": "object", "properties": [{"name": "of", "type": "string", "value": "one"}]}
    said = [{"type": "string", "value": "credentials"}, {"type": "object", "description": "Object", "preview": preview}]
    log = Written().event("Runtime.consoleAPICalled", 1, type="log", args=said).log()
    assert "one" not in timeline_of(log, log.cover)["console"][0]["text"]


@pytest.mark.parametrize(
    "said",
    [
        [{"value": "Could not get a fresh token"}, {"value": "offline"}],
        [{"value": "Bad token"}, {"type": "object", "subtype": "error", "description": "Error: offline"}],
        [{"value": "the author"}, {"value": "offline"}],
        [{"value": "keyboard password"}],
    ],
)
def test_what_became_of_it_stays_readable(said):
    log = Written().event("Runtime.consoleAPICalled", 1, type="log", args=said).log()
    assert MASK not in timeline_of(log, log.cover)["console"][0]["text"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<textarea name=secret rows=2>one two</textarea>", f"<textarea name=secret rows=2>{MASK}</textarea>"),
        ("<textarea name=note>one two</textarea>", "<textarea name=note>one two</textarea>"),
        ("ada:one@a.example/x", f"{MASK}:{MASK}@a.example/x"),
        ("to ada:one@db:5432", f"to {MASK}:{MASK}@db:5432"),
        ("mailto:ada@a.example/ or npm:react@18.2.0/jsx", "mailto:ada@a.example/ or npm:react@18.2.0/jsx"),
        ("see ada@a.example: at 12:30", "see ada@a.example: at 12:30"),
        ('{"u":"https:\\/\\/ada:one@a.example\\/x", cut', f'{{"u":"https:\\/\\/{MASK}@a.example\\/x", cut'),
        ('{"u":"https:\\/\\/one@a.example\\/x", cut', f'{{"u":"https:\\/\\/{MASK}@a.example\\/x", cut'),
        ("key q7Zt3Kx9LmW2/RvY8b4Nc6Hd+5PsJ1gTfE0uAo3X.", f"key {MASK}."),
        ("SK0123456789abcdef0123456789abcdef", MASK),
        ("GET api/v1/Users/42/Orders/Items/9/Details2", "GET api/v1/Users/42/Orders/Items/9/Details2"),
        (
            "secret-garden-of-versailles, sk-bratislava-stare-mesto",
            "secret-garden-of-versailles, sk-bratislava-stare-mesto",
        ),
    ],
)
def test_secrets_in_texts(text, shown):
    assert Cover().text(text) == shown


@pytest.mark.parametrize("times", [1, 2, 3])
def test_an_address_in_an_address_is_read_however_often_it_was_encoded(times):
    value = "/login?token=one&page=2"
    for _ in range(times):
        value = quote(value, safe="")
    covered = Cover().url(f"https://a.example/?next={value}&page=3")
    assert "one" not in covered
    assert covered.startswith("https://a.example/?next=%2")
    assert covered.endswith("&page=3")
    assert "one" not in Cover().field("next", value)
    plain = value.replace("token", "topic")
    assert Cover().url(f"https://a.example/?next={plain}") == f"https://a.example/?next={plain}"


def test_a_token_is_covered_where_a_name_should_be():
    cover = Cover()
    assert cover.url(f"https://a.example/?{TOKEN}=1&b=2") == f"https://a.example/?{MASK}=1&b=2"
    assert cover.url(f"https://{TOKEN}.a.example/b") == f"https://{MASK}.a.example/b"
    assert cover.body(json.dumps({TOKEN: 1, "a": {TOKEN: 2}})) == f'{{"{MASK}":1,"a":{{"{MASK}":2}}}}'
    assert cover.value("headers", {TOKEN: "1"}) == {MASK: "1"}


@pytest.mark.parametrize("host", ["d111111abcdef8.cloudfront.net", "pub-5e884898da28047151d0e56f8dc62927.r2.dev", ""])
def test_hosts_stay_readable(host):
    url = f"//{host}/a" if host else "/a"
    assert Cover().url(url) == url


def test_a_token_as_a_name_is_in_no_view():
    written = Written().sent("1", f"https://a.example/?{TOKEN}=1", headers={TOKEN: "1"}, method="POST")
    result = {"result": {"type": "object", "value": {TOKEN: {"a": 1, TOKEN: "b"}}}}
    written.command("Runtime.evaluate", 5, result, expression="sessions")
    log = written.log()
    assert (
        TOKEN
        not in msgspec.json.encode(
            [log.raw(0, 2, log.cover), har_of(log, log.cover), curl_of(log.requests[0], log.cover)]
        ).decode()
    )


def test_a_token_among_the_protocols_of_a_web_socket_is_covered():
    assert Cover().header("Sec-WebSocket-Protocol", "bearer, one") == f"bearer, {MASK}"
    assert Cover().header("Sec-WebSocket-Protocol", "graphql-ws, v1") == "graphql-ws, v1"


def test_what_a_browsers_database_keeps_under_a_telling_key_is_covered():
    entry = {"key": {"type": "string", "value": "token"}, "value": {"type": "string", "value": "one"}}
    told = {"method": "IndexedDB.requestData", "response": {"result": {"objectStoreDataEntries": [entry]}}}
    assert "one" not in str(cover_entry(Cover(), told))
