"""/v1/contexts: stored browser profiles. Their content lies with the service; here is what the API says of them."""

from functools import cache
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import UNSET, UnsetType
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.answers import json_answer, json_body, key_of, path_text, world_of
from simulator.belongings import Context
from simulator.creation import Text, named
from simulator.errors import ApiError, bad_request
from simulator.projects import Project
from simulator.world import World, new_id

UPLOAD_URL = "https://uploads.invalid/context"
"""The service takes no uploads any more and answers a URL that does not work (`ContextCreateResponse` in the SDK)."""


def upload_json(context: Context) -> dict[str, Any]:
    """The answer to a create and an update."""
    return {
        "id": context.id,
        "uploadUrl": UPLOAD_URL,
        "publicKey": public_key(),
        "cipherAlgorithm": "AES-256-CBC",
        "initializationVectorSize": 16,
    }


@cache
def public_key() -> str:
    """PEM of a real key, that nobody holds the other half of."""
    public = generate_private_key(public_exponent=65537, key_size=2048).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


class ContextRequest(msgspec.Struct, rename="camel"):
    project_id: Text | UnsetType = UNSET
    name: str | UnsetType = UNSET


async def create_context(request: Request) -> Response:
    key, world = key_of(request), world_of(request)
    try:
        wanted = msgspec.convert(await json_body(request), ContextRequest)
    except msgspec.ValidationError as error:
        raise bad_request(named(error)) from None
    project = world.project_meant(key, wanted.project_id)
    name = None if wanted.name is UNSET else wanted.name.strip() or None
    check_name(world, project, name)
    moment = world.advance()
    context = Context(new_id(), project, name, moment, moment)
    world.contexts.put(context)
    return json_answer(upload_json(context), 201)


def check_name(world: World, project: Project, name: str | None) -> None:
    """Names are unique within a project, whatever their case; ApiError 409 for one that is taken."""
    if name is None:
        return
    if any(context.project is project and context.is_named(name) for context in world.contexts.things.values()):
        raise ApiError(409, f"name: the project has a context named {name} already")


async def retrieve_context(request: Request) -> Response:
    return json_answer(asked_context(request).as_json())


async def update_context(request: Request) -> Response:
    context = asked_context(request)
    context.updated_at = world_of(request).advance()
    return json_answer(upload_json(context))


async def delete_context(request: Request) -> Response:
    world_of(request).contexts.take_away(asked_context(request))
    return Response(status_code=204)


def asked_context(request: Request) -> Context:
    return world_of(request).contexts.find(key_of(request), path_text(request, "id"))


routes = [
    Route("/v1/contexts", create_context, methods=["POST"]),
    Route("/v1/contexts/{id}", retrieve_context),
    Route("/v1/contexts/{id}", update_context, methods=["PUT"]),
    Route("/v1/contexts/{id}", delete_context, methods=["DELETE"]),
]
