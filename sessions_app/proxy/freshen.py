"""Our tables, freshened by what passes through: after the answer is out, and never in anybody's way.

What is missed here the pulls bring: nothing fails, nothing is waited for, and under load answers are left out.
"""

import asyncio
import logging
import time

from django.db import Error

from sessions_app.browserbase import Session
from sessions_app.browserbase.decoding import Unreadable, decode, split_list
from sessions_app.browserbase.schemas import session_from
from sessions_app.models import Account
from sessions_app.pulls.store import store_sessions

from .access import Access
from .routes import Resource, Route
from .threads import in_thread

MOST_WAITING = 500
PAUSE_S = 0.25  # between two rounds, so that many answers are one statement
REST = 10  # times as long as storing took

logger = logging.getLogger(__name__)

# The newest answer about each thing: a session, or an account's whole list.
_waiting: dict[tuple[int, bytes], bytes] = {}
_stored: dict[tuple[int, bytes], int] = {}
_rounds: asyncio.Task[None] | None = None


def note(access: Access, route: Route, status: int, body: bytes) -> None:
    """Remember an answer about sessions, to be stored a moment later."""
    global _rounds
    if not 200 <= status < 300 or route.resource not in (Resource.SESSION, Resource.SESSIONS):
        return
    key = (access.account_id, route.path)
    if len(_waiting) >= MOST_WAITING or _stored.get(key) == hash(body):
        return
    _waiting[key] = body
    if _rounds is None or _rounds.done():
        _rounds = asyncio.create_task(_run())


async def _run() -> None:
    while _waiting:
        await asyncio.sleep(PAUSE_S)
        answers, before = dict(_waiting), time.monotonic()
        _waiting.clear()
        try:
            await in_thread(_store, answers)
        except Error as error:
            logger.warning("Answers that passed through were not stored: %s", str(error).partition("\n")[0])
        else:
            _remember(answers)
        await asyncio.sleep((time.monotonic() - before) * REST)


def _remember(answers: dict[tuple[int, bytes], bytes]) -> None:
    """The same answer again brings nothing."""
    if len(_stored) > 10 * MOST_WAITING:
        _stored.clear()
    _stored.update({key: hash(body) for key, body in answers.items()})


def _store(answers: dict[tuple[int, bytes], bytes]) -> None:
    read: dict[int, list[Session]] = {}
    for (account_id, _), body in answers.items():
        read.setdefault(account_id, []).extend(sessions_in(body))
    for account in Account.objects.filter(pk__in=read):
        store_sessions(account, read[account.pk])


def sessions_in(body: bytes) -> list[Session]:
    """The readable sessions of an answer, whether one or a list."""
    try:
        entries = split_list(body) if body.lstrip().startswith(b"[") else [body]
    except Unreadable:
        return []
    sessions = []
    for entry in entries:
        try:
            sessions.append(session_from(decode(entry)))
        except Unreadable:
            continue
    return sessions
