"""What a token may ask for, and which part of an answer is for it."""

from typing import Any

import msgspec

from sessions_app.browserbase.decoding import Unreadable, decode, split_list

from .access import Access
from .answers import Refusal
from .database import database
from .routes import Resource, Route

PROJECT_OF_SESSION = """
SELECT project_id FROM sessions_app_session WHERE id = %(session)s AND account_id = %(account)s
"""


def check_right(access: Access, route: Route) -> None:
    """Raises Refusal (403)."""
    if not access.can_operate and not route.only_reads:
        raise Refusal(403, "This token may only read: its right is read, and this needs operate.")
    if access.project_ids is None:
        return
    if route.resource is Resource.OF_ACCOUNT:
        raise Refusal(
            403, "Contexts and extensions are the whole account's: this needs a token of all projects, not of some."
        )
    if route.resource is Resource.PROJECT:
        check_project(access, route.ids[0])


def check_project(access: Access, project_id: object) -> None:
    """Raises Refusal (403)."""
    if not access.allows_project(project_id):
        named = f"Project {project_id}" if isinstance(project_id, str) and project_id else "This project"
        raise Refusal(403, f"{named} is not one of this token's projects.")


async def project_of(access: Access, session_id: str) -> str | None:
    """A session's project as our tables know it; None where they do not. It never changes."""
    row = await database().row(PROJECT_OF_SESSION, session=session_id, account=access.account_id)
    return row["project_id"] if row else None


def check_session(access: Access, answer: bytes) -> None:
    """Whether upstream's answer about one session is about one of the token's projects. Raises Refusal (403)."""
    try:
        session = decode(answer)
    except Unreadable:
        session = None
    check_project(access, session.get("projectId") if isinstance(session, dict) else None)


def cut(access: Access, route: Route, answer: bytes) -> bytes:
    """A list of projects or sessions without those of other projects; each entry as it came."""
    name = "id" if route.resource is Resource.PROJECTS else "projectId"
    try:
        entries = split_list(answer)
    except Unreadable:
        raise Refusal(502, "Browserbase's answer is no list, and cannot be cut to this token's projects.") from None
    return b"[" + b",".join(entry for entry in entries if access.allows_project(_field(entry, name))) + b"]"


def with_project(access: Access, body: bytes) -> bytes:
    """A create's body for a token of named projects: with its only project where none is named. Raises Refusal.

    Written anew, so that upstream reads the project that was checked here, also where a name stands there twice.
    """
    wanted = _object(body)
    assert access.project_ids is not None  # noqa: S101 (nobody asks otherwise)
    if wanted.get("projectId") is None:
        if len(access.project_ids) != 1:
            raise Refusal(403, "This token is for several projects: name one of them as projectId.")
        wanted["projectId"] = access.project_ids[0]
    check_project(access, wanted["projectId"])
    return msgspec.json.encode(wanted)


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = decode(body or b"{}")
    except Unreadable as problem:
        raise Refusal(400, f"The body cannot be read: {problem}.") from None
    if not isinstance(value, dict):
        raise Refusal(400, "The body is not an object.")
    return value


def _field(entry: bytes, name: str) -> object:
    try:
        value = decode(entry)
    except Unreadable:
        return None
    return value.get(name) if isinstance(value, dict) else None
