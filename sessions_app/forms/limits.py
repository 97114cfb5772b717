"""The documented limits of a create's body, checked before it is sent.

Source: the API reference of `POST /v1/sessions` and `SessionCreateParams` of the official SDK 1.22. Fields and words
that nobody here knows (a new option, region, operating system or kind of proxy) are left for upstream to judge.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

REGIONS = ("us-west-2", "us-east-1", "eu-central-1", "ap-southeast-1")
SYSTEMS = ("windows", "mac", "linux", "mobile", "tablet")
SHORTEST_S, LONGEST_S = 60, 21_600
LONGEST_METADATA = 512  # characters of userMetadata as JSON without spaces


class Problem(NamedTuple):
    """What is wrong where: `path` as in `proxies[0].geolocation.state`, "" for the body itself."""

    path: str
    words: str

    def __str__(self) -> str:
        return f"{self.path} {self.words}".strip()


Check = Callable[[str, Any], Iterator[Problem]]


def problems(body: Any) -> list[Problem]:
    """Everything in a create's body that the documented limits refuse, in the API's own field names."""
    return list(_body("", body))


def json_length(value: Any) -> int:
    """Characters of `value` as compact JSON; more than any limit where it is nested too deeply to be written."""
    try:
        return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
    except RecursionError:
        return LONGEST_METADATA * 1000


def yes_no(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem(path, "must be true or false")


def text(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str) or not value.strip():
        yield Problem(path, "must be text and not empty")


def any_text(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield Problem(path, "must be text")


def two_letters(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]{2}", value):
        yield Problem(path, "must be two letters")


def texts(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(path, "must be a list")
        return
    for number, entry in enumerate(value):
        yield from text(f"{path}[{number}]", entry)


def seconds(path: str, value: Any) -> Iterator[Problem]:
    if not _is_whole(value) or not SHORTEST_S <= value <= LONGEST_S:
        yield Problem(path, f"must be a whole number of seconds from {SHORTEST_S} to {LONGEST_S} (6 h)")


def pixels(path: str, value: Any) -> Iterator[Problem]:
    if not _is_whole(value) or value < 1:
        yield Problem(path, "must be a whole number of pixels, 1 or more")


def metadata(path: str, value: Any) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, "must be an object")
    elif (length := json_length(value)) > LONGEST_METADATA:
        yield Problem(path, f"has {length} characters as JSON; at most {LONGEST_METADATA} are allowed")


def fields(checks: Mapping[str, Check], required: tuple[str, ...] = ()) -> Check:
    """An object whose fields pass these checks. A null counts as left out; other fields are not looked at."""

    def check(path: str, value: Any) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(path, "must be an object")
            return
        for name, check_field in checks.items():
            if value.get(name) is not None:
                yield from check_field(_inside(path, name), value[name])
            elif name in required:
                yield Problem(_inside(path, name), "is missing")

    return check


def geolocation(path: str, value: Any) -> Iterator[Problem]:
    yield from _place(path, value)
    if isinstance(value, dict) and value.get("state") and str(value.get("country")).upper() != "US":
        yield Problem(_inside(path, "state"), "is only possible with the country US")


def proxies(path: str, value: Any) -> Iterator[Problem]:
    if isinstance(value, bool):
        return
    if not isinstance(value, list):
        yield Problem(path, "must be true, false or a list of rules")
        return
    for number, rule in enumerate(value):
        yield from proxy_rule(f"{path}[{number}]", rule)


def proxy_rule(path: str, value: Any) -> Iterator[Problem]:
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str):
        yield Problem(_inside(path, "type"), f"must be one of {', '.join(PROXY_RULES)}")
    elif kind in PROXY_RULES:
        yield from PROXY_RULES[kind](path, value)


def _is_whole(value: Any) -> bool:
    return value.is_integer() if isinstance(value, float) else isinstance(value, int) and not isinstance(value, bool)


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


_place = fields({"country": two_letters, "state": two_letters, "city": any_text}, required=("country",))

PROXY_RULES: Mapping[str, Check] = {
    "browserbase": fields({"geolocation": geolocation, "domainPattern": text}),
    "external": fields(
        {"server": text, "username": any_text, "password": any_text, "domainPattern": text}, required=("server",)
    ),
    "none": fields({"domainPattern": text}),
}

_browser_settings = fields(
    {
        "viewport": fields({"width": pixels, "height": pixels}),
        "context": fields({"id": text, "persist": yes_no}, required=("id",)),
        "blockAds": yes_no,
        "solveCaptchas": yes_no,
        "recordSession": yes_no,
        "logSession": yes_no,
        "verified": yes_no,
        "advancedStealth": yes_no,
        "os": text,
        "allowedDomains": texts,
        "ignoreCertificateErrors": yes_no,
        "captchaImageSelector": any_text,
        "captchaInputSelector": any_text,
        "extensionId": text,
    }
)

_body = fields(
    {
        "projectId": text,
        "region": text,
        "timeout": seconds,
        "keepAlive": yes_no,
        "extensionId": text,
        "userMetadata": metadata,
        "proxies": proxies,
        "proxySettings": fields({"caCertificates": texts}),
        "browserSettings": _browser_settings,
    }
)
