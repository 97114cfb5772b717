"""The form for a new session: every documented option of a create, the body it makes, and what is wrong with it."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from sessions_app.models import Project

from . import limits
from .durations import parse_seconds, seconds_text
from .metadata import parse_metadata
from .proxies import Proxies, ProxyRule
from .switch import Switch

QUARTER_HOUR_S, HOUR_S = 900, 3600
PRESETS = {"": "Project's default", str(QUARTER_HOUR_S): "15 min", str(HOUR_S): "1 h", "other": "Other"}
# where in the body: which field of the form
FIELD_AT = {
    "projectId": "project",
    "region": "region",
    "timeout": "timeout",
    "keepAlive": "keep_alive",
    "userMetadata": "metadata",
    "proxies": "proxies",
    "proxySettings.caCertificates": "ca_certificates",
    "extensionId": "extension_id",
    "browserSettings.viewport.width": "viewport_width",
    "browserSettings.viewport.height": "viewport_height",
    "browserSettings.os": "os",
    "browserSettings.context.id": "context_id",
    "browserSettings.allowedDomains": "allowed_domains",
}
SWITCHES = {
    "block_ads": "blockAds",
    "solve_captchas": "solveCaptchas",
    "ignore_certificate_errors": "ignoreCertificateErrors",
    "verified": "verified",
    "advanced_stealth": "advancedStealth",
    "record_session": "recordSession",
    "log_session": "logSession",
}
# the folded groups of the page
BROWSER = (
    "os",
    "block_ads",
    "solve_captchas",
    "captcha_image_selector",
    "captcha_input_selector",
    "ignore_certificate_errors",
    "verified",
    "advanced_stealth",
)
FOLDED = {
    "browser": ("viewport_width", "viewport_height", *BROWSER),
    "recording": ("record_session", "log_session"),
    "context": ("context_id", "context_persist", "extension_id"),
    "domains": ("allowed_domains",),
}


def words_field(label: str, help_text: str = "", most: int = 500) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=most, help_text=help_text)


class NewSession(forms.Form):
    """Always bound: the empty form is a valid one and starts a session with upstream's defaults.

    After `is_valid()`: `body` is what will be sent, only what differs from the defaults; also where something is
    wrong, then without what could not be read.
    """

    project = words_field("Project")
    region = words_field("Region", most=64)
    timeout = words_field("Ends after", "60 s to 6 h")
    timeout_other = words_field("Ends after, in your own words", "20 min, 1 h 30 min, or a number of seconds", most=40)
    keep_alive = Switch("Keep alive", help_text="Yes: survives a disconnect, and costs until somebody ends it")
    metadata = words_field("Metadata", most=20_000)
    proxies = forms.ChoiceField(
        label="Proxies",
        required=False,
        choices=[("", "None"), ("browserbase", "Vendor's"), ("external", "Own"), ("rules", "By domain")],
    )
    ca_certificates = words_field("CA certificates", "Ids, separated by spaces or lines", most=5000)
    viewport_width = forms.IntegerField(label="Viewport width", required=False)
    viewport_height = forms.IntegerField(label="Viewport height", required=False)
    os = forms.ChoiceField(
        label="Operating system", required=False, choices=[("", "Default"), *((name, name) for name in limits.SYSTEMS)]
    )
    block_ads = Switch("Block ads")
    solve_captchas = Switch("Solve captchas", default=True)
    captcha_image_selector = words_field("Captcha image selector", "For captchas that are not recognised by themselves")
    captcha_input_selector = words_field("Captcha input selector")
    ignore_certificate_errors = Switch("Ignore certificate errors")
    verified = Switch("Verified browser")
    advanced_stealth = Switch("Advanced stealth", help_text="Deprecated: Browserbase asks to use the verified browser")
    record_session = Switch("Record the session", default=True)
    log_session = Switch("Log the session", default=True)
    context_id = words_field("Context id")
    context_persist = Switch("Keep what changes", help_text="Yes: the context is saved when the session ends")
    extension_id = words_field("Extension id")
    allowed_domains = words_field(
        "Allowed domains", "One in each line, subdomains included. Empty: every domain may be opened", most=20_000
    )

    def __init__(self, projects: list[Project], data: Mapping[str, Any], more_rules: int = 0) -> None:
        super().__init__(data, use_required_attribute=False)
        self.projects = projects
        self.proxy_forms = Proxies(data, more_rules)
        self.body: dict[str, Any] = {}

    @property
    def chosen_project(self) -> Project | None:
        """The project in the form; where none was named, the first one is offered."""
        named = self["project"].value()
        first = self.projects[0] if self.projects and named is None else None
        return next((project for project in self.projects if project.id == named), first)

    @property
    def timeout_choice(self) -> str:
        """Which of PRESETS is on."""
        typed = self["timeout"].value() or ""
        return typed if typed in PRESETS else "other"

    @property
    def timeout_typed(self) -> str:
        """The length in own words: also where a link named one that is no preset."""
        typed = self["timeout"].value() or ""
        if typed in PRESETS:
            return self["timeout_other"].value() or ""
        return seconds_text(int(typed)) if re.fullmatch(r"\d{1,9}", typed) else typed

    @property
    def regions(self) -> list[str]:
        """The documented ones, and one that a link or another session brought."""
        named = self["region"].value() or ""
        return [*limits.REGIONS, *([named] if named and named not in limits.REGIONS else [])]

    @property
    def browser_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in BROWSER]

    @property
    def opens(self) -> dict[str, bool]:
        """Which folded groups hold something to mend."""
        return {group: any(name in self.errors for name in names) for group, names in FOLDED.items()}

    def clean_project(self) -> str:
        named = self.cleaned_data["project"]
        if named and not any(project.id == named for project in self.projects):
            raise forms.ValidationError("This project is not known here, or not any more.")
        return named

    def clean_metadata(self) -> dict[str, Any]:
        try:
            return parse_metadata(self.cleaned_data["metadata"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from None

    def clean(self) -> None:
        self._read_timeout()
        mode = self.cleaned_data.get("proxies", "")
        if not self.proxy_forms.is_readable(mode):
            self.add_error("proxies", "Something in the proxies cannot be read; see below.")
        self.body = self._make_body(mode)
        rules = self.proxy_forms.sent(mode)
        for problem in limits.problems(self.body):
            self._blame(problem, rules)

    def _read_timeout(self) -> None:
        typed = self.cleaned_data.get("timeout", "")
        words = self.cleaned_data.get("timeout_other", "") if typed == "other" else typed
        try:
            self.cleaned_data["timeout"] = parse_seconds(words) if typed else None
        except ValueError:
            self.add_error("timeout", "Write a length such as 20 min, 1 h 30 min, or a number of seconds.")

    def _make_body(self, mode: str) -> dict[str, Any]:
        typed = self.cleaned_data.get
        return _without_empty(
            {
                "projectId": typed("project"),
                "region": typed("region"),
                "timeout": typed("timeout"),
                "keepAlive": typed("keep_alive"),
                "userMetadata": typed("metadata"),
                "proxies": self.proxy_forms.value(mode),
                "proxySettings": _without_empty({"caCertificates": _entries(typed("ca_certificates")) if mode else []}),
                "extensionId": typed("extension_id"),
                "browserSettings": self._browser_settings(),
            }
        )

    def _browser_settings(self) -> dict[str, Any]:
        typed = self.cleaned_data.get
        context = {"id": typed("context_id"), "persist": typed("context_persist")}
        return _without_empty(
            {
                "viewport": _without_empty({"width": typed("viewport_width"), "height": typed("viewport_height")}),
                "os": typed("os"),
                "context": _without_empty(context),
                "captchaImageSelector": typed("captcha_image_selector"),
                "captchaInputSelector": typed("captcha_input_selector"),
                "allowedDomains": _entries(typed("allowed_domains")),
            }
            | {there: typed(here) for here, there in SWITCHES.items()}
        )

    def _blame(self, problem: limits.Problem, rules: list[ProxyRule]) -> None:
        """Puts a problem of the body beside the field that made it; `rules` made the entries of `proxies`."""
        rule = re.fullmatch(r"proxies\[(\d+)\]\.(.+)", problem.path)
        if rule:
            rules[int(rule[1])].blame(rule[2], f"It {problem.words}.")
            if not self.has_error("proxies"):
                self.add_error("proxies", "Something in the proxies is missing or wrong; see below.")
        else:
            self.add_error(FIELD_AT.get(re.sub(r"\[\d+\]$", "", problem.path)), f"It {problem.words}.")


def _entries(text: str | None) -> list[str]:
    return [entry for entry in re.split(r"[\s,]+", text or "") if entry]


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    """Without what was left to upstream's default; False and 0 are said, nothing and {} are not."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}
