"""The rows of creates on their way (CreateTry), as this room reads and writes them.

Each statement settles by itself who of several that come at once goes on: in one process or in many.
"""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac
from psycopg.types.json import Jsonb

from sessions_app.actions.creations import extension_in, wanted_from
from sessions_app.browserbase.decoding import Unreadable, decode
from sessions_app.models.create_try import KEY_HONOURED_FOR, RETRIED_WITHIN

from .access import Access
from .answers import Headers
from .database import Row, database
from .holder import holder

COLUMNS = "id, state, retry_count, session_id, encrypted_answer, successor_id, digest, holder, sent_at, ended_at"
OPEN = f"""
INSERT INTO sessions_app_createtry
    (owner_id, account_id, token_id, address, digest, idempotency_key, retry_count, state, unheard, wanted, holder,
     began_at, sent_at, touched_at, clock_ahead_s, session_id, encrypted_answer)
VALUES (%(owner)s, %(account)s, %(token)s, %(address)s, %(digest)s, %(key)s, %(retry)s, 'open', false, %(wanted)s,
        %(holder)s, %(now)s, %(now)s, now(), 0, '', '')
ON CONFLICT (token_id, idempotency_key) WHERE NOT idempotency_key = '' DO NOTHING
RETURNING {COLUMNS}
"""  # noqa: S608 (names of columns)
# Of several that it may repeat, by what became of each: 0 its client cannot have got the session, 1 refused, 2 answered
# on a connection that has closed since, 3 answered, 4 others wait for it. The last two only where there is nothing
# else; before that, what was repeated as often as this one says; the one that ended first. A refused one is open again
# at once, so that two cannot both send it.
TAKE = f"""
WITH own AS (
    SELECT id AS try, state, retry_count, touched_at,
        CASE WHEN state = 'refused' THEN 1
             WHEN unheard THEN 0
             WHEN id = ANY(%(broken)s) THEN 2
             WHEN state = 'answered' THEN 3 ELSE 4 END AS became
    FROM sessions_app_createtry
    WHERE token_id = %(token)s AND digest = %(digest)s AND address = %(address)s AND idempotency_key = ''
      AND retry_count < %(retry)s AND successor_id IS NULL AND (state = 'open' OR touched_at > now() - %(within)s)
), taken AS (
    SELECT try, state = 'refused' AS is_to_be_sent FROM own
    ORDER BY became >= 3, retry_count DESC, became, touched_at, try
    LIMIT 1
)
UPDATE sessions_app_createtry SET
    retry_count = %(retry)s, touched_at = now(), unheard = false,
    state = CASE WHEN is_to_be_sent THEN 'open' ELSE state END,
    holder = CASE WHEN is_to_be_sent THEN %(holder)s ELSE holder END,
    sent_at = CASE WHEN is_to_be_sent THEN %(now)s ELSE sent_at END
FROM taken WHERE id = try
RETURNING {COLUMNS}, is_to_be_sent
"""  # noqa: S608
KEYED = f"""
SELECT {COLUMNS} FROM sessions_app_createtry WHERE token_id = %(token)s AND idempotency_key = %(key)s
"""  # noqa: S608
READ = f"SELECT {COLUMNS} FROM sessions_app_createtry WHERE id = %(id)s"  # noqa: S608
FORGET_KEY = """
UPDATE sessions_app_createtry SET idempotency_key = ''
WHERE token_id = %(token)s AND idempotency_key = %(key)s AND began_at < now() - %(honoured)s
"""
UNHEARD = "UPDATE sessions_app_createtry SET unheard = true, touched_at = now() WHERE id = %(id)s"
END = """
UPDATE sessions_app_createtry
SET state = %(state)s::text, ended_at = now(), touched_at = now(),
    idempotency_key = CASE WHEN %(state)s::text = 'refused' THEN '' ELSE idempotency_key END
WHERE id = %(id)s AND state = 'open'
"""
REOPEN = """
UPDATE sessions_app_createtry
SET state = 'open', holder = %(holder)s, sent_at = %(now)s, touched_at = now(), ended_at = NULL
WHERE id = %(id)s AND state = 'refused'
RETURNING id
"""


