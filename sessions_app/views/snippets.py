"""Ready lines of code: to connect to a session that was started, and to start one like it from a script."""

import json
import re
import shlex
from collections.abc import Mapping
from typing import Any, NamedTuple

WIDTH = 72
HIDDEN = "••••••"
DEFAULT_BASE_URL = "https://api.browserbase.com"

PLAYWRIGHT_PYTHON = """\
from playwright.sync_api import sync_playwright

with sync_playwright() as playwright:
    browser = playwright.chromium.connect_over_cdp({url})
    page = browser.contexts[0].pages[0]
    page.goto("https://example.com")
    print(page.title())
"""
PLAYWRIGHT_NODE = """\
import {{ chromium }} from "playwright-core";

const browser = await chromium.connectOverCDP({url});
const page = browser.contexts()[0].pages()[0];
await page.goto("https://example.com");
console.log(await page.title());
"""
PUPPETEER = """\
import puppeteer from "puppeteer-core";

const browser = await puppeteer.connect({{ browserWSEndpoint: {url} }});
const [page] = await browser.pages();
await page.goto("https://example.com");
console.log(await page.title());
"""
SELENIUM = """\
from selenium import webdriver
from selenium.webdriver.remote.remote_connection import RemoteConnection


class Browserbase(RemoteConnection):
    def get_remote_connection_headers(self, parsed_url, keep_alive=False):
        headers = super().get_remote_connection_headers(parsed_url, keep_alive)
        return headers | {{"x-bb-signing-key": {signing_key}}}


driver = webdriver.Remote(Browserbase({selenium_url}), options=webdriver.ChromeOptions())
driver.get("https://example.com")
print(driver.title)
"""
STAGEHAND = """\
// @browserbasehq/stagehand 3; version 4 starts its sessions itself
import {{ Stagehand }} from "@browserbasehq/stagehand";

const stagehand = new Stagehand({{ env: "LOCAL", localBrowserLaunchOptions: {{ cdpUrl: {url} }} }});
await stagehand.init();
const page = stagehand.context.pages()[0];
await page.goto("https://example.com");
"""


WITH_PYTHON = """\
from browserbase import Browserbase

bb = Browserbase(api_key={token}, base_url={site})
{call}
"""
WITH_NODE = """\
import Browserbase from "@browserbasehq/sdk";

const bb = new Browserbase({{ apiKey: {token}, baseURL: {site} }});
{call}
"""


class Snippet(NamedTuple):
    """`name` is good for an element's id."""

    name: str
    label: str
    code: str


def to_connect(connect_url: str | None, selenium_url: str | None, signing_key: str | None) -> list[Snippet]:
    """One for each tool that can connect with what upstream gave."""
    url = _quoted(connect_url or "")
    over_cdp = [
        Snippet("playwright-python", "Playwright Python", PLAYWRIGHT_PYTHON.format(url=url)),
        Snippet("playwright-node", "Playwright Node", PLAYWRIGHT_NODE.format(url=url)),
        Snippet("puppeteer", "Puppeteer", PUPPETEER.format(url=url)),
    ]
    stagehand = Snippet("stagehand", "Stagehand", STAGEHAND.format(url=url))
    return [
        *(over_cdp if connect_url else []),
        *(_selenium(selenium_url, signing_key) if selenium_url and signing_key else []),
        *([stagehand] if connect_url else []),
    ]


def to_start(body: Mapping[str, Any], base_url: str) -> list[Snippet]:
    """The same create in Python, Node and with curl. Passwords in it are hidden."""
    body = without_secrets(body)
    return [
        Snippet("python", "Python", _python(body, base_url)),
        Snippet("node", "Node", _node(body, base_url)),
        Snippet("curl", "curl", _curl(body, base_url)),
    ]


