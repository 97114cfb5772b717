"""One session as the API shows it, with what only the simulator knows about it."""

from dataclasses import dataclass, field
from typing import Any, Literal

from simulator.times import iso

LIVE = ("PENDING", "RUNNING")
STATUSES = (*LIVE, "ERROR", "TIMED_OUT", "COMPLETED")


@dataclass(slots=True, eq=False)
class Session:
    """`fields` is the answer to a read: camelCase, times as ISO 8601 texts. The other times are seconds since 1970."""

    fields: dict[str, Any]
    created_at: float
    metered: bool = True
    """False for what was put in by /_sim/sessions: the usage counters leave it out."""
    signing_key: str | None = None
    logs: list[dict[str, Any]] = field(default_factory=list)
    release_at: float | None = None
    skipped_s: float = 0.0
    """How far clicks in the live view have pushed the script ahead."""

    @property
    def id(self) -> str:
        return self.fields["id"]

    @property
    def status(self) -> object:
        return self.fields["status"]

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    def change(self, at: float, **fields: Any) -> None:
        """Sets fields; each change moves `updatedAt`."""
        self.fields.update(fields, updatedAt=iso(at))

    def minutes(self, until: float) -> int:
        """Browser minutes from the creation to `until`: started minutes count, at least one."""
        return max(1, -int(-(until - self.created_at) // 60))


@dataclass(slots=True)
class Plan:
    """What the session's client does. By default a script connects at once and plays until the session's timeout."""

    pending_s: float = 1.0
    connects: bool = True
    ends_after_s: float | None = None
    ends_by: Literal["disconnect", "release", "crash"] = "disconnect"
    """A session with `keepAlive` survives a disconnect; a crash ends as ERROR, the others as COMPLETED."""
