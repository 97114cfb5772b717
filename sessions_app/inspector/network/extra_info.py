"""`…ExtraInfo` messages: the headers as they went over the wire. They name no hop: they pair by what they tell of its
answer, else by their order.
"""

from collections import defaultdict, deque
from collections.abc import Hashable
from typing import Any

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.values import status_in, text_in

from .headers import headers_in, headers_of, value_of
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
    pair_answers(takers(hops, len(received)), [message.params for message in received])


def pair_answers(hops: list[Request], told: list[Params]) -> None:
    """By status and where it leads, by status, and what fits none (a 304 whose body the cache had) by its order."""
    for seen in (2, 1, 0):
        waiting: dict[Hashable, deque[Params]] = defaultdict(deque)
        for params in told:
            waiting[answer_of(params, "statusCode")[:seen]].append(params)
        for hop in hops:
            if hop.response_extra is None and (fitting := waiting[answer_of(hop.response, "status")[:seen]]):
                hop.response_extra = fitting.popleft()
        left = {id(params) for fitting in waiting.values() for params in fitting}
        told = [params for params in told if id(params) in left]


def answer_of(told: Params | None, status: str) -> tuple[int | None, str]:
    return status_in(told, status), value_of(headers_of(headers_in(told)), "location")


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
