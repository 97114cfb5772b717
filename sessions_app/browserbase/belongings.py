"""`/v1/contexts` and `/v1/extensions`: what sessions can be started with. The API has no list of either."""

import datetime as dt
from typing import IO, Any

import msgspec

from .fields import MAX_ID, MAX_NAME, as_object, id_of, text_of, time_of
from .reading import one, segment_of, the_one
from .wire import READ, Limits, Wire

UPLOAD = Limits(read_s=60, total_s=300)


class Context(msgspec.Struct, kw_only=True):
    """A stored browser profile; `raw` keeps every field."""

    id: str
    project_id: str = ""
    name: str = ""
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    raw: dict[str, Any] = {}


class Extension(msgspec.Struct, kw_only=True):
    """An uploaded browser extension; `raw` keeps every field."""

    id: str
    project_id: str = ""
    file_name: str = ""
    created_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    raw: dict[str, Any] = {}


class Contexts:
    """Every method raises UpstreamError, and takes `total_s`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def create(self, name: str = "", project_id: str = "", total_s: float | None = None) -> str:
        """The new context's id. Never sent twice. A name that the project has already is BadRequest (409)."""
        given = {"name": name, "projectId": project_id}
        body = {field: value for field, value in given.items() if value}
        answer = self._wire.post("/v1/contexts", body, READ.within(total_s), repeatable=False)
        return one(answer, lambda value: id_of(as_object(value)))

    def retrieve(self, id: str, total_s: float | None = None) -> Context:
        answer = self._wire.get(f"/v1/contexts/{segment_of(id)}", READ.within(total_s))
        return the_one(id, one(answer, context_from))

    def delete(self, id: str, total_s: float | None = None) -> None:
        """NotFound where it is gone already."""
        self._wire.delete(f"/v1/contexts/{segment_of(id)}", READ.within(total_s))


class Extensions:
    """Every method raises UpstreamError, and takes `total_s`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def create(self, name: str, file: IO[bytes], total_s: float | None = None) -> Extension:
        """Upload a zip under this file name. Streamed, never sent twice."""
        return one(self._wire.upload("/v1/extensions", name, file, UPLOAD.within(total_s)), extension_from)

    def retrieve(self, id: str, total_s: float | None = None) -> Extension:
        answer = self._wire.get(f"/v1/extensions/{segment_of(id)}", READ.within(total_s))
        return the_one(id, one(answer, extension_from))

    def delete(self, id: str, total_s: float | None = None) -> None:
        """NotFound where it is gone already."""
        self._wire.delete(f"/v1/extensions/{segment_of(id)}", READ.within(total_s))


def context_from(value: object) -> Context:
    """Raises Unreadable."""
    answer = as_object(value)
    return Context(name=text_of(answer, "name", MAX_NAME), **_belonging_fields(answer))


def extension_from(value: object) -> Extension:
    """Raises Unreadable."""
    answer = as_object(value)
    return Extension(file_name=text_of(answer, "fileName", MAX_NAME), **_belonging_fields(answer))


def _belonging_fields(answer: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": id_of(answer),
        "project_id": text_of(answer, "projectId", MAX_ID),
        "created_at": time_of(answer, "createdAt"),
        "updated_at": time_of(answer, "updatedAt"),
        "raw": answer,
    }
