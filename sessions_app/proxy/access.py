"""Who asks: the token of a request, looked up anew with every one, so that a revoked one is refused at once."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from sessions_app.browserbase import Passage, errors
from sessions_app.models import Token
from sessions_app.models.account import passage_of
from sessions_app.models.token import USE_NOTED_EVERY

from .answers import Refusal
from .caller import Caller
from .database import UNREACHABLE, database

LOOK_UP = """
SELECT t.id, t.owner_id, t.account_id, t."right", t.project_ids, t.expires_at, t.revoked_at, t.last_used_at,
       u.is_active, a.base_url, a.encrypted_key
FROM sessions_app_token t
JOIN sessions_app_user u ON u.id = t.owner_id
JOIN sessions_app_account a ON a.id = t.account_id
WHERE t.token_hash = %(token_hash)s
"""
NOTE_USE = """
UPDATE sessions_app_token SET last_used_at = now()
WHERE id = (SELECT id FROM sessions_app_token WHERE id = %(token)s FOR UPDATE SKIP LOCKED)
"""
BEARER = b"bearer "


@dataclass(frozen=True)
class Access:
    """A valid token: whose, what it may, and the way to upstream. `project_ids` None means all of the account's."""

    token_id: int
    owner_id: int
    account_id: int
    can_operate: bool
    project_ids: list[str] | None
    passage: Passage = field(repr=False)

    def allows_project(self, project_id: object) -> bool:
        return self.project_ids is None or project_id in self.project_ids


async def access_of(caller: Caller) -> Access:
    """Raises Refusal: 401 without a valid token, 502 where the account's key or address cannot be used."""
    text = _token_of(caller)
    if not text:
        raise _unauthorized("No token: send one of Sightglass's own as X-BB-API-Key, or as Authorization: Bearer.")
    row = await database().row(LOOK_UP, token_hash=Token.hash_of(text))
    _check(row)
    assert row is not None  # noqa: S101 (_check raised)
    _note_use(row["id"], row["last_used_at"])
    try:
        passage = passage_of(row["encrypted_key"], row["base_url"])
    except errors.UpstreamError as error:
        raise Refusal(502, error.message) from None
    return Access(
        row["id"],
        row["owner_id"],
        row["account_id"],
        row["right"] == Token.Right.OPERATE,
        row["project_ids"],
        passage,
    )


def _token_of(caller: Caller) -> str:
    """The SDKs' header before the general one."""
    text = caller.header(b"x-bb-api-key")
    if text is None:
        bearer = caller.header(b"authorization") or b""
        text = bearer[len(BEARER) :] if bearer[: len(BEARER)].lower() == BEARER else b""
    return text.decode("latin-1").strip()


def _check(row: dict[str, Any] | None) -> None:
    if row is None:
        raise _unauthorized("This token is not known here.")
    if row["revoked_at"] is not None or not row["is_active"]:
        raise _unauthorized("This token was revoked.")
    if row["expires_at"] is not None and row["expires_at"] <= timezone.now():
        raise _unauthorized("This token has expired.")


def _unauthorized(message: str) -> Refusal:
    return Refusal(401, message, [(b"www-authenticate", b"Bearer")])


_noting: set[asyncio.Task[None]] = set()


def _note_use(token_id: int, last_used_at: datetime | None) -> None:
    """At most once a minute, and never in the way of the request."""
    if last_used_at is None or timezone.now() - last_used_at >= USE_NOTED_EVERY:
        task = asyncio.create_task(_write_use(token_id))
        _noting.add(task)
        task.add_done_callback(_noting.discard)


async def _write_use(token_id: int) -> None:
    try:
        await database().rows(NOTE_USE, token=token_id)
    except UNREACHABLE:
        return
