"""What is of the API reaches upstream as one thing; everything else never leaves this house."""

import json

import pytest

from tests.proxy.conftest import Gateway
from tests.proxy.scripted import Upstream

NOT_OF_THE_API = [
    "GET /v1",
    "GET /v1/",
    "GET /v1/agents",
    "GET /v1/sessions/",
    "GET /v1/sessions/a/b",
    "GET /v1/sessions/../projects",
    "GET /v1/sessions/..",
    "GET /v1/sessions/.",
    "GET /v1/sessions/%2e%2e",
    "GET /v1/sessions/%2E%2E/logs",
    "GET /v1/sessions/%2e",
    "GET /v1/sessions//logs",
    "GET /v1/sessions/%00",
    "GET /v1/sessions/%ff",
    "GET /v1/sessions/a/replays/..",
    f"GET /v1/sessions/{'a' * 300}",
    "GET /v1/%73essions",
    "GET /v1/projects%2Fp",
    "GET /v1/Sessions",
    "GET /v1/contexts",
    "GET /v1/extensions",
    "DELETE /v1/sessions/a",
    "PUT /v1/sessions",
    "PATCH /v1/sessions/a",
    "HEAD /v1/sessions",
    "OPTIONS /v1/sessions",
    "TRACE /v1/sessions",
    "POST /v1/projects",
    "GET //v1//sessions",
]


@pytest.mark.parametrize("line", NOT_OF_THE_API)
def test_what_the_api_does_not_have_is_refused_in_its_shape_and_never_forwarded(
    scripted: Gateway, upstream: Upstream, line: str
) -> None:
    status, body = scripted.asked(line)
    assert status == 404
    if not line.startswith("HEAD"):
        assert set(json.loads(body)) == {"statusCode", "error", "message"}
        assert json.loads(body)["statusCode"] == 404
    assert upstream.asked == []


@pytest.mark.parametrize(
    ("sent", "arrives"),
    [
        ("/v1/sessions/a%2Fb", "/v1/sessions/a%2Fb"),
        ("/v1/sessions/a%2fb/logs", "/v1/sessions/a%2Fb/logs"),
        ("/v1/sessions/..%2Fprojects", "/v1/sessions/..%2Fprojects"),
        ("/v1/sessions/%252e%252e", "/v1/sessions/%252e%252e"),
        ("/v1/sessions/a%3Fb%23c", "/v1/sessions/a%3Fb%23c"),
        ("/v1/sessions/a;b=c", "/v1/sessions/a%3Bb%3Dc"),
        ("/v1/sessions/%C3%A9", "/v1/sessions/%C3%A9"),
        ("//v1/sessions", "/v1/sessions"),
        ("/v1/sessions?status=RUNNING&q=a%20b+c&&x=%zz&y", "/v1/sessions?status=RUNNING&q=a%20b+c&&x=%zz&y"),
        ("/v1/sessions/a/replays/0", "/v1/sessions/a/replays/0"),
        ("/v1/sessions/a/recording/downloads", "/v1/sessions/a/recording/downloads"),
    ],
)
def test_an_id_reaches_upstream_as_one_segment_and_the_query_byte_for_byte(
    scripted: Gateway, upstream: Upstream, sent: str, arrives: str
) -> None:
    assert scripted.asked(f"GET {sent}")[0] == 200
    assert [asked.target for asked in upstream.asked] == [arrives]


def test_a_path_prefix_of_the_base_url_is_kept(scripted: Gateway, upstream: Upstream) -> None:
    scripted.account.base_url = f"{upstream.url}/some/prefix"
    scripted.account.save()
    assert scripted.asked("GET /v1/projects")[0] == 200
    assert upstream.asked[0].target == "/some/prefix/v1/projects"


def test_pages_are_still_served(gateway: Gateway) -> None:
    assert gateway.http().get("/healthz").status_code == 200
