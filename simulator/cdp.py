"""Entries of a log: messages of the Chrome DevTools protocol in the shape of the API's `SessionLog`.

A command has its answer beside it; an event's parameters stand on the request's side, as in logs that others published.
"""

import uuid
from dataclasses import dataclass, field
from typing import Any

import msgspec

Params = dict[str, Any]

BOOTED_AGO_S = 4000.0
"""The protocol's own times are seconds since the machine's start, which was that long before the session."""


@dataclass(slots=True)
class Log:
    """The log of one session as it is written. Moments are seconds since 1970."""

    session_id: str
    begins: float
    entries: list[dict[str, Any]] = field(default_factory=list)
    commands: int = 0

    def monotonic(self, moment: float) -> float:
        return round(moment - self.begins + BOOTED_AGO_S, 6)

    def in_order(self) -> list[dict[str, Any]]:
        return sorted(self.entries, key=lambda entry: entry["timestamp"])


@dataclass(frozen=True, slots=True)
class Target:
    """One tab in the log: its page number there, and its main frame, whose id is the target's."""

    log: Log
    page_id: int
    frame_id: str
    loader_id: str

    def event(self, at: float, method: str, **params: Any) -> None:
        message = {"method": method, "params": params, "sessionId": self.frame_id}
        self._add(at, method, {"request": self._side(at, message, params=params)})

    def command(
        self, at: float, method: str, result: Params | None = None, takes_s: float = 0.004, **params: Any
    ) -> None:
        """`result` None: the answer never came."""
        self.log.commands += 1
        number = self.log.commands
        sides = {"request": self._side(at, {"id": number, "method": method, "params": params}, params=params)}
        if result is not None:
            sides["response"] = self._side(at + takes_s, {"id": number, "result": result}, result=result)
        self._add(at, method, sides)

    def _side(self, at: float, message: Params, **part: Params) -> Params:
        return {"timestamp": round(at * 1000), **part, "rawBody": msgspec.json.encode(message).decode()}

    def _add(self, at: float, method: str, sides: Params) -> None:
        self.log.entries.append(
            {
                "method": method,
                "pageId": self.page_id,
                "sessionId": self.log.session_id,
                "timestamp": round(at * 1000),
                "frameId": self.frame_id,
                "loaderId": self.loader_id,
                **sides,
            }
        )


def id_from(*parts: object) -> str:
    """32 hexadecimal digits, the same for the same parts."""
    return uuid.uuid5(uuid.NAMESPACE_OID, " ".join(map(str, parts))).hex.upper()
