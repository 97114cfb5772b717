"""POST /v1/sessions: what is refused, and that the answer names the field."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from tests.upstream import Simulator

WRONG: list[tuple[Any, str]] = [
    ({"timeout": 59}, "timeout"),
    ({"timeout": 21601}, "timeout"),
    ({"timeout": "600"}, "timeout"),
    ({"timeout": True}, "timeout"),
    ({"region": "mars-1"}, "region"),
    ({"keepAlive": "yes"}, "keepAlive"),
    ({"projectId": 7}, "projectId"),
    ({"extensionId": 7}, "extensionId"),
    ({"userMetadata": ["a"]}, "userMetadata"),
    ({"userMetadata": {"note": "x" * 512}}, "userMetadata"),
    ({"proxies": "all"}, "proxies"),
    ({"proxies": [{"type": "strange"}]}, "proxies"),
    ({"proxies": [{"server": "http://a"}]}, "proxies"),
    ({"proxies": [{"type": "external"}]}, "proxies"),
    ({"proxies": [{"type": "browserbase", "geolocation": {"city": "Rome"}}]}, "country"),
    ({"proxies": [{"type": "browserbase", "geolocation": {"country": "USA"}}]}, "country"),
    ({"proxies": [{"type": "browserbase", "geolocation": {"country": "US", "state": "New York"}}]}, "state"),
    ({"proxies": [{"type": "browserbase", "geolocation": {"country": "DE", "state": "NY"}}]}, "state"),
    ({"proxySettings": {"caCertificates": "one"}}, "caCertificates"),
    ({"browserSettings": {"viewport": {"width": 0}}}, "width"),
    ({"browserSettings": {"viewport": {"height": "720"}}}, "height"),
    ({"browserSettings": {"context": {"persist": True}}}, "context"),
    ({"browserSettings": {"os": "beos"}}, "os"),
    ({"browserSettings": {"allowedDomains": "example.com"}}, "allowedDomains"),
    ({"browserSettings": {"blockAds": 1}}, "blockAds"),
    ({"browserSettings": {"extensionId": 1}}, "extensionId"),
    ([], "object"),
]


@pytest.mark.parametrize(("body", "word"), WRONG, ids=[str(body)[:60] for body, _ in WRONG])
def test_a_wrong_option_is_a_400_that_names_it(simulator: Simulator, body: Any, word: str) -> None:
    answer = simulator.http.post("/v1/sessions", json=body)
    assert answer.status_code == 400
    assert answer.json()["statusCode"] == 400
    assert answer.json()["error"] == "Bad Request"
    assert word in answer.json()["message"]
    assert simulator.get("/v1/sessions") == []


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a": "\\ud800"}', b"[" * 5000])
def test_what_is_not_json_is_a_400(simulator: Simulator, body: bytes) -> None:
    answer = simulator.http.post("/v1/sessions", content=body)
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)


def test_limits_themselves_and_unknown_fields_are_accepted(simulator: Simulator) -> None:
    for body in ({"timeout": 60}, {"timeout": 21600}, {"proxies": True}, {"novelty": 1}, {}):
        assert simulator.http.post("/v1/sessions", json=body).status_code == 201
    longest = {"note": "x" * (512 - len('{"note":""}'))}
    assert simulator.create(userMetadata=longest)["userMetadata"] == longest


def test_without_project_the_keys_first_is_meant(simulator: Simulator) -> None:
    assert simulator.create()["projectId"] == simulator.projects[0]
    assert simulator.create(projectId=simulator.projects[1])["projectId"] == simulator.projects[1]


def test_another_keys_project_is_not_found(simulator: Simulator, other_simulator: Simulator) -> None:
    answer = simulator.http.post("/v1/sessions", json={"projectId": other_simulator.projects[0]})
    assert answer.status_code == 404


def test_without_timeout_the_projects_default_counts(simulator: Simulator) -> None:
    project = simulator.get(f"/v1/projects/{simulator.projects[1]}")
    made = simulator.create(projectId=project["id"])
    lasts = seconds(made["expiresAt"]) - seconds(made["createdAt"])
    assert lasts == project["defaultTimeout"]


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_errors_have_their_documented_shape(simulator: Simulator) -> None:
    nobody = httpx.get(f"{simulator.url}/v1/projects")
    assert (nobody.status_code, nobody.json()["error"]) == (401, "Unauthorized")
    for method, path, status in [
        ("GET", "/v1/nothing", 404),
        ("PUT", "/v1/sessions", 405),
        ("GET", "/v1/sessions/..%2Fprojects", 404),
    ]:
        answer = simulator.http.request(method, path)
        assert (answer.status_code, answer.json()["statusCode"]) == (status, status)
