"""The far side of the network in tests: one key of a simulator process, and how to steer it."""

import io
import itertools
import time
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx


class Simulator:
    """A world of its own behind one key: two projects, no sessions, nothing that goes on by itself.

    Many tests share one process; each has a key and projects nobody else uses. Faults hold for the whole process.
    """

    _numbers = itertools.count(1)

    def __init__(self, url: str, key: str) -> None:
        self.url = url
        self.key = key
        self.http = httpx.Client(base_url=url, headers={"X-BB-API-Key": key}, timeout=60)
        self.projects: list[str] = [project["id"] for project in self.get("/v1/projects")]

    def get(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()

    def create(self, **body: Any) -> dict[str, Any]:
        """A session made over the API, as an SDK would."""
        return self.http.post("/v1/sessions", json=body).raise_for_status().json()

    def session(self, status: str = "RUNNING", **fields: Any) -> dict[str, Any]:
        """A session in the API's shape, not yet put in; started a minute ago unless told otherwise."""
        number = next(self._numbers)
        now = datetime.now(UTC)
        defaults = {
            "id": f"{number:08x}-0000-4000-8000-{time.monotonic_ns() % 16**12:012x}",
            "projectId": self.projects[0],
            "status": status,
            "region": "us-west-2",
            "createdAt": stamp(now - timedelta(minutes=1)),
            "updatedAt": stamp(now - timedelta(minutes=1)),
            "startedAt": stamp(now - timedelta(minutes=1)),
            "endedAt": None if status in ("RUNNING", "PENDING") else stamp(now),
            "expiresAt": stamp(now + timedelta(hours=1)),
            "keepAlive": True,
            "proxyBytes": 0,
            "userMetadata": {},
        }
        return defaults | fields

    def put(self, *sessions: dict[str, Any]) -> None:
        """Into the world as they are, replacing by id."""
        self.http.post("/_sim/sessions", json=list(sessions)).raise_for_status()

    def change(self, session: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Put a session in again, changed just now."""
        changed = session | {"updatedAt": stamp(datetime.now(UTC))} | fields
        self.put(changed)
        return changed

    def fault(self, match: str, fault: str, **more: Any) -> None:
        self.http.post("/_sim/faults", json={"match": match, "fault": fault, **more}).raise_for_status()

    def clear_faults(self) -> None:
        self.http.delete("/_sim/faults").raise_for_status()


def stamp(moment: datetime) -> str:
    """A time as the API writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def a_zip(padding: int = 0) -> bytes:
    """An extension that does nothing."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", '{"manifest_version": 3, "name": "nothing", "version": "1"}')
        archive.writestr("padding", bytes(padding))
    return file.getvalue()


def ended_an_hour_ago(simulator: Simulator, seconds: float = 60, **fields: Any) -> dict[str, Any]:
    """A session that was over after so many seconds, not yet put in."""
    started = datetime.now(UTC) - timedelta(hours=1)
    times = dict.fromkeys(("createdAt", "startedAt"), stamp(started))
    ended = stamp(started + timedelta(seconds=seconds))
    return simulator.session("COMPLETED", **times, endedAt=ended, updatedAt=ended, **fields)
