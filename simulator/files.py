"""Files: those that a session's browser downloaded, as a zip, and those put where it can pick them."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.answers import json_answer, path_text, world_of
from simulator.api import asked_session
from simulator.downloaded import downloads_on
from simulator.errors import ApiError, bad_request, not_found
from simulator.sessions import PutFile, Session
from simulator.visits import visits_of
from simulator.world import World, now

Named = tuple[str, bytes]
ZEROS = bytes(1 << 20)


async def downloads(request: Request) -> Response:
    """A zip without entries where nothing was downloaded: what the service answers then is not documented."""
    session = asked_session(request)
    if session.left_behind is not None:
        content = put_in_zip(session.left_behind.files)
    else:
        content = zipped(files_of(world_of(request), session))
    return Response(content, media_type="application/zip")


def zipped(files: Iterator[Named]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name), data)
    return content.getvalue()


def put_in_zip(files: list[PutFile] | bytes) -> bytes:
    if isinstance(files, bytes):
        return files
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            with archive.open(zipfile.ZipInfo(file.name), "w", force_zip64=True) as entry:
                for piece in pieces(file):
                    entry.write(piece)
    return content.getvalue()


def pieces(file: PutFile) -> Iterator[bytes]:
    yield file.text.encode()
    yield file.base64
    for _ in range(file.zeros // len(ZEROS)):
        yield ZEROS
    yield ZEROS[: file.zeros % len(ZEROS)]


def files_of(world: World, session: Session) -> Iterator[Named]:
    """What its script downloaded up to now, in order."""
    for visit in visits_of(world, session, now()):
        for download in downloads_on(visit):
            yield download.stored_name, download.content


async def upload(request: Request) -> Response:
    """The content is looked through and let go; what came is told at /_sim/sessions/{id}/uploads."""
    session = asked_session(request)
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise ApiError(415, "Expected multipart/form-data with a field named file")
    if session.status != "RUNNING":
        raise bad_request("Session is not running, so nothing can be uploaded to it")
    async with request.form() as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise bad_request("file: expected a file")
        session.uploads.append(await described(file))
    return json_answer({"message": "File uploaded successfully"})


async def described(file: UploadFile) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    while piece := await file.read(1 << 20):
        digest.update(piece)
        size += len(piece)
    return {"name": file.filename, "size": size, "sha256": digest.hexdigest()}


async def list_uploads(request: Request) -> Response:
    session = world_of(request).sessions.get(path_text(request, "id"))
    if session is None:
        raise not_found("Session")
    return json_answer(session.uploads)


routes = [
    Route("/v1/sessions/{id}/downloads", downloads),
    Route("/v1/sessions/{id}/uploads", upload, methods=["POST"]),
    Route("/_sim/sessions/{id}/uploads", list_uploads),
]
