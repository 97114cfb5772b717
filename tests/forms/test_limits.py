"""The documented limits of a create's body."""

import pytest

from sessions_app.forms.limits import problems


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"timeout": 60},
        {"timeout": 21600},
        {"userMetadata": {"k": "x" * 504}},  # 512 characters as JSON
        {"userMetadata": {"k": "🙂" * 504}},
        {"proxies": True},
        {"proxies": []},
        {"proxies": [{"type": "none", "domainPattern": "*.example.com"}, {"type": "browserbase"}]},
        {"proxies": [{"type": "browserbase", "geolocation": {"country": "us", "state": "CA", "city": "New York"}}]},
        {"proxies": [{"type": "external", "server": "http://p:1", "username": "u", "password": "p"}]},
        {"browserSettings": {"viewport": {"width": 1280, "height": 720}, "context": {"id": "c", "persist": True}}},
        {"region": None, "browserSettings": None},
        {"region": "mars-1", "browserSettings": {"os": "beos"}, "proxies": [{"type": "onion"}]},
        {"newOption": {"deep": [1, None]}, "browserSettings": {"another": 1}},
    ],
)
def test_what_the_documentation_allows_passes_and_unknown_words_are_left_to_upstream(body: dict) -> None:
    assert problems(body) == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], ""),
        ("text", ""),
        (None, ""),
        ({"projectId": ""}, "projectId"),
        ({"projectId": 7}, "projectId"),
        ({"region": ["us-west-2"]}, "region"),
        ({"timeout": 59}, "timeout"),
        ({"timeout": 21601}, "timeout"),
        ({"timeout": "900"}, "timeout"),
        ({"timeout": 90.5}, "timeout"),
        ({"timeout": True}, "timeout"),
        ({"keepAlive": "yes"}, "keepAlive"),
        ({"userMetadata": ["a"]}, "userMetadata"),
        ({"userMetadata": {"k": "x" * 505}}, "userMetadata"),
        ({"proxies": "yes"}, "proxies"),
        ({"proxies": [{}]}, "proxies[0].type"),
        ({"proxies": ["browserbase"]}, "proxies[0].type"),
        ({"proxies": [{"type": "none"}, {"type": "external"}]}, "proxies[1].server"),
        ({"proxies": [{"type": "browserbase", "geolocation": {"city": "Rome"}}]}, "proxies[0].geolocation.country"),
        ({"proxies": [{"type": "browserbase", "geolocation": {"country": "USA"}}]}, "proxies[0].geolocation.country"),
        (
            {"proxies": [{"type": "browserbase", "geolocation": {"country": "DE", "state": "BY"}}]},
            "proxies[0].geolocation.state",
        ),
        ({"proxySettings": {"caCertificates": "c1"}}, "proxySettings.caCertificates"),
        ({"proxySettings": {"caCertificates": ["c1", 2]}}, "proxySettings.caCertificates[1]"),
        ({"browserSettings": []}, "browserSettings"),
        ({"browserSettings": {"viewport": {"width": 0}}}, "browserSettings.viewport.width"),
        ({"browserSettings": {"context": {"persist": True}}}, "browserSettings.context.id"),
        ({"browserSettings": {"recordSession": 0}}, "browserSettings.recordSession"),
        ({"browserSettings": {"allowedDomains": "example.com"}}, "browserSettings.allowedDomains"),
    ],
)
def test_what_it_forbids_is_named_by_its_place(body: object, path: str) -> None:
    assert [problem.path for problem in problems(body)] == [path]


def test_every_problem_is_told_at_once() -> None:
    assert [problem.path for problem in problems({"timeout": 1, "keepAlive": 1})] == ["timeout", "keepAlive"]


def test_metadata_nested_beyond_measure_is_a_problem_and_no_crash() -> None:
    deep: dict = {}
    for _ in range(5000):
        deep = {"a": deep}
    assert [problem.path for problem in problems({"userMetadata": deep})] == ["userMetadata"]
