"""What no answer gives out: the account's key, and to a token that only reads, what drives a browser."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import msgspec

from sessions_app.browserbase import Passage
from sessions_app.browserbase.decoding import Unreadable, decode
from sessions_app.browserbase.schemas import without_credentials

from .answers import Refusal

HIDDEN = (
    "hidden by Sightglass: this holds the account's API key. Use an address with signingKey=, made from the "
    "signingKey of the session, or watch and drive the session on its page in Sightglass."
)
LONG = 262_144  # bytes; longer answers are looked through in a thread
#: One that does not end goes as far as it can: to look for its end again from each quote within takes forever.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?', re.DOTALL)
_CREDENTIAL = re.compile(rb"connect[-_]?url|signing[-_]?key|selenium[-_]?remote[-_]?url|\\u00", re.IGNORECASE)


async def without_key(body: bytes, passage: Passage) -> bytes:
    """A JSON answer in which no string holds the key; all its other bytes as they came."""
    return await _aside(_without_key, body, passage)


async def without_connect_fields(body: bytes) -> bytes:
    """A JSON answer without connectUrl, signingKey and seleniumRemoteUrl. Raises Refusal where it cannot be read."""
    return await _aside(_without_connect_fields, body) if _CREDENTIAL.search(body) else body


async def _aside(work: Callable[..., bytes], body: bytes, *more: Any) -> bytes:
    return await asyncio.to_thread(work, body, *more) if len(body) > LONG else work(body, *more)


def _without_key(body: bytes, passage: Passage) -> bytes:
    if not passage.key.is_in(body):
        return body
    told = msgspec.json.encode(HIDDEN)
    body = _STRING.sub(lambda found: told if passage.key.is_in(found[0]) else found[0], body)
    return passage.key.mask_data(body)


def _without_connect_fields(body: bytes) -> bytes:
    try:
        return msgspec.json.encode(without_credentials(decode(body)))
    except Unreadable:
        raise Refusal(502, "Browserbase's answer cannot be read, and what it holds is not for this token.") from None
