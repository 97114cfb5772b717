"""One visit to a page in the log: how it loads, what it says to its console, what is done on it."""

from random import Random
from typing import Any

from simulator import loads
from simulator.cdp import Log, Target, id_from
from simulator.downloaded import tell_downloads, tell_screenshot
from simulator.exchanges import Exchange, Wire
from simulator.gestures import tell_steps
from simulator.sockets import tell_socket
from simulator.steps import Pointing, Typing
from simulator.visits import Visit

CAPTCHA_SHARE = 0.35
"""Of sign-ins and searches that ask whether one is human."""
CAPTCHA_PAGES = ("portal-sign-in", "search-results")


def tell_visit(log: Log, visit: Visit, solves_captchas: bool) -> None:
    loader_id = id_from(log.session_id, visit.target, visit.begins)
    tab = Target(log, visit.tab, visit.target, loader_id)
    random = Random(f"{loader_id} {visit.page.url}")
    wire = Wire(tab, visit.page.url, visit.begins, visit.ends, random)
    tell_load(tab, visit, wire, random)
    tell_steps(tab, visit)
    tell_what_steps_ask(visit, wire)
    tell_downloads(tab, visit)
    if visit.page.kind == "table":
        tell_socket(tab, visit)
    if visit.page.kind == "done":
        tell_screenshot(tab, visit, 0.7)
    if visit.page.scene in CAPTCHA_PAGES and random.random() < CAPTCHA_SHARE and solves_captchas:
        tell_captcha(tab, visit)
    tell_console(tab, visit, random)


def tell_load(tab: Target, visit: Visit, wire: Wire, random: Random) -> None:
    """The document, then what it brings; events of the page where they belong between."""
    frame = {"id": tab.frame_id, "loaderId": tab.loader_id, "url": visit.page.url, "mimeType": "text/html"}
    if visit.is_first:
        answer = {"frameId": tab.frame_id, "loaderId": tab.loader_id}
        tab.command(visit.begins, "Page.navigate", answer, takes_s=0.3, url=visit.page.url, transitionType="typed")
    document = loads.document(visit, random)
    wire.tell(document)
    there = document.at + len(document.hops) * 0.1 + document.takes_s
    parts = list(loads.parts(visit, there, random))
    for part in parts:
        wire.tell(part)
        tell_failure(tab, visit, part)
    loaded = max(part.at + part.takes_s for part in parts if part.kind in ("Stylesheet", "Script", "Image"))
    happened: list[tuple[float, str, dict[str, Any]]] = [
        (document.at + 0.001, "Page.frameStartedLoading", {"frameId": tab.frame_id}),
        (there - 0.005, "Page.frameNavigated", {"frame": frame, "type": "Navigation"}),
        (there + 0.2, "Page.domContentEventFired", {"timestamp": tab.log.monotonic(there + 0.2)}),
        (loaded + 0.02, "Page.loadEventFired", {"timestamp": tab.log.monotonic(loaded + 0.02)}),
        (loaded + 0.025, "Page.frameStoppedLoading", {"frameId": tab.frame_id}),
    ]
    for at, method, params in happened:
        if at < visit.ends:
            tab.event(at, method, **params)


def tell_failure(tab: Target, visit: Visit, part: Exchange) -> None:
    """The browser itself says in the console what could not be loaded."""
    at = part.at + part.takes_s + 0.002
    if at >= visit.ends or (part.status < 400 and not part.fails):
        return
    why = part.fails or f"the server responded with a status of {part.status} ()"
    entry = {"source": "network", "level": "error", "text": f"Failed to load resource: {why}", "url": part.url}
    tab.event(at, "Log.entryAdded", entry=entry | {"timestamp": at * 1000})
    if part.status == 500:
        tell_exception(tab, at + 0.01, part.url)


def tell_exception(tab: Target, at: float, url: str) -> None:
    frames = [
        {"functionName": "show", "scriptId": "7", "url": script_of(url), "lineNumber": 211, "columnNumber": 18},
        {"functionName": "", "scriptId": "7", "url": script_of(url), "lineNumber": 240, "columnNumber": 4},
    ]
    message = "TypeError: Cannot read properties of undefined (reading 'rows')"
    trace = "".join(f"\n    at {frame['functionName'] or '<anonymous>'} ({frame['url']}:212:19)" for frame in frames)
    thrown = {"type": "object", "subtype": "error", "className": "TypeError", "description": message + trace}
    details = {"exceptionId": 1, "text": "Uncaught (in promise)", "lineNumber": 211, "columnNumber": 18}
    details |= {"scriptId": "7", "url": script_of(url), "exception": thrown, "stackTrace": {"callFrames": frames}}
    tab.event(at, "Runtime.exceptionThrown", timestamp=at * 1000, exceptionDetails=details)


def script_of(url: str) -> str:
    return f"https://static.{url.split('/')[2].removeprefix('api.')}/app.js"


def tell_what_steps_ask(visit: Visit, wire: Wire) -> None:
    for step in visit.steps:
        if isinstance(step, Typing) and step.field == "find":
            asked = loads.suggestions(visit, visit.at(step.begins), visit.at(step.ends), step.text)
            for exchange in asked:
                wire.tell(exchange)
        if isinstance(step, Pointing) and step.words == "Pay now":
            wire.tell(loads.payment(visit, visit.at(step.at) + 0.1))


def tell_captcha(tab: Target, visit: Visit) -> None:
    """The service says so in the page's console, while the script waits."""
    for share, words in ((0.2, "browserbase-solving-started"), (0.38, "browserbase-solving-finished")):
        if visit.at(share) < visit.ends:
            say(tab, visit.at(share), "log", words)


def tell_console(tab: Target, visit: Visit, random: Random) -> None:
    lines = [(0.12, "log", f"{visit.page.site} 4.2.1 ready")]
    if random.random() < 0.3:
        lines.append((0.2, "warning", "Deprecated: window.config will go away, use data-config"))
    if random.random() < 0.06:
        lines.append((0.5, "error", "Cart was changed in another tab"))
    for share, level, words in lines:
        if visit.at(share) < visit.ends:
            say(tab, visit.at(share), level, words)


def say(tab: Target, at: float, level: str, words: str) -> None:
    tab.event(
        at,
        "Runtime.consoleAPICalled",
        type=level,
        args=[{"type": "string", "value": words}],
        executionContextId=3,
        timestamp=at * 1000,
        stackTrace={"callFrames": []},
    )
