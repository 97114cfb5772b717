"""The proxies of a session to start: none, the vendor's, an own server, or rules by domain."""

from collections.abc import Mapping
from typing import Any

from django import forms

MOST_RULES = 20
KINDS = [("browserbase", "Vendor's"), ("external", "Own"), ("none", "None")]
# where in a rule's JSON: which field of the form
FIELD_AT = {
    "type": "type",
    "geolocation.country": "country",
    "geolocation.state": "state",
    "geolocation.city": "city",
    "server": "server",
    "username": "username",
    "password": "password",
    "domainPattern": "domain_pattern",
}


class ProxyRule(forms.Form):
    """One entry of `proxies`. What belongs to another type than the chosen one is not sent."""

    type = forms.ChoiceField(label="Type", choices=KINDS, required=False)
    country = forms.CharField(label="Country", max_length=60, required=False, help_text="Two letters, as in US or DE")
    state = forms.CharField(label="State", max_length=60, required=False, help_text="Two letters, US only")
    city = forms.CharField(label="City", max_length=200, required=False)
    server = forms.CharField(label="Server", max_length=500, required=False, help_text="http://proxy.example:8080")
    username = forms.CharField(label="User name", max_length=500, required=False, strip=False)
    password = forms.CharField(label="Password", max_length=500, required=False, strip=False)
    domain_pattern = forms.CharField(
        label="Only for domains", max_length=500, required=False, help_text="A pattern; empty means all domains"
    )
    remove = forms.BooleanField(label="Remove this rule", required=False)

    def __init__(self, data: Mapping[str, Any], prefix: str, kind: str = "") -> None:
        super().__init__(data, prefix=prefix, use_required_attribute=False)
        self.fixed_kind = kind

    @property
    def kind(self) -> str:
        return self.fixed_kind or self["type"].value() or "browserbase"

    def rule(self) -> dict[str, Any]:
        """The entry as the API takes it. Fields that were not readable are missing in it."""
        typed = {name: value for name, value in self.cleaned_data.items() if value and name not in ("type", "remove")}
        rule: dict[str, Any] = {"type": self.kind}
        if self.kind == "browserbase":
            rule |= _place(typed)
        if self.kind == "external":
            rule["server"] = typed.get("server", "")
            rule |= {name: typed[name] for name in ("username", "password") if name in typed}
        if "domain_pattern" in typed:
            rule["domainPattern"] = typed["domain_pattern"]
        return rule

    def blame(self, path: str, words: str) -> None:
        """Puts words beside the field that made `path` inside the rule's JSON."""
        self.add_error(FIELD_AT.get(path), words)


class Proxies:
    """`proxies` of the form by its mode: none, browserbase, external, rules."""

    def __init__(self, data: Mapping[str, Any], more: int = 0) -> None:
        """`more`: empty rules to add at the end."""
        self.vendor = ProxyRule(data, "vendor", "browserbase")
        self.own = ProxyRule(data, "own", "external")
        count = min(max(_rules_in(data), 1) + more, MOST_RULES)
        self.rules = [ProxyRule(data, f"rule-{number}") for number in range(count)]
        self.can_grow = count < MOST_RULES

    def sent(self, mode: str) -> list[ProxyRule]:
        """The forms whose rules are sent, in their order."""
        if mode == "rules":
            return [rule for rule in self.rules if rule.is_valid() and not rule.cleaned_data["remove"]]
        chosen = {"browserbase": self.vendor, "external": self.own}.get(mode)
        return [chosen] if chosen and chosen.is_valid() else []

    def is_readable(self, mode: str) -> bool:
        rules = self.rules if mode == "rules" else [self.vendor, self.own]
        return all(rule.is_valid() for rule in rules)

    def value(self, mode: str) -> bool | list[dict[str, Any]] | None:
        """What goes into `proxies`; None where nothing does. The vendor's proxy without wishes is plain `true`."""
        rules = [form.rule() for form in self.sent(mode)]
        return True if mode == "browserbase" and rules == [{"type": "browserbase"}] else rules or None


def _rules_in(data: Mapping[str, Any]) -> int:
    """How many rules were in the form that came, without a gap."""
    return next(number for number in range(MOST_RULES + 1) if f"rule-{number}-type" not in data)


def _place(typed: Mapping[str, str]) -> dict[str, Any]:
    place = {name: typed[name] for name in ("country", "state", "city") if name in typed}
    place |= {name: place[name].upper() for name in ("country", "state") if name in place}
    return {"geolocation": place} if place else {}
