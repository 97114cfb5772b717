"""Where a request's time went, in milliseconds. -1 is what did not happen or is not known."""

from typing import Any

from sessions_app.inspector.log.values import number_in
from sessions_app.inspector.network.request import Request

Timings = dict[str, float]


def timings_of(request: Request) -> tuple[Timings, float]:
    """The parts, and their sum, which is the request's `time`. The protocol's own can be negative or contradict each
    other; none of ours is below -1.
    """
    whole = request.duration_ms
    parts = phases(request)
    first = lasting(parts)
    if whole is None:
        whole = max(first, request.response_ms or 0)
    elif first > whole:
        parts, first = {"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0}, 0
    waited = min(max((request.response_ms or 0) - first, 0), whole - first)
    parts |= {"wait": waited, "receive": whole - first - waited}
    timings = {name: round(part, 3) for name, part in parts.items()}
    return timings, round(lasting(timings), 3)


def lasting(parts: Timings) -> float:
    """`ssl` is a part of `connect`."""
    return sum(part for name, part in parts.items() if part > 0 and name != "ssl")


def phases(request: Request) -> Timings:
    """What comes before the answer is waited for."""
    told = request.timing
    dns, connect = between(told, "dns"), between(told, "connect")
    send = max(between(told, "send"), 0)
    begins = (number_in(told, f"{name}Start") for name in ("dns", "connect", "send"))
    blocked = next((begin for begin in begins if begin is not None and begin >= 0), -1)
    return {"blocked": blocked, "dns": dns, "connect": connect, "ssl": between(told, "ssl"), "send": send}


def between(told: dict[str, Any], name: str) -> float:
    begin, end = number_in(told, f"{name}Start"), number_in(told, f"{name}End")
    return end - begin if begin is not None and end is not None and 0 <= begin <= end else -1
