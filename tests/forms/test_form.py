"""From what is typed to the body of a create."""

from typing import Any

import pytest
from django.http import QueryDict

from sessions_app.forms import NewSession
from sessions_app.forms.durations import parse_seconds, seconds_text
from sessions_app.forms.metadata import metadata_text, parse_metadata
from sessions_app.models import Project

PROJECT = Project(id="p1", name="checkout", default_timeout_s=300)


def filled(**typed: str) -> NewSession:
    form = NewSession([PROJECT], {name.replace("__", "-"): value for name, value in typed.items()})
    form.is_valid()
    return form


def body(**typed: str) -> dict[str, Any]:
    form = filled(**typed)
    assert not form.errors, form.errors
    return form.body


def test_an_empty_form_sends_nothing_and_a_chosen_project_only_that() -> None:
    assert body() == {}
    assert body(project="p1") == {"projectId": "p1"}


def test_what_stands_at_its_default_is_not_sent() -> None:
    assert body(keep_alive="", record_session="yes", solve_captchas="true", block_ads="no", timeout="") == {}


def test_every_option_reaches_its_place_in_the_body() -> None:
    assert body(
        project="p1",
        region="eu-central-1",
        timeout="900",
        keep_alive="yes",
        metadata="team=growth\n run = 4712 \n",
        proxies="browserbase",
        vendor__country="us",
        vendor__state="ca",
        vendor__city="San Francisco",
        vendor__domain_pattern="*.example.com",
        ca_certificates="cert_1, cert_2\ncert_3",
        viewport_width="1280",
        viewport_height="720",
        os="mac",
        block_ads="yes",
        solve_captchas="no",
        captcha_image_selector="#img",
        captcha_input_selector="#in",
        ignore_certificate_errors="yes",
        verified="yes",
        advanced_stealth="yes",
        record_session="no",
        log_session="no",
        context_id="ctx",
        context_persist="yes",
        extension_id="ext",
        allowed_domains="example.com\nexample.org",
    ) == {
        "projectId": "p1",
        "region": "eu-central-1",
        "timeout": 900,
        "keepAlive": True,
        "userMetadata": {"team": "growth", "run": "4712"},
        "proxies": [
            {
                "type": "browserbase",
                "geolocation": {"country": "US", "state": "CA", "city": "San Francisco"},
                "domainPattern": "*.example.com",
            }
        ],
        "proxySettings": {"caCertificates": ["cert_1", "cert_2", "cert_3"]},
        "extensionId": "ext",
        "browserSettings": {
            "viewport": {"width": 1280, "height": 720},
            "os": "mac",
            "context": {"id": "ctx", "persist": True},
            "captchaImageSelector": "#img",
            "captchaInputSelector": "#in",
            "allowedDomains": ["example.com", "example.org"],
            "blockAds": True,
            "solveCaptchas": False,
            "ignoreCertificateErrors": True,
            "verified": True,
            "advancedStealth": True,
            "recordSession": False,
            "logSession": False,
        },
    }


def test_the_vendors_proxy_without_wishes_is_plain_true() -> None:
    assert body(proxies="browserbase") == {"proxies": True}


def test_an_own_proxy_keeps_its_password_as_typed() -> None:
    assert body(proxies="external", own__server="http://p:1", own__username="u", own__password=" p w ")["proxies"] == [
        {"type": "external", "server": "http://p:1", "username": "u", "password": " p w "}
    ]


def test_each_of_several_mistakes_in_the_proxies_is_said_beside_its_field() -> None:
    vendor = filled(proxies="browserbase", vendor__country="Germany", vendor__state="Bavaria")
    assert {"country", "state"} <= vendor.proxy_forms.vendor.errors.keys()
    rules = filled(proxies="rules", **{"rule-0-type": "external", "rule-1-type": "browserbase", "rule-1-country": "X"})
    assert "server" in rules.proxy_forms.rules[0].errors
    assert "country" in rules.proxy_forms.rules[1].errors
    assert len(rules.errors["proxies"]) == 1