@dataclass
class Asked:
    """A create as it came. `retry_count` as its program counts, 0 where it does not say; `key` "" without one."""

    access: Access
    address: str
    body: bytes
    retry_count: int
    key: str
    target: bytes
    headers: Headers
    gone: bool = False
    is_lost: bool = False
    try_id: int | None = None
    digest: str = field(init=False)
    wanted: dict[str, Any] = field(init=False)
    extension_id: str = field(init=False)

    def __post_init__(self) -> None:
        try:
            value = decode(self.body.strip() or b"{}")
        except Unreadable:
            value = None
        named = value if isinstance(value, dict) else {}
        self.wanted, self.extension_id = wanted_from(named), extension_in(named)
        canonical = self.body if value is None else json.dumps(value, sort_keys=True).encode()
        # Keyed: a body can hold a proxy's password, which a bare hash would let one guess.
        self.digest = salted_hmac("create", canonical, algorithm="sha256").hexdigest()

    @property
    def values(self) -> dict[str, Any]:
        return {
            "token": self.access.token_id,
            "digest": self.digest,
            "address": self.address,
            "key": self.key,
            "retry": self.retry_count,
        }


def digest_of_key(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()


async def opened(asked: Asked) -> Row | None:
    """A new row; None where another create with the same key was there first."""
    row = await database().row(OPEN, **asked.values, **await _more_of(asked))
    asked.try_id = row["id"] if row else None
    return row


async def repeated(asked: Asked, broken: list[int]) -> Row | None:
    """The try that this one repeats, from now on taken by it; None where there is none. `is_to_be_sent`: by us, now.

    `broken` are the tries whose answers went out on connections that have broken since.
    """
    number = await holder.number()
    async with database().transaction() as connection:
        # Two repetitions that come at once must not take the same one.
        lock = f"{asked.access.token_id}:{asked.digest}:{asked.address}"
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
        more = {"broken": broken, "within": RETRIED_WITHIN, "holder": number, "now": timezone.now()}
        cursor = await connection.execute(TAKE, asked.values | more)
        row: Row | None = await cursor.fetchone()
    asked.try_id = row["id"] if row else None
    return row


async def keyed(asked: Asked) -> Row | None:
    """The create that used this key within a day."""
    await database().rows(FORGET_KEY, **asked.values, honoured=KEY_HONOURED_FOR)
    row = await database().row(KEYED, **asked.values)
    asked.try_id = row["id"] if row else None
    return row


async def read(try_id: int) -> Row | None:
    return await database().row(READ, id=try_id)


async def ended(try_id: int, state: str) -> None:
    """`refused` or `lost`; a key whose create was refused is free again."""
    await database().rows(END, id=try_id, state=state)


async def note_unheard(try_id: int) -> None:
    """Its client hung up or was told of a failure: it has no session, and is expected to come again."""
    await database().rows(UNHEARD, id=try_id)


async def reopened(try_id: int) -> bool:
    """Whether it is for us to send a refused one again."""
    return await database().row(REOPEN, id=try_id, holder=await holder.number(), now=timezone.now()) is not None


async def succeeded(asked: Asked, lost_id: int) -> Row | None:
    """A new row in place of a lost one, for which nothing was found; None where another repetition made it.

    The lost one stays: should its session appear later, it gets its owner all the same.
    """
    values = {**asked.values, **await _more_of(asked)}
    async with database().transaction() as connection:
        cursor = await connection.execute(
            "UPDATE sessions_app_createtry SET idempotency_key = '' "
            "WHERE id = %s AND state = 'lost' AND successor_id IS NULL RETURNING id",
            [lost_id],
        )
        if await cursor.fetchone() is None:
            return None
        row: Row | None = await (await connection.execute(OPEN, values)).fetchone()
        if row is not None:
            await connection.execute(
                "UPDATE sessions_app_createtry SET successor_id = %s WHERE id = %s", [row["id"], lost_id]
            )
            asked.try_id = row["id"]
    return row


async def _more_of(asked: Asked) -> dict[str, Any]:
    return {
        "owner": asked.access.owner_id,
        "account": asked.access.account_id,
        "wanted": Jsonb(asked.wanted),
        "holder": await holder.number(),
        "now": timezone.now(),
    }
