"""Which requests belong to one another: the hops of a redirect, and a preflight with what it asked for."""

from collections.abc import Sequence

from sessions_app.inspector.log.values import text_in

from .initiator import initiator_of
from .request import Request


def hops_of(request: Request, requests: Sequence[Request]) -> list[Request]:
    """The whole chain that it is a part of, in order; itself alone where nothing led on."""
    same = [other for other in requests if protocol_id(other) == protocol_id(request) and other.page == request.page]
    first = last = same.index(request)
    while first > 0 and same[first - 1].leads_on:
        first -= 1
    while same[last].leads_on and last + 1 < len(same):
        last += 1
    return same[first : last + 1]


def asked_for_by(request: Request, requests: Sequence[Request]) -> Request | None:
    """The request that made the browser send this one, where it tells."""
    id = initiator_of(request).request_id
    return next((other for other in requests if protocol_id(other) == id and other is not request), None)


def protocol_id(request: Request) -> str:
    """As the protocol has it, shared by all hops."""
    return text_in(request.sent, "requestId")
