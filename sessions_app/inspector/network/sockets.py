"""Web sockets, as requests of their own: the handshake, then frames both ways until it is closed."""

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.values import number_in, object_in, text_in

from .request import Frame, Request

CREATED = "Network.webSocketCreated"
ASKED, ANSWERED = "Network.webSocketWillSendHandshakeRequest", "Network.webSocketHandshakeResponseReceived"
SENT, RECEIVED = "Network.webSocketFrameSent", "Network.webSocketFrameReceived"
FAILED, CLOSED = "Network.webSocketFrameError", "Network.webSocketClosed"
SOCKET_METHODS = frozenset((CREATED, ASKED, ANSWERED, SENT, RECEIVED, FAILED, CLOSED))
#: Of one socket; more would be nobody's to read.
MOST_FRAMES = 5000


def sockets_from(messages: list[Message]) -> list[Request]:
    """One for each time that it was created; messages before that, in a log out of order, are the first one's."""
    created = [message for message in messages if message.method == CREATED]
    if not created:
        return []
    sockets = [begun(message) for message in created]
    place = 0
    for message in messages:
        if message.method == CREATED:
            place = created.index(message)
        else:
            take(sockets[place], message)
    return sockets


def begun(message: Message) -> Request:
    request = {"url": text_in(message.params, "url"), "method": "GET", "headers": {}}
    sent = message.params | {"request": request, "type": "WebSocket"}
    id = text_in(message.params, "requestId")
    return Request(id=id, page=message.page, sent=sent, moment=message.moment, entries=[message.number], is_socket=True)


def take(socket: Request, message: Message) -> None:
    socket.entries.append(message.number)
    match message.method:
        case "Network.webSocketWillSendHandshakeRequest":
            headers = object_in(object_in(message.params, "request"), "headers")
            socket.sent = socket.sent | {"request": socket.request | {"headers": headers}}
            socket.moment = message.moment
        case "Network.webSocketHandshakeResponseReceived":
            socket.response, socket.answered = object_in(message.params, "response"), message.moment
        case "Network.webSocketFrameSent" | "Network.webSocketFrameReceived":
            take_frame(socket, message)
        case "Network.webSocketFrameError":
            socket.failed = {"errorText": text_in(message.params, "errorMessage")}
        case "Network.webSocketClosed":
            socket.ended, socket.is_finished = message.moment, True


def take_frame(socket: Request, message: Message) -> None:
    told = object_in(message.params, "response")
    data = text_in(told, "payloadData")
    socket.received_bytes = (socket.received_bytes or 0) + len(data.encode("utf-8", "replace"))
    if len(socket.frames) < MOST_FRAMES:
        way = "send" if message.method == SENT else "receive"
        socket.frames.append(Frame(way, message.moment, int(number_in(told, "opcode") or 1), data))