def test_rules_are_mixed_in_their_order_and_left_out_where_asked() -> None:
    rules = {
        "rule-0-type": "none",
        "rule-0-domain_pattern": "static.example.com",
        "rule-1-type": "external",
        "rule-1-server": "http://p:1",
        "rule-2-type": "browserbase",
        "rule-2-remove": "on",
        "rule-3-type": "browserbase",
        "rule-3-server": "http://of-another-type:1",
    }
    form = NewSession([PROJECT], {"proxies": "rules"} | rules)
    assert form.is_valid(), form.errors
    assert form.body["proxies"] == [
        {"type": "none", "domainPattern": "static.example.com"},
        {"type": "external", "server": "http://p:1"},
        {"type": "browserbase"},
    ]


def test_a_rule_that_is_wrong_is_marked_itself_also_after_one_left_out() -> None:
    rules = {"rule-0-type": "browserbase", "rule-0-remove": "on", "rule-1-type": "external"}
    form = NewSession([PROJECT], {"proxies": "rules"} | rules)
    assert not form.is_valid()
    assert list(form.proxy_forms.rules[1].errors) == ["server"]
    assert not form.proxy_forms.rules[0].errors


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"timeout": "30"}, "timeout"),
        ({"timeout": "other", "timeout_other": "7 h"}, "timeout"),
        ({"timeout": "other", "timeout_other": "soon"}, "timeout"),
        ({"timeout": "other"}, "timeout"),
        ({"metadata": "no sign"}, "metadata"),
        ({"metadata": "a=1\na=2"}, "metadata"),
        ({"metadata": "=1"}, "metadata"),
        ({"metadata": '{"a": '}, "metadata"),
        ({"metadata": '{"a": NaN}'}, "metadata"),
        ({"metadata": "k=" + "x" * 505}, "metadata"),
        ({"viewport_width": "0"}, "viewport_width"),
        ({"viewport_height": "tall"}, "viewport_height"),
        ({"context_persist": "yes"}, "context_id"),
        ({"project": "gone"}, "project"),
        ({"os": "beos"}, "os"),
        ({"keep_alive": "perhaps"}, "keep_alive"),
        ({"region": "a\x00b"}, "region"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(typed: dict[str, str], field: str) -> None:
    assert list(filled(**typed).errors) == [field]


def test_metadata_in_json_keeps_numbers_and_nesting() -> None:
    typed = '{"attempt": 3, "a": {"b": [true, null]}, "a.b": "x"}'
    assert body(metadata=typed)["userMetadata"] == {"attempt": 3, "a": {"b": [True, None]}, "a.b": "x"}


@pytest.mark.parametrize(
    "metadata",
    [
        {"team": "growth", "at": "2026-11-25T10:00:00Z", "formula": "a=b"},
        {"attempt": 3},
        {"a.b": "1", "emoji 🙂": "ü"},
        {" spaces ": "x"},
        {"lines": "one\ntwo"},
        {"a=b": "1"},
        {"{": "x"},
        {"nested": {"deep": ["x", None, False]}},
    ],
)
def test_metadata_written_out_reads_back_the_same(metadata: dict[str, Any]) -> None:
    assert parse_metadata(metadata_text(metadata)) == metadata


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1200", 1200), ("20 min", 1200), ("20min", 1200), ("1.5 h", 5400), ("1 h 30 min", 5400), ("90 S", 90)],
)
def test_lengths_are_read_in_many_ways(text: str, seconds: int) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-5", "5 parsecs", "1 h or so"])
def test_other_words_are_no_length(text: str) -> None:
    with pytest.raises(ValueError):
        parse_seconds(text)


@pytest.mark.parametrize("seconds", [60, 95, 3600, 5400, 21600])
def test_a_length_written_out_reads_back_the_same(seconds: int) -> None:
    assert parse_seconds(seconds_text(seconds)) == seconds


def test_a_link_can_name_any_length() -> None:
    form = NewSession([PROJECT], QueryDict("timeout=1200"))
    assert form.is_valid()
    assert (form.timeout_choice, form.timeout_typed, form.body) == ("other", "20 min", {"timeout": 1200})
