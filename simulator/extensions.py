"""/v1/extensions: browser extensions, uploaded as a zip. The file is looked at and let go."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.answers import json_answer, key_of, path_text, world_of
from simulator.belongings import Extension
from simulator.errors import ApiError, bad_request
from simulator.world import new_id

ZIP_BEGINS_WITH = b"PK"


async def upload_extension(request: Request) -> Response:
    """The API asks for no project: it is the key's first."""
    key, world = key_of(request), world_of(request)
    file_name = await uploaded_zip(request)
    extension = Extension(new_id(), world.projects_of(key)[0], file_name, world.advance())
    world.extensions.put(extension)
    return json_answer(extension.as_json(), 201)


async def uploaded_zip(request: Request) -> str:
    """The name of the zip in the multipart field `file`; ApiError 415 or 400 says what came instead."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise ApiError(415, "Expected multipart/form-data with a field named file")
    async with request.form() as form:
        upload = form.get("file")
        if not isinstance(upload, UploadFile):
            raise bad_request("file: expected a file")
        if await upload.read(len(ZIP_BEGINS_WITH)) != ZIP_BEGINS_WITH:
            raise bad_request("file: expected a zip")
        return upload.filename or "extension.zip"


async def retrieve_extension(request: Request) -> Response:
    return json_answer(asked_extension(request).as_json())


async def delete_extension(request: Request) -> Response:
    world_of(request).extensions.take_away(asked_extension(request))
    return Response(status_code=204)


def asked_extension(request: Request) -> Extension:
    return world_of(request).extensions.find(key_of(request), path_text(request, "id"))


routes = [
    Route("/v1/extensions", upload_extension, methods=["POST"]),
    Route("/v1/extensions/{id}", retrieve_extension),
    Route("/v1/extensions/{id}", delete_extension, methods=["DELETE"]),
]
