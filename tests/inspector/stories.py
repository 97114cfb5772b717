"""Sessions in the simulator with logs that tests write: started at noon, over after so many seconds."""

from datetime import UTC, datetime, timedelta

from tests.inspector.logs import START_MS, Written
from tests.upstream import Simulator, stamp


def put_log(simulator: Simulator, written: Written, seconds: float = 60, status: str = "COMPLETED", **fields) -> str:
    """The id of a session that left this log."""
    start = datetime.fromtimestamp(START_MS / 1000, UTC)
    begun, over = stamp(start), stamp(start + timedelta(seconds=seconds))
    times = {"createdAt": begun, "startedAt": begun, "endedAt": over, "updatedAt": over}
    session = simulator.session(status, **(times | {"logs": written.entries} | fields))
    simulator.put(session)
    return session["id"]


def a_purchase() -> Written:
    """Two tabs in a minute: a page, a form, a failure with what it threw, then 20 s of nothing, then a second tab."""
    written = Written()
    (
        written.command("Page.navigate", 0, {"frameId": "F", "loaderId": "L"}, url="https://shop.example/checkout")
        .sent("1", "https://shop.example/checkout", 10, type="Document", frameId="F")
        .received("1", "https://shop.example/checkout", 200, type="Document")
        .finished("1", 250)
        .event("Page.loadEventFired", 3_200)
        .event("Runtime.consoleAPICalled", 3_300, type="log", args=[{"type": "string", "value": "shop is ready"}])
        .command("Input.dispatchMouseEvent", 5_000, type="mousePressed", x=1, y=2, button="left", clickCount=1)
        .command("Input.insertText", 6_000, text="4242-secret-typed")
        .sent("2", "https://api.shop.example/pay", 40_000, method="POST")
        .failed("2", 41_000, "net::ERR_CONNECTION_REFUSED")
        .event("Runtime.exceptionThrown", 42_000, exceptionDetails=thrown())
    )
    for _ in range(3):
        written.event("Runtime.consoleAPICalled", 43_000, type="warning", args=[{"type": "string", "value": "again"}])
    written.page = 2
    written.command("Page.navigate", 50_000, {"frameId": "G", "loaderId": "M"}, url="https://other.example/help")
    written.command("Browser.close", 59_000)
    return written


def thrown() -> dict:
    frame = {"functionName": "pay", "url": "https://shop.example/app.js", "lineNumber": 0, "columnNumber": 20410}
    words = "TypeError: Cannot read properties of undefined (reading 'id')\n    at pay (app.js:1:20411)"
    return {"text": "Uncaught", "exception": {"description": words}, "stackTrace": {"callFrames": [frame]}}
