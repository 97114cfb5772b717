"""A page's web socket, as the Network domain tells it: the handshake, messages both ways, the end."""

import msgspec

from simulator.cdp import Target
from simulator.visits import Visit

EVERY_S = 2.0
"""Between two messages of the server."""


def tell_socket(tab: Target, visit: Visit) -> None:
    """It stays open until the page is left, which ends it without a word where the session ended."""
    socket = f"{tab.loader_id[:12]}.ws"
    opens = visit.begins + 0.9
    if opens + 0.1 >= visit.ends:
        return
    tab.event(opens, "Network.webSocketCreated", requestId=socket, url=f"wss://live.{visit.page.site}/rows")
    clock = {"timestamp": tab.log.monotonic(opens), "wallTime": round(opens, 3)}
    asks = {"Upgrade": "websocket", "Cookie": "sid=sim-0123456789abcdef"}
    handshake = "Network.webSocketWillSendHandshakeRequest"
    tab.event(opens + 0.001, handshake, requestId=socket, **clock, request={"headers": asks})
    answer = {"status": 101, "statusText": "Switching Protocols", "headers": {"upgrade": "websocket"}}
    answered = {"timestamp": tab.log.monotonic(opens + 0.08), "response": answer}
    tab.event(opens + 0.08, "Network.webSocketHandshakeResponseReceived", requestId=socket, **answered)
    tell_messages(tab, visit, socket, opens + 0.1)
    closes = visit.at(1) - 0.01
    if closes < visit.ends:
        tab.event(closes, "Network.webSocketClosed", requestId=socket, timestamp=tab.log.monotonic(closes))


def tell_messages(tab: Target, visit: Visit, socket: str, begins: float) -> None:
    frame(tab, "Sent", socket, begins, {"watch": visit.item}, mask=True)
    number = 1
    while begins + number * EVERY_S < min(visit.ends, visit.at(1) - 0.02):
        frame(tab, "Received", socket, begins + number * EVERY_S, {"row": number, "number": 1000 + number}, mask=False)
        number += 1


def frame(tab: Target, way: str, socket: str, at: float, message: dict[str, object], mask: bool) -> None:
    payload = msgspec.json.encode(message).decode()
    told = {"opcode": 1, "mask": mask, "payloadData": payload}
    tab.event(at, f"Network.webSocketFrame{way}", requestId=socket, timestamp=tab.log.monotonic(at), response=told)
