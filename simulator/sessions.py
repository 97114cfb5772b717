"""One session as the API shows it, with what only the simulator knows about it."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

import msgspec

from simulator.clock import Skip
from simulator.times import iso, parsed

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
    release_at: float | None = None
    client: "Client" = field(default_factory=lambda: Client())
    left_behind: "LeftBehind | None" = None
    """What was put in with the session; None: its script's story tells it."""
    skips: list[Skip] = field(default_factory=list)
    """Clicks in the live view, which have pushed the script ahead."""
    mp4s_asked_at: float | None = None
    mp4s_to_fail: int = 0
    """How many of the requests for MP4s come to nothing."""
    uploads: list[dict[str, Any]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.fields["id"]

    @property
    def status(self) -> object:
        return self.fields["status"]

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def ended_at(self) -> float | None:
        return parsed(self.fields.get("endedAt"))

    def change(self, at: float, **fields: Any) -> None:
        """Sets fields; each change moves `updatedAt`."""
        self.fields.update(fields, updatedAt=iso(at))

    def minutes(self, until: float) -> int:
        """Browser minutes from the creation to `until`: started minutes count, at least one."""
        return max(1, -int(-(until - self.created_at) // 60))


@dataclass(frozen=True, slots=True)
class Client:
    """What the session's client does, and what it asked to be kept of it."""

    connects: bool = True
    stands_still: bool = False
    """Its script waits for something that never comes, from some moment before the timeout on."""
    solves_captchas: bool = True
    is_recorded: bool = True
    is_logged: bool = True


class PutFile(msgspec.Struct, forbid_unknown_fields=True):
    """A file of a zip: a text, then bytes, then that many zeros."""

    name: str
    text: str = ""
    base64: bytes = b""
    zeros: Annotated[int, msgspec.Meta(ge=0, le=1 << 33)] = 0


class LeftBehind(msgspec.Struct, forbid_unknown_fields=True):
    """Of a session that was put in: answers as they are. `files` make up the zip of downloads, or are one as it is."""

    logs: list[dict[str, Any]] = []
    recording: list[dict[str, Any]] = []
    replays: list[dict[str, Any]] = []
    playlists: dict[str, str] = {}
    files: list[PutFile] | bytes = []


@dataclass(slots=True)
class Plan:
    """What the session's client does. By default a script connects at once and plays until the session's timeout."""

    pending_s: float = 1.0
    connects: bool = True
    ends_after_s: float | None = None
    ends_by: Literal["disconnect", "release", "crash"] = "disconnect"
    stands_still: bool = False
    """A session with `keepAlive` survives a disconnect; a crash ends as ERROR, the others as COMPLETED."""
