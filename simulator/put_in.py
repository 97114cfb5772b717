"""Sessions put into the world as they are, for tests and demonstrations that need a certain past or present."""

from typing import Any

from simulator.errors import bad_request
from simulator.sessions import LeftBehind, Session
from simulator.times import LAST_MOMENT, iso, parsed
from simulator.world import World, new_id


def put_in(world: World, entries: object) -> int:
    """Puts in all of a list of session objects, or none: ApiError 400 names the first that is no such object.

    Fields are kept as given, strange values too, and missing ones get defaults. Such a session changes only when it is
    released, or when its `expiresAt` passes while it is live.
    """
    if not isinstance(entries, list):
        raise bad_request("expected a list of session objects")
    for index, entry in enumerate(entries):
        check(index, entry)
    moment = world.advance()
    for entry in entries:
        put(world, entry, moment)
    return len(entries)


def check(index: int, entry: object) -> None:
    if not isinstance(entry, dict):
        raise bad_request(f"[{index}]: expected a session object")
    if not isinstance(entry.get("id", ""), str):
        raise bad_request(f"[{index}].id: expected a text")
    for name in ("logs", "recording", "replays"):
        check_list(f"[{index}].{name}", entry.get(name, []))
    if not isinstance(entry.get("files", []), str):
        check_list(f"[{index}].files", entry.get("files", []))
    if not isinstance(entry.get("playlists", {}), dict):
        raise bad_request(f"[{index}].playlists: expected an object of texts by pageId")


def check_list(name: str, value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise bad_request(f"{name}: expected a list of objects")


def left_behind_by(entry: dict[str, Any]) -> LeftBehind | None:
    """Takes out of the entry what is no field of a session. None where its script's story is to tell it."""
    tells_story = entry.pop("story", False)
    names = ("logs", "recording", "replays", "playlists", "files")
    given = {name: entry.pop(name) for name in names if name in entry}
    return None if tells_story else LeftBehind(**given)


def put(world: World, entry: dict[str, Any], moment: float) -> None:
    left_behind = left_behind_by(entry)
    fields = defaults(world, entry, moment) | entry
    created_at = parsed(fields["createdAt"])
    session = Session(fields, moment if created_at is None else created_at, metered=False, left_behind=left_behind)
    world.add(session)
    expires_at = parsed(fields["expiresAt"])
    if session.is_live and expires_at is not None and expires_at > moment:
        world.end_at(expires_at, session, "TIMED_OUT")


def defaults(world: World, entry: dict[str, Any], moment: float) -> dict[str, Any]:
    """Values for fields that are missing; times follow from those that are there."""
    project = next(iter(world.projects.values()))
    created_at = entry.get("createdAt", entry.get("startedAt", iso(moment)))
    started_at = entry.get("startedAt", created_at)
    expires_at = min((parsed(started_at) or moment) + project.default_timeout, LAST_MOMENT)
    return {
        "id": new_id(),
        "projectId": project.id,
        "status": "COMPLETED" if entry.get("endedAt") else "RUNNING",
        "region": "us-west-2",
        "createdAt": created_at,
        "updatedAt": entry.get("endedAt") or started_at,
        "startedAt": started_at,
        "expiresAt": iso(expires_at),
        "keepAlive": False,
        "proxyBytes": 0,
    }
