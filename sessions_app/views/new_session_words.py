"""What is said around the form for a new session, and how credentials are shown."""

import re
from dataclasses import dataclass

from sessions_app.actions.create import may_have_started
from sessions_app.browserbase import CreatedSession, errors
from sessions_app.forms import NewSession
from sessions_app.forms.durations import seconds_text
from sessions_app.forms.limits import LONGEST_METADATA, json_length

from . import snippets

HOLDS_KEY = re.compile(r"([?&]api_?key=)[^&#]*", re.IGNORECASE)
SHOWN_DOMAINS = 3


@dataclass
class Credentials:
    """What connects to a new session, without the account's key.

    Old-style connect URLs carry the key itself (`?apiKey=`): such a URL is None here, and `pattern` is what to use
    instead, with a place for the caller's own key.
    """

    connect_url: str | None
    selenium_remote_url: str | None
    signing_key: str | None
    pattern: str | None

    @classmethod
    def of(cls, answer: CreatedSession) -> "Credentials":
        url = answer.connect_url
        pattern = HOLDS_KEY.sub(r"\1YOUR_API_KEY", url) if url and HOLDS_KEY.search(url) else None
        selenium = answer.selenium_remote_url
        return cls(
            connect_url=None if pattern else url,
            selenium_remote_url=None if selenium and HOLDS_KEY.search(selenium) else selenium,
            signing_key=answer.signing_key,
            pattern=pattern,
        )

    @property
    def snippets(self) -> list[snippets.Snippet]:
        return snippets.to_connect(self.connect_url or self.pattern, self.selenium_remote_url, self.signing_key)


def refusal_words(error: errors.UpstreamError) -> str:
    """Why no session came of it: whose fault it is and what to do."""
    if may_have_started(error):
        return (
            f"No usable answer came back: {error.message.rstrip('.')}. The session may have been started all the same. "
            "Look at the newest sessions before you start another."
        )
    match error:
        case errors.BadKey(status=None):  # not refused by upstream: there is none, or it cannot be read
            return f"Nothing was started: {error.message}"
        case errors.BadKey():
            return (
                "Browserbase refused the key of this account; nothing was started. "
                "Whoever runs this Sightglass gives it a valid one."
            )
        case errors.RateLimited():
            return f"A limit of Browserbase is reached; nothing was started.{quoted_detail(error)}"
        case errors.UpstreamDown():
            return "Browserbase cannot be reached right now; nothing was started. Try again in a moment."
        case errors.BadRequest() | errors.Forbidden() | errors.NotFound():
            return f"Browserbase refused this session; nothing was started.{quoted_detail(error)}"
        case _:
            return f"Nothing was started: {error.message}"


def ready_words(form: NewSession, user_name: str, base_url: str) -> dict[str, str]:
    """By the id of its element, every text of the page that follows from the form. The form has been validated."""
    scripts = {f"script_{name}": code for name, _, code in snippets.to_start(form.body, base_url)}
    return scripts | {
        "will_be_sent": snippets.as_sent(form.body),
        "not_ready": _not_ready(form),
        "metadata_count": f"{json_length(form.body.get('userMetadata', {}))} of {LONGEST_METADATA} characters",
        "default_timeout": _default_timeout(form),
        "browser_summary": _browser_summary(form.body.get("browserSettings", {})),
        "recording_summary": _recording_summary(form.body.get("browserSettings", {})),
        "context_summary": _context_summary(form),
        "domains_summary": _domains_summary(form.body.get("browserSettings", {}).get("allowedDomains", [])),
        "starts_as": f"as {user_name}" + (f", in {form.chosen_project}" if form.chosen_project else ""),
    }


def quoted_detail(error: errors.UpstreamError) -> str:
    """Upstream's own words as a sentence after ours; "" where it had none."""
    return f" It says: “{error.detail.rstrip('.')}”." if error.detail else ""


def _not_ready(form: NewSession) -> str:
    labels = [form.fields[name].label for name in form.errors if name in form.fields]
    return f"Not ready: {', '.join(str(label) for label in labels)}" if form.errors else ""


def _default_timeout(form: NewSession) -> str:
    default_s = form.chosen_project.default_timeout_s if form.chosen_project else None
    return f"Project's default, {seconds_text(default_s)}" if default_s else "Project's default"


def _browser_summary(settings: dict) -> str:
    viewport = settings.get("viewport", {})
    said = [
        f"{viewport.get('width', '…')} by {viewport.get('height', '…')}" if viewport else "",
        settings.get("os", ""),
        "ads blocked" if settings.get("blockAds") else "",
        "captchas not solved" if settings.get("solveCaptchas") is False else "",
        "own captcha selectors" if {"captchaImageSelector", "captchaInputSelector"} & settings.keys() else "",
        "certificate errors ignored" if settings.get("ignoreCertificateErrors") else "",
        "verified" if settings.get("verified") else "",
        "advanced stealth" if settings.get("advancedStealth") else "",
    ]
    return ", ".join(filter(None, said)) or "viewport, operating system, blocked ads, captchas, certificates"


def _recording_summary(settings: dict) -> str:
    on = [words for name, words in (("recordSession", "video"), ("logSession", "log")) if settings.get(name, True)]
    return "video and log, both on" if len(on) == 2 else f"{on[0]} only" if on else "both off"


def _context_summary(form: NewSession) -> str:
    context = form.body.get("browserSettings", {}).get("context", {})
    said = [
        f"context {context['id'][:24]}{', kept' if context.get('persist') else ''}" if context.get("id") else "",
        f"extension {form.body['extensionId'][:24]}" if "extensionId" in form.body else "",
    ]
    return ", ".join(filter(None, said)) or "none"


def _domains_summary(domains: list[str]) -> str:
    shown = ", ".join(domain[:40] for domain in domains[:SHOWN_DOMAINS])
    more = len(domains) - SHOWN_DOMAINS
    return (f"{shown} and {more} more" if more > 0 else shown) or "all"
