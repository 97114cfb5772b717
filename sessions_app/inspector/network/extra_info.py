"""`…ExtraInfo` messages: the headers as they went over the wire. They name no hop: they pair by their order."""

from typing import Any

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.values import status_in, text_in

from .headers import headers_in
from .request import Request

Params = dict[str, Any]


def pair_extra_info(hops: list[Request], messages: list[Message]) -> None:
    sent = [m for m in messages if m.method == "Network.requestWillBeSentExtraInfo"]
    # Early hints and other provisional answers have one too, which is nobody's headers.
    received = [
        m
        for m in messages
        if m.method == "Network.responseReceivedExtraInfo"
        and not 100 <= (status_in(m.params, "statusCode") or 200) < 200
    ]
    for hop, message in zip(takers(hops, len(sent)), sent, strict=False):
        hop.sent_extra = message.params
    for hop, message in zip(takers(hops, len(received)), received, strict=False):
        hop.response_extra = message.params


def takers(hops: list[Request], count: int) -> list[Request]:
    """The hops that have such a message, in order: as many as there are."""
    expecting = [number for number in range(len(hops)) if expects(hops, number)]
    if len(expecting) < count:
        others = sorted(set(range(len(hops))) - set(expecting), reverse=True)
        expecting = sorted([*expecting, *others[: count - len(expecting)]])
    return [hops[number] for number in expecting]


def expects(hops: list[Request], number: int) -> bool:
    """A flag says so in newer logs; before, every hop that went over the wire may have had one."""
    hop = hops[number]
    if hop.leads_on:
        told = hops[number + 1].sent.get("redirectHasExtraInfo")
        is_internal = headers_in(hop.response).get("Non-Authoritative-Reason")
    else:
        told, is_internal = hop.has_extra_info, hop.cache or hop.is_inline
    is_internal = is_internal or text_in(hop.response, "statusText") == "Internal Redirect"
    return told is True or (told is None and not is_internal)
