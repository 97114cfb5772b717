"""No string whatever in an address is an error of ours, wherever a query or a place in the list is taken."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sessions_app.query import QueryError, parse
from tests.hostile import CORPUS
from tests.query.made_up import queries
from tests.rows import make_session

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}
#: Whatever takes `q`: path, parameters, headers. A new one is a new line.
ENDPOINTS = (
    ("/sessions/", {}, {}),
    ("/sessions/", {}, FRAGMENT),
    ("/sessions/", {"format": "json"}, {}),
    ("/sessions/", {"format": "csv"}, {}),
    ("/sessions/latest/", {}, {}),
    ("/sessions/latest/", {"format": "json"}, {}),
    ("/sessions/facets/", {"format": "json"}, {}),
    ("/sessions/facets/", {}, FRAGMENT),
    ("/sessions/histogram/", {"format": "json"}, {}),
    ("/sessions/histogram/", {}, FRAGMENT),
    ("/sessions/stand-outs/", {"format": "json"}, {}),
    ("/sessions/stand-outs/", {}, FRAGMENT),
    ("/sessions/suggestions/", {}, FRAGMENT),
    ("/sessions/range/", {"last": "7d"}, {}),
    ("/jump/", {}, {}),
    ("/jump/", {}, FRAGMENT),
    ("/contexts/", {}, {}),
    ("/extensions/", {}, FRAGMENT),
    ("/usage/", {}, {}),
    ("/usage/", {"format": "json"}, {}),
    ("/usage/concurrency/", {}, {}),
    ("/usage/report/", {}, {}),
)
#: What else an address of the list can hold, filled with any text.
OTHERS = (
    "add",
    "not",
    "drop",
    "cursor",
    "top",
    "limit",
    "tz",
    "columns",
    "density",
    "from",
    "to",
    "last",
    "format",
    "at",
    "split",
    "split2",
    "range",
    "cycle",
    "by",
    "measure",
    "source",
    "order",
    "month",
    "gone",
)
#: What a form sends: the path and the fields that are filled with any text.
FORMS = (
    ("/ends/", ("q", "tz")),
    ("/ends/", ("session", "sessions")),
    ("/views/", ("name", "q", "columns", "density")),
    ("/views/start/", ("view",)),
    ("/contexts/new/", ("project", "name", "token")),
    ("/extensions/new/", ("account", "token")),
    ("/views/preferences/", ("columns", "density")),
)
EXPECTED = (200, 204, 302, 303, 400, 404)

texts = st.text(max_size=60) | st.text('ab1:=<>"\\,.-* \x00%_\u202e\ud800', max_size=30)
asked = texts | st.sampled_from(CORPUS) | queries().map(lambda terms: " ".join(map(str, terms)))
quietly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def sessions(account, user) -> None:
    for text in CORPUS:
        metadata = {text: text, "deep": {text: [text]}}
        make_session(account, status=text, region=text, context_id=text, created_by=user, user_metadata=metadata)


def sent(text: str) -> bytes:
    """As a browser sends it: half characters do not travel."""
    return text.encode("utf-8", "replace")


@quietly
@given(asked)
@example('"' * 2_000)
@example("-a,b,c " * 100)
def test_no_query_is_an_error_of_ours_anywhere(sessions, signed_in, text):
    """Where a query is bad, each that answers a script says 400, and none finds anything."""
    for path, parameters, headers in ENDPOINTS:
        answer = signed_in.get(path, parameters | dict.fromkeys(("q", "text"), sent(text)), headers=headers)
        assert answer.status_code in EXPECTED, (path, parameters, answer.status_code)
        if parameters.get("format") in ("json", "csv") and is_bad(text):
            assert answer.status_code == 400, path
            assert answer.json()["error"]["message"]


def is_bad(text: str) -> bool:
    try:
        parse(sent(text).decode())
    except QueryError:
        return True
    return False


@quietly
@given(st.dictionaries(st.sampled_from(OTHERS), asked, min_size=1, max_size=3), st.sampled_from(ENDPOINTS))
def test_nothing_else_in_an_address_is_an_error_of_ours(sessions, signed_in, others, endpoint):
    path, parameters, headers = endpoint
    found = {name: sent(text) for name, text in others.items()}
    answer = signed_in.get(path, parameters | found, headers=headers)
    assert answer.status_code in EXPECTED, (path, answer.status_code)


@quietly
@given(asked)
def test_nothing_that_a_form_sends_is_an_error_of_ours(sessions, signed_in, text):
    for path, names in FORMS:
        answer = signed_in.post(path, dict.fromkeys(names, sent(text)))
        assert answer.status_code in EXPECTED, (path, answer.status_code)