def to_use(token: str, site: str, can_operate: bool) -> list[Snippet]:
    """How programs show a token of ours, on the vendor's API at our address and on our own pages."""
    python = "session = bb.sessions.create()" if can_operate else 'sessions = bb.sessions.list(status="RUNNING")'
    node = (
        "const session = await bb.sessions.create();"
        if can_operate
        else 'const sessions = await bb.sessions.list({ status: "RUNNING" });'
    )
    quoted = {"token": _quoted(token), "site": _quoted(site)}
    pages = shlex.quote(f"{site}/sessions/?format=json")
    return [
        Snippet("python", "Python", WITH_PYTHON.format(call=python, **quoted)),
        Snippet("node", "Node", WITH_NODE.format(call=node, **quoted)),
        Snippet("environment", "Environment", f"BROWSERBASE_API_KEY={token}\nBROWSERBASE_BASE_URL={site}\n"),
        Snippet("curl", "curl", f'curl {pages} \\\n  -H "Authorization: Bearer {token}"\n'),
    ]


def as_sent(body: Mapping[str, Any]) -> str:
    """The request as a person reads it, with passwords hidden."""
    return f"POST /v1/sessions\n{_json(without_secrets(body))}"


def without_secrets(body: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(body.get("proxies"), list):
        return dict(body)
    rules = [rule | ({"password": HIDDEN} if "password" in rule else {}) for rule in body["proxies"]]
    return {**body, "proxies": rules}


def _selenium(selenium_url: str, signing_key: str) -> list[Snippet]:
    code = SELENIUM.format(selenium_url=_quoted(selenium_url), signing_key=_quoted(signing_key))
    return [Snippet("selenium", "Selenium", code)]


def _python(body: Mapping[str, Any], base_url: str) -> str:
    client = "" if base_url == DEFAULT_BASE_URL else f"base_url={_quoted(base_url)}"
    lines = [f"    {_python_name(name)}={_literal(_python_names(name, value), 4)},\n" for name, value in body.items()]
    arguments = "\n" + "".join(lines) if lines else ""
    return (
        "from browserbase import Browserbase\n\n"
        f"bb = Browserbase({client})\nsession = bb.sessions.create({arguments})\n"
    )


def _node(body: Mapping[str, Any], base_url: str) -> str:
    client = "" if base_url == DEFAULT_BASE_URL else f"{{ baseURL: {_quoted(base_url)} }}"
    options = _json(body) if body else ""
    return (
        'import Browserbase from "@browserbasehq/sdk";\n\n'
        f"const bb = new Browserbase({client});\nconst session = await bb.sessions.create({options});\n"
    )


def _curl(body: Mapping[str, Any], base_url: str) -> str:
    return (
        f"curl {shlex.quote(base_url + '/v1/sessions')} \\\n"
        '  -H "X-BB-API-Key: $BROWSERBASE_API_KEY" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d {shlex.quote(_json(body))}\n"
    )


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _quoted(text: str) -> str:
    """A string literal that Python and JavaScript read alike."""
    return json.dumps(text, ensure_ascii=False)


def _python_name(name: str) -> str:
    """The SDK's argument for a field of the API; `timeout` is taken by the SDK's own."""
    return "api_timeout" if name == "timeout" else _snake(name)


def _python_names(name: str, value: Any) -> Any:
    """The SDK names nested options in snake_case too; metadata is the caller's own."""
    if isinstance(value, list):
        return [_python_names(name, entry) for entry in value]
    if isinstance(value, dict) and name != "userMetadata":
        return {_snake(inner): _python_names(inner, entry) for inner, entry in value.items()}
    return value


def _snake(name: str) -> str:
    return re.sub(r"(?=[A-Z])", "_", name).lower()


def _literal(value: Any, indent: int) -> str:
    """A Python literal: on one line where it fits, else an entry in each line."""
    flat = _flat(value)
    if not isinstance(value, dict | list) or indent + len(flat) <= WIDTH:
        return flat
    inner = " " * (indent + 4)
    if isinstance(value, list):
        lines, (opening, closing) = [f"{inner}{_literal(entry, indent + 4)},\n" for entry in value], "[]"
    else:
        lines = [f"{inner}{_quoted(name)}: {_literal(entry, indent + 4)},\n" for name, entry in value.items()]
        opening, closing = "{}"
    return f"{opening}\n{''.join(lines)}{' ' * indent}{closing}"


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_quoted(name)}: {_flat(entry)}" for name, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flat, value)) + "]"
    return _quoted(value) if isinstance(value, str) else repr(value)
