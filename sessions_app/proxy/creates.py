"""`POST /v1/sessions`: sent once, its session given its owner, and its repetitions answered with that session."""

import asyncio
import json
import logging
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from cryptography.fernet import InvalidToken
from django.db import Error
from django.utils import timezone

from sessions_app.actions.creations import Created, keep, note_the_dead
from sessions_app.browserbase import CreatedSession, errors
from sessions_app.browserbase.decoding import Unreadable, decode
from sessions_app.browserbase.schemas import created_session_from
from sessions_app.models.account import cipher

from . import delivered, finding, tries
from .access import Access
from .answers import JSON, Answer, Headers, Refusal
from .batches import Batch
from .caller import Caller, Gone
from .database import Row
from .exchange import down, read_whole, target_of, usable
from .headers import upward
from .hiding import without_key
from .holder import holder
from .rights import with_project
from .routes import Route
from .threads import in_thread
from .tries import Asked

LONGEST_BODY = 4 * 1024 * 1024
LONGEST_S = 90.0
LOOK_EVERY_S = 0.25
LOOK_MEANWHILE_EVERY_S = 1.0
UNWRITTEN_AFTER = timedelta(seconds=5)
CONNECT_FIELDS = ("connectUrl", "seleniumRemoteUrl", "signingKey")

logger = logging.getLogger(__name__)

# By try: those that this process waits for upstream with, and everything that is not to be given up half-way.
_flights: dict[int, asyncio.Future[None]] = {}
_under_way: set[asyncio.Task[Any]] = set()


async def create(caller: Caller, access: Access, route: Route) -> None:
    """Answer a create. One whose caller hangs up is carried to its end, for its owner's and its repetition's sake."""
    body = await caller.body(LONGEST_BODY)
    if access.project_ids is not None:
        body = with_project(access, body)
    asked = Asked(
        access, caller.address, body, _retry_count(caller), _key(caller), target_of(caller, route), upward(caller)
    )
    work = _unbroken(_answer(asked))
    leaving = asyncio.create_task(caller.gone())
    await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
    leaving.cancel()
    if not work.done():
        await _leave(asked)
        return
    if asked.try_id and (asked.is_lost or _is_failure(work)):
        await tries.note_unheard(asked.try_id)
    await caller.answer(work.result())
    if asked.try_id:
        delivered.note(asked.try_id, caller.transport)


def _is_failure(work: asyncio.Task[Answer]) -> bool:
    """Whether its program, told this, will come again for its session."""
    return work.exception() is not None or work.result().status >= 500


async def _leave(asked: Asked) -> None:
    asked.gone = True
    if asked.try_id:
        await _note_gone(asked, asked.try_id)


async def _note_gone(asked: Asked, try_id: int) -> None:
    """Its answer may hang while its session runs: it is looked for meanwhile."""
    await tries.note_unheard(try_id)
    if flight := _flights.get(try_id):
        _unbroken(finding.search_during(asked.access, try_id, flight))


async def _answer(asked: Asked) -> Answer:
    while True:
        earlier = await _earlier(asked)
        if earlier is None:
            row = await tries.opened(asked)
            if row is not None:
                return await _fly(asked, row["id"])
        elif earlier.get("is_to_be_sent"):
            return await _fly(asked, earlier["id"])
        elif answer := await _repeat(asked, earlier["id"]):
            return answer


async def _earlier(asked: Asked) -> Row | None:
    """The try that this create repeats: by its key, or by its program's own count of repetitions."""
    if asked.key:
        row = await tries.keyed(asked)
        if row is not None and row["digest"] != asked.digest:
            raise Refusal(422, "This Idempotency-Key was used for another body.")
        return row
    return await tries.repeated(asked, delivered.broken()) if asked.retry_count else None


async def _repeat(asked: Asked, try_id: int) -> Answer | None:
    """What became of an earlier try, or a new one where nothing did. None: its key is free again."""
    while not asked.gone:
        row = await tries.read(try_id)
        if row is None:
            return None
        if row["successor_id"]:
            asked.try_id = try_id = row["successor_id"]
        elif row["state"] == "answered":
            return await _again(asked, row)
        elif row["state"] == "open":
            await _end_of(row)
        elif row["state"] == "refused":
            if asked.key:
                return None
            if await tries.reopened(try_id):
                return await _fly(asked, try_id)
        elif not await finding.is_found(asked.access, try_id, row["ended_at"]):
            successor = None if asked.gone else await tries.succeeded(asked, try_id)
            if successor is not None:
                return await _fly(asked, successor["id"])
    raise Gone


async def _end_of(row: Row) -> None:
    """Wait for the end of a try; for one of another process, a moment, and look whether that process still lives."""
    if flight := _flights.get(row["id"]):
        await asyncio.wait({flight}, timeout=LOOK_MEANWHILE_EVERY_S)
        return
    if row["holder"] == await holder.number() and row["sent_at"] < timezone.now() - UNWRITTEN_AFTER:
        await tries.ended(row["id"], "lost")  # it has ended here, and the database was away
    await in_thread(note_the_dead)
    await asyncio.sleep(LOOK_EVERY_S)


