"""Records what a real Chromium says over the DevTools protocol, and writes it as a session's log."""

import json
import time
from typing import Any

from playwright.sync_api import CDPSession

from sessions_app.browserbase import SessionLog
from sessions_app.inspector.log.opened import Log

EVENTS = """Network.requestWillBeSent Network.requestWillBeSentExtraInfo Network.responseReceived
Network.responseReceivedExtraInfo Network.dataReceived Network.loadingFinished Network.loadingFailed
Network.requestServedFromCache Network.webSocketCreated Network.webSocketWillSendHandshakeRequest
Network.webSocketHandshakeResponseReceived Network.webSocketFrameSent Network.webSocketFrameReceived
Network.webSocketClosed Page.frameNavigated Page.frameAttached Page.loadEventFired Page.domContentEventFired
Page.lifecycleEvent Page.frameStartedLoading Page.frameStoppedLoading Runtime.consoleAPICalled Runtime.exceptionThrown
Log.entryAdded Page.javascriptDialogOpening""".split()
LAYOUTS = ("request", "response", "raw", "seconds", "no timestamps")


class Recorder:
    """`send` is a command of the script that is recorded, with its answer."""

    def __init__(self, session: CDPSession) -> None:
        self.session = session
        self.began_ms = time.time() * 1000
        self.messages: list[dict[str, Any]] = []
        for method in EVENTS:
            session.on(method, lambda params, method=method: self._note(method, params))
        for domain in ("Network", "Page", "Runtime", "Log", "DOM"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        at = self._note(method, params)
        at["result"] = self.session.send(method, params)
        return at["result"]

    def _note(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        self.messages.append({"method": method, "params": params, "at": time.time() * 1000})
        return self.messages[-1]

    def click(self, selector: str) -> None:
        """As an automation library does: finds the element, asks what and where it is, and presses there."""
        found = self.send("Runtime.evaluate", expression=f"document.querySelector({selector!r})")["result"]["objectId"]
        self.send("DOM.describeNode", objectId=found, depth=2)
        quad = self.send("DOM.getContentQuads", objectId=found)["quads"][0]
        point = {"x": sum(quad[::2]) / 4, "y": sum(quad[1::2]) / 4, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, **point)

    def log(self, layout: str) -> Log:
        entries = [as_entry(message, layout) for message in self.messages]
        return Log(SessionLog(json.dumps(entries).encode()), self.began_ms, time.time() * 1000)


def as_entry(message: dict[str, Any], layout: str) -> dict[str, Any]:
    method, params, result = message["method"], message["params"], message.get("result")
    stamp = {"no timestamps": None, "seconds": message["at"] / 1000}.get(layout, message["at"])
    entry: dict[str, Any] = {"method": method, "pageId": 0, "sessionId": "s1"} | ({"timestamp": stamp} if stamp else {})
    raw = json.dumps({"method": method, "params": params} | ({} if result is None else {"id": 1}))
    side = {"params": {} if layout == "raw" else params, "rawBody": raw}
    if result is not None:
        answer = {"result": {} if layout == "raw" else result, "rawBody": json.dumps({"id": 1, "result": result})}
        return entry | {"request": side, "response": answer}
    return entry | ({"response": {"result": params, "rawBody": raw}} if layout == "response" else {"request": side})
