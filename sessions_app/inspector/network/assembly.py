"""From messages to requests.

All hops of a redirect chain share one request id: the answer of a hop comes with the next `requestWillBeSent`. Without
a `redirectResponse` the same id once more is another request. Messages come out of order, so that all with one id are
gathered first (https://chromedevtools.github.io/devtools-protocol/tot/Network/).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.times import Clock
from sessions_app.inspector.log.values import amount_in, number_in, object_in, status_in, text_in

from .extra_info import pair_extra_info
from .request import Request
from .sockets import SOCKET_METHODS, sockets_from

SENT, RECEIVED = "Network.requestWillBeSent", "Network.responseReceived"
SENT_EXTRA, RECEIVED_EXTRA = f"{SENT}ExtraInfo", f"{RECEIVED}ExtraInfo"
FINISHED, FAILED = "Network.loadingFinished", "Network.loadingFailed"
CACHED, DATA, BODY = "Network.requestServedFromCache", "Network.dataReceived", "Network.getResponseBody"
POST_DATA = "Network.getRequestPostData"
NEAR = 50  # of requests with one id, so many are looked through for the one that is answered
METHODS = frozenset((SENT, SENT_EXTRA, RECEIVED, RECEIVED_EXTRA, FINISHED, FAILED, CACHED, DATA, BODY, POST_DATA))


class Traffic:
    """Takes messages as they come; `requests` once all have. `unpaired` counts those that belong to no request."""

    def __init__(self) -> None:
        self._by_id: dict[str, list[Message]] = defaultdict(list)
        self._sockets: dict[str, list[Message]] = defaultdict(list)
        self.unpaired = 0

    def take(self, message: Message) -> None:
        if message.method in METHODS:
            # Without an id nothing belongs together.
            self._by_id[text_in(message.params, "requestId") or f"entry {message.number}"].append(message)
        elif message.method in SOCKET_METHODS:
            self._sockets[text_in(message.params, "requestId")].append(message)

    def requests(self, clock: Clock) -> list[Request]:
        """In the order of their starts; those without a known one where the log has them."""
        found = [request for same in self._by_id.values() for part in by_page(same) for request in self._hops(part)]
        found += [socket for same in self._sockets.values() for socket in sockets_from(same)]
        for request in found:
            request.start_ms = clock.ms(request.moment)
            for frame in request.frames:
                frame.at_ms = clock.ms(frame.moment)
        name_apart(found)
        return in_order_of_start(found)

    def _hops(self, messages: list[Message]) -> list[Request]:
        hops = hops_of(messages)
        if not hops:
            self.unpaired += sum(message.method not in (BODY, POST_DATA) for message in messages)
        return hops


def name_apart(requests: list[Request]) -> None:
    """The first has the protocol's id, those that share it a number more."""
    counts: Counter[str] = Counter()
    taken: set[str] = set()
    for request in requests:
        name = request.id
        while request.id in taken or counts[name] == 0:
            counts[name] += 1
            request.id = name if counts[name] == 1 else f"{name}#{counts[name]}"
        taken.add(request.id)


def in_order_of_start(requests: list[Request]) -> list[Request]:
    requests.sort(key=lambda request: request.entries[0])
    last = float("-inf")
    keys: dict[str, float] = {}
    for request in requests:
        last = request.start_ms if request.start_ms is not None else last
        keys[request.id] = last
    return sorted(requests, key=lambda request: keys[request.id])


def by_page(messages: list[Message]) -> Iterable[list[Message]]:
    """Two tabs that use the same id are told apart; an answer that came by a tab which asked nothing is the first's."""
    begun_by = (message.page for message in messages if message.method == SENT and not follows_redirect(message))
    asking = list(dict.fromkeys(begun_by))
    if len(asking) < 2:
        return [messages]
    parts: dict[int | None, list[Message]] = {page: [] for page in asking}
    for message in messages:
        parts.get(message.page, parts[asking[0]]).append(message)
    return parts.values()


def follows_redirect(message: Message) -> bool:
    return bool(object_in(message.params, "redirectResponse"))