async def _fly(asked: Asked, try_id: int) -> Answer:
    """Send it, and settle what became of it before anybody hears."""
    asked.try_id = try_id
    _flights[try_id] = landed = asyncio.get_running_loop().create_future()
    if asked.gone:
        await _note_gone(asked, try_id)
    try:
        status, headers, body = await _send(asked)
        await _settle(asked, try_id, status, body)
    except errors.UpstreamError as error:
        await _end(asked, try_id, is_lost=error.sent)
        raise
    except Refusal:
        await _end(asked, try_id, is_lost=True)
        raise
    finally:
        del _flights[try_id]
        landed.set_result(None)
    return Answer(status, headers, body)


async def _send(asked: Asked) -> tuple[int, Headers, bytes]:
    """Upstream's answer as it may be shown. Raises UpstreamError, and Refusal for an answer that cannot be used."""
    passage, headers = asked.access.passage, [*asked.headers, (b"content-length", str(len(asked.body)).encode())]
    try:
        async with asyncio.timeout(LONGEST_S), passage.send("POST", asked.target, headers, asked.body) as answer:
            body = await read_whole(answer)
    except TimeoutError:
        raise errors.Timeout(f"Browserbase did not finish within {LONGEST_S:g} s.") from None
    return usable(answer.status), down(answer, passage), await without_key(body, passage)


async def _settle(asked: Asked, try_id: int, status: int, body: bytes) -> None:
    """A refusal started nothing; a failure of upstream's, or an answer that nobody can read, may have."""
    session = _created(body) if 200 <= status < 300 else None
    if session is None:
        await _end(asked, try_id, is_lost=status < 300 or status >= 500)
        return
    created = Created(
        asked.access.account_id,
        session,
        asked.address or None,
        token_id=asked.access.token_id,
        try_id=try_id,
        answer=body,
        extension_id=asked.extension_id,
    )
    try:
        await _keeping.add(created)
    except Error as error:
        logger.warning("Session %s was started and not stored: %s", session.id, str(error).partition("\n")[0])


async def _end(asked: Asked, try_id: int, is_lost: bool) -> None:
    await tries.ended(try_id, "lost" if is_lost else "refused")
    asked.is_lost = is_lost
    if is_lost:
        _unbroken(finding.search(asked.access, try_id))


async def _keep(created: list[Created]) -> None:
    """Together; where that fails, each for itself, so that one cannot cost the others their owner."""
    try:
        await in_thread(keep, created)
    except Error:
        if len(created) == 1:
            raise
        for one in created:
            await _keep([one])


_keeping: Batch[Created] = Batch(_keep)


async def _again(asked: Asked, row: Row) -> Answer:
    """A fresh read of what the first try started, as the answer to a create; where there is none, the first answer."""
    kept = _decrypted(row["encrypted_answer"])
    passage, path = asked.access.passage, b"/v1/sessions/" + quote(row["session_id"], safe="").encode()
    try:
        async with passage.send("GET", path, finding.READ, None) as answer:
            body = await read_whole(answer)
    except (errors.UpstreamError, Refusal):
        if not kept:
            raise
        return Answer(201, [JSON], kept)
    if answer.status != 200:
        return Answer(201, [JSON], kept) if kept else Answer(usable(answer.status), down(answer, passage), body)
    body = _with_connect_fields(await without_key(body, passage), kept)
    return Answer(201, down(answer, passage), body)


def _with_connect_fields(body: bytes, kept: bytes) -> bytes:
    """A session as it reads now, with those connect fields of its first answer that it lacks."""
    try:
        now, first = decode(body), decode(kept or b"{}")
    except Unreadable:
        return body
    if not isinstance(now, dict) or not isinstance(first, dict):
        return body
    lacking = {name: first[name] for name in CONNECT_FIELDS if now.get(name) is None and first.get(name) is not None}
    return json.dumps({**now, **lacking}, ensure_ascii=False).encode() if lacking else body


def _created(body: bytes) -> CreatedSession | None:
    try:
        return created_session_from(decode(body))
    except Unreadable:
        return None


def _decrypted(answer: str) -> bytes:
    try:
        return cipher().decrypt(answer.encode()) if answer else b""
    except InvalidToken:
        return b""


def _retry_count(caller: Caller) -> int:
    text = caller.header(b"x-stainless-retry-count") or b""
    return int(text) if text.isdigit() and len(text) <= 4 else 0


def _key(caller: Caller) -> str:
    key = caller.header(b"idempotency-key")
    return tries.digest_of_key(key) if key else ""


def _unbroken(work: Any) -> asyncio.Task[Any]:
    """A task that nobody's leaving ends, and whose failure is nobody's news but its waiter's."""
    task = asyncio.create_task(work)
    _under_way.add(task)
    task.add_done_callback(_done)
    return task


def _done(task: asyncio.Task[Any]) -> None:
    _under_way.discard(task)
    if not task.cancelled():
        task.exception()
