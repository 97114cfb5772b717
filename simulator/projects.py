"""A project, its live sessions and its usage counters."""

from dataclasses import dataclass, field
from typing import Any

from simulator.sessions import Session
from simulator.times import iso

SHOWN_WITHOUT_LIMIT = 1000
"""`concurrency` of a project in a world without a limit: the contract asks for a number."""


@dataclass(slots=True, eq=False)
class Project:
    """`concurrency` 0 means no limit; `default_timeout` is in seconds."""

    id: str
    name: str
    owner_id: str
    key: str
    default_timeout: int
    concurrency: int
    created_at: float
    live: dict[str, Session] = field(default_factory=dict)
    ended_minutes: int = 0
    ended_proxy_bytes: int = 0
    cycle_minutes: int = 0
    """What had been used when the billing cycle began; likewise `cycle_proxy_bytes`."""
    cycle_proxy_bytes: int = 0

    @property
    def free_slots(self) -> float:
        return self.concurrency - len(self.live) if self.concurrency else float("inf")

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "ownerId": self.owner_id,
            "defaultTimeout": self.default_timeout,
            "concurrency": self.concurrency or SHOWN_WITHOUT_LIMIT,
            "createdAt": iso(self.created_at),
            "updatedAt": iso(self.created_at),
        }

    def settle(self, session: Session, at: float) -> None:
        """Moves a session that is over from the running ones to the counters."""
        self.live.pop(session.id, None)
        if session.metered:
            self.ended_minutes += session.minutes(at)
            self.ended_proxy_bytes += session.fields["proxyBytes"]

    def usage(self, now: float) -> dict[str, int]:
        """`ProjectUsage`: what this billing cycle used, running sessions up to now."""
        minutes, proxy_bytes = self._used(now)
        return {
            "browserMinutes": minutes - self.cycle_minutes,
            "proxyBytes": proxy_bytes - self.cycle_proxy_bytes,
        }

    def begin_cycle(self, now: float) -> None:
        self.cycle_minutes, self.cycle_proxy_bytes = self._used(now)

    def _used(self, now: float) -> tuple[int, int]:
        running = [session for session in self.live.values() if session.metered]
        minutes = sum(session.minutes(now) for session in running)
        proxy_bytes = sum(session.fields["proxyBytes"] for session in running)
        return self.ended_minutes + minutes, self.ended_proxy_bytes + proxy_bytes
