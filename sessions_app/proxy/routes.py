"""Which requests are of the API, and what each is.

Judged on the path as it was sent: only there `a%2Fb` is one segment. A literal part of the path has to be written as
documented; an id is any text that can only mean one thing.
"""

import enum
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

from .answers import Refusal

MAX_ID = 256
_LEADING_SLASHES = re.compile(rb"^/+")


class Resource(enum.Enum):
    PROJECTS = enum.auto()
    PROJECT = enum.auto()
    SESSIONS = enum.auto()
    SESSION = enum.auto()
    LIVE_VIEW = enum.auto()
    PART_OF_SESSION = enum.auto()
    OF_ACCOUNT = enum.auto()  # contexts and extensions belong to no project that could be told from outside


@dataclass(frozen=True)
class Route:
    """One request of the API: what it is about, the ids in its path, decoded, and the target to ask upstream for."""

    resource: Resource
    method: str
    ids: tuple[str, ...]
    path: bytes

    @property
    def is_create(self) -> bool:
        return self.resource is Resource.SESSIONS and self.method == "POST"

    @property
    def is_of_session(self) -> bool:
        return self.resource in (Resource.SESSION, Resource.LIVE_VIEW, Resource.PART_OF_SESSION)

    @property
    def session_path(self) -> bytes:
        """The target of the session that this is a part of."""
        return b"/v1/sessions/" + quote(self.ids[0], safe="").encode()

    @property
    def only_reads(self) -> bool:
        return self.method == "GET" and self.resource is not Resource.LIVE_VIEW


def _routes() -> dict[tuple[bytes, ...], tuple[Resource, frozenset[str]]]:
    """The API's paths, `*` for an id. Methods as the SDK's resources have them (`browserbase/resources/`)."""
    table = {
        "projects": (Resource.PROJECTS, "GET"),
        "projects/*": (Resource.PROJECT, "GET"),
        "projects/*/usage": (Resource.PROJECT, "GET"),
        "sessions": (Resource.SESSIONS, "GET POST"),
        "sessions/*": (Resource.SESSION, "GET POST"),
        "sessions/*/debug": (Resource.LIVE_VIEW, "GET"),
        "sessions/*/logs": (Resource.PART_OF_SESSION, "GET"),
        "sessions/*/recording": (Resource.PART_OF_SESSION, "GET"),
        "sessions/*/recording/downloads": (Resource.PART_OF_SESSION, "GET POST"),
        "sessions/*/replays": (Resource.PART_OF_SESSION, "GET"),
        "sessions/*/replays/*": (Resource.PART_OF_SESSION, "GET"),
        "sessions/*/downloads": (Resource.PART_OF_SESSION, "GET DELETE"),
        "sessions/*/uploads": (Resource.PART_OF_SESSION, "POST"),
        "contexts": (Resource.OF_ACCOUNT, "POST"),
        "contexts/*": (Resource.OF_ACCOUNT, "GET PUT DELETE"),
        "extensions": (Resource.OF_ACCOUNT, "POST"),
        "extensions/*": (Resource.OF_ACCOUNT, "GET DELETE"),
    }
    return {
        tuple(part.encode() for part in path.split("/")): (resource, frozenset(methods.split()))
        for path, (resource, methods) in table.items()
    }


ROUTES = _routes()


def is_ours(raw_path: bytes) -> bool:
    """Whether a path belongs to this door: /v1 and what is below it, also behind a doubled slash."""
    path = _LEADING_SLASHES.sub(b"/", raw_path)
    return path == b"/v1" or path.startswith(b"/v1/")


def route_of(method: str, raw_path: bytes) -> Route:
    """What is asked for. Raises Refusal (404) for what the API does not have: that is never asked of upstream."""
    _, _, *parts = _LEADING_SLASHES.sub(b"/", raw_path).split(b"/")
    pattern = next((pattern for pattern in ROUTES if _fits(pattern, parts)), None)
    if pattern is None:
        raise Refusal(404, "The API has nothing at this address.")
    resource, methods = ROUTES[pattern]
    if method not in methods:
        raise Refusal(404, f"The API has no {method} at this address, only {' and '.join(sorted(methods))}.")
    ids = [_id(part) for wanted, part in zip(pattern, parts, strict=True) if wanted == b"*"]
    encoded = iter(quote(id, safe="").encode() for id in ids)
    path = b"/".join(next(encoded) if wanted == b"*" else wanted for wanted in pattern)
    return Route(resource, method, tuple(ids), b"/v1/" + path)


def _fits(pattern: tuple[bytes, ...], parts: list[bytes]) -> bool:
    return len(pattern) == len(parts) and all(
        wanted in (b"*", part) for wanted, part in zip(pattern, parts, strict=True)
    )


def _id(segment: bytes) -> str:
    """The id that a segment names. Dots would climb even when they are encoded (RFC 3986, 6.2.2.2)."""
    try:
        id = unquote_to_bytes(segment).decode()
    except UnicodeDecodeError:
        id = ""
    if id in ("", ".", "..") or len(id) > MAX_ID or "\x00" in id:
        raise Refusal(404, "Nothing can have this id.")
    return id
