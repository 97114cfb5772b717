"""Sessions put into the world as they are, for tests and demonstrations that need a certain past or present."""

from typing import Any

import msgspec

from simulator.creation import named
from simulator.errors import bad_request
from simulator.sessions import LeftBehind, Session
from simulator.times import LAST_MOMENT, iso, parsed
from simulator.world import World, new_id

NOT_FIELDS = (*LeftBehind.__struct_fields__, "story", "mp4sFail")
"""What an entry can say beside the fields of its session."""


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
    try:
        left_behind_in(entry)
    except msgspec.ValidationError as error:
        raise bad_request(f"[{index}].{named(error)}") from None


def left_behind_in(entry: dict[str, Any]) -> LeftBehind:
    return msgspec.convert({name: entry[name] for name in LeftBehind.__struct_fields__ if name in entry}, LeftBehind)


def put(world: World, entry: dict[str, Any], moment: float) -> None:
    left_behind = None if entry.get("story") else left_behind_in(entry)
    own = {name: value for name, value in entry.items() if name not in NOT_FIELDS}
    fields = defaults(world, own, moment) | own
    created_at = parsed(fields["createdAt"])
    session = Session(fields, moment if created_at is None else created_at, metered=False, left_behind=left_behind)
    session.mp4s_to_fail = int(bool(entry.get("mp4sFail")))
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