def hops_of(messages: list[Message]) -> list[Request]:
    hops: list[Request] = []
    early: list[Message] = []
    for message in in_order(messages):
        if message.method != SENT:
            (take_outcome(taker_of(hops, message), message) if hops else early.append(message))
        elif once := told_before(hops, message):
            once.entries.append(message.number)
        elif object_in(message.params, "request"):
            hops.append(begun(message, hops[-1] if hops else None))
        else:
            early.append(message)
    if hops:
        for message in early:
            take_outcome(taker_of(hops, message), message)
        pair_extra_info(hops, messages)
    return hops


def told_before(hops: list[Request], message: Message) -> Request | None:
    """The request of which this entry tells once more: the same to the last word, the moment too."""
    if message.told.monotonic_s is None:
        return None
    return next((hop for hop in reversed(hops[-NEAR:]) if hop.sent == message.params), None)


def taker_of(hops: list[Request], message: Message) -> Request:
    """The last one; of several requests with one id, the last that asked for what this is the answer to."""
    if message.method == RECEIVED and len(hops) > 1:
        url = text_in(object_in(message.params, "response"), "url")
        asked = (hop for hop in reversed(hops[-NEAR:]) if hop.response is None and text_in(hop.request, "url") == url)
        return next(asked, hops[-1])
    return hops[-1]


def in_order(messages: list[Message]) -> list[Message]:
    """As the log has them, unless the moments that they tell say otherwise of those that were sent."""
    sent = [message for message in messages if message.method == SENT]
    if len(sent) < 2:
        return messages
    told = [message.told.monotonic_s for message in sent]
    known = [moment for moment in told if moment is not None]
    if len(known) == len(told):
        return messages if known == sorted(known) else by_told_moment(messages)
    first = next((other for other in sent if not follows_redirect(other)), sent[0])
    if follows_redirect(sent[0]) and first is not sent[0]:
        return [first, *(message for message in messages if message is not first)]
    return messages


def by_told_moment(messages: list[Message]) -> list[Message]:
    """What tells none stays after its neighbour."""
    keyed, last = [], float("-inf")
    for message in messages:
        last = message.told.monotonic_s if message.told.monotonic_s is not None else last
        keyed.append((last, message.number, message))
    return [message for _, _, message in sorted(keyed, key=lambda entry: entry[:2])]


def begun(message: Message, before: Request | None) -> Request:
    """A request as it is sent; where it follows a redirect, the hop before it has its answer now."""
    redirect = object_in(message.params, "redirectResponse")
    if redirect and before:
        before.response, before.leads_on = redirect, True
        before.answered = before.ended = message.moment
    return Request(
        id=text_in(message.params, "requestId") or f"entry {message.number}",
        page=message.page,
        sent=message.params,
        moment=message.moment,
        entries=[message.number],
    )


def take_outcome(request: Request, message: Message) -> None:
    request.entries.append(message.number)
    params = message.params
    match message.method:
        case "Network.responseReceived":
            take_response(request, message)
        case "Network.loadingFinished":
            request.ended, request.is_finished = message.moment, True
            request.finished_bytes = amount_in(params, "encodedDataLength")
        case "Network.loadingFailed":
            request.ended, request.failed = message.moment, params
        case "Network.requestServedFromCache":
            request.served_from_memory = True
        case "Network.dataReceived":
            if received := amount_in(params, "encodedDataLength"):
                request.received_bytes = (request.received_bytes or 0) + received
        case "Network.getResponseBody" if message.result and isinstance(message.result.get("body"), str):
            request.body = message.result["body"]
            request.body_is_base64 = message.result.get("base64Encoded") is True
        case "Network.getRequestPostData" if message.result and isinstance(message.result.get("postData"), str):
            sent = request.request | {"postData": message.result["postData"]}
            request.sent = request.sent | {"request": sent}


def take_response(request: Request, message: Message) -> None:
    """Early hints (103) come before the answer, or after it where entries are out of order."""
    response = object_in(message.params, "response")
    status = number_in(response, "status") or 0
    if request.response is None or not 100 < status < 200 or status_in(request.response) is None:
        request.response, request.answered = response, message.moment
        request.response_type = text_in(message.params, "type")
        told = message.params.get("hasExtraInfo")
        request.has_extra_info = told if isinstance(told, bool) else None
