"""One request passed on to upstream, and its answer passed back: JSON read whole, everything else as it flows."""

import zlib
from collections.abc import AsyncIterator

import httpcore

from sessions_app.browserbase import Passage

from . import belongings, freshen, releases, rights
from .access import Access
from .answers import Answer, Headers, Refusal
from .caller import Caller
from .headers import downward, upward, value_of
from .hiding import without_connect_fields, without_key
from .routes import Resource, Route

LONGEST_JSON = 64 * 1024 * 1024
# Whatever type the answer claims, these are JSON by the contract, and hold what is not for everybody.
ALWAYS_WHOLE = (Resource.PROJECTS, Resource.PROJECT, Resource.SESSIONS, Resource.SESSION)
# A key would not stand in these by itself, and a file changed on the way is a broken file.
FILES = (b"application/zip", b"application/octet-stream", b"image/", b"video/", b"audio/")


async def pass_on(caller: Caller, access: Access, route: Route) -> None:
    """Ask upstream, answer the caller. Raises Refusal and UpstreamError, after the answer has begun too, and Gone."""
    await _check_session_first(access, route)
    content, length = _content(caller)
    target = target_of(caller, route)
    async with access.passage.send(caller.method, target, [*upward(caller), *length], content) as answer:
        if not _is_whole(answer, route):
            await _stream(caller, access, answer)
            return
        body = await read_whole(answer)
    status, headers = usable(answer.status), down(answer, access.passage)
    await caller.answer(Answer(status, headers, await _for_this_token(access, route, status, body)))
    freshen.note(access, route, status, body)
    releases.note(access, route, status, caller.address)
    belongings.note(access, route, status, body, caller.address)


def target_of(caller: Caller, route: Route) -> bytes:
    """The query passes byte for byte."""
    return route.path + b"?" + caller.query if caller.query else route.path


def down(answer: httpcore.Response, passage: Passage) -> Headers:
    """The answer's headers for the program, of a body read whole; none that holds the key."""
    decoded = (b"content-encoding",)
    return [pair for pair in downward(answer.headers, passage.key) if pair[0] not in decoded]


async def read_whole(answer: httpcore.Response) -> bytes:
    """The body, unpacked. Raises Refusal (502) past LONGEST_JSON bytes."""
    body = bytearray()
    async for chunk in _unpacked(answer):
        body += chunk
        if len(body) > LONGEST_JSON:
            raise Refusal(502, f"Browserbase's answer is longer than {LONGEST_JSON >> 20} MB.")
    return bytes(body)


async def _check_session_first(access: Access, route: Route) -> None:
    """For a token of some projects. What reads just the session itself is judged by that answer."""
    if (
        access.project_ids is None
        or not route.is_of_session
        or (route.resource is Resource.SESSION and route.only_reads)
    ):
        return
    project_id = await rights.project_of(access, route.ids[0])
    if project_id is not None:
        rights.check_project(access, project_id)
        return
    async with access.passage.send("GET", route.session_path, [(b"accept", b"application/json")], None) as answer:
        body = await read_whole(answer)
    if answer.status != 200:
        raise Refusal(
            404 if answer.status == 404 else 502, "Browserbase does not say which project this session is in."
        )
    rights.check_session(access, body)


def _content(caller: Caller) -> tuple[AsyncIterator[bytes] | None, Headers]:
    """The body as it comes, and the header that says how long it is."""
    if caller.header(b"transfer-encoding") is not None:
        return caller.chunks(), [(b"transfer-encoding", b"chunked")]
    if caller.has_body:
        return caller.chunks(), [(b"content-length", caller.header(b"content-length") or b"")]
    return None, [] if caller.method in ("GET", "DELETE") else [(b"content-length", b"0")]


def _is_whole(answer: httpcore.Response, route: Route) -> bool:
    kind = value_of(answer.headers, b"content-type").lower()
    return b"json" in kind or not kind or route.resource in ALWAYS_WHOLE


async def _for_this_token(access: Access, route: Route, status: int, body: bytes) -> bytes:
    if access.project_ids is not None and 200 <= status < 300:
        if route.resource in (Resource.PROJECTS, Resource.SESSIONS):
            body = rights.cut(access, route, body)
        elif route.resource is Resource.SESSION:
            rights.check_session(access, body)
    if not access.can_operate:
        body = await without_connect_fields(body)
    return await without_key(body, access.passage)


async def _stream(caller: Caller, access: Access, answer: httpcore.Response) -> None:
    headers = downward(answer.headers, access.passage.key)
    if length := value_of(answer.headers, b"content-length"):
        headers.append((b"content-length", length))
    await caller.start(usable(answer.status), headers)
    is_file = value_of(answer.headers, b"content-type").lower().startswith(FILES)
    chunks = answer.aiter_stream()
    async for chunk in chunks if is_file else access.passage.key.masked(chunks):
        await caller.write(chunk, more=True)
    await caller.write(b"", more=False)


def usable(status: int) -> int:
    if 200 <= status < 600:
        return status
    raise Refusal(502, f"Browserbase answered with the status {status}, which does not exist.")


async def _unpacked(answer: httpcore.Response) -> AsyncIterator[bytes]:
    """Nobody asked for a compressed answer; one that comes all the same is unpacked, a bit at a time."""
    encoding = value_of(answer.headers, b"content-encoding").strip().lower()
    if encoding in (b"", b"identity"):
        async for chunk in answer.aiter_stream():
            yield chunk
        return
    if encoding not in (b"gzip", b"deflate"):
        raise Refusal(502, "Browserbase's answer is compressed in a way that nobody asked for.")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        async for chunk in answer.aiter_stream():
            while chunk:
                yield unpacker.decompress(chunk, 1 << 20)
                chunk = unpacker.unconsumed_tail
    except zlib.error:
        raise Refusal(502, "The compression of Browserbase's answer is broken.") from None
