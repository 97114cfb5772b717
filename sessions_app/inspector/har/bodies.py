"""What was sent and what came back. Binary bodies are left out while secrets are covered: nobody can look into them."""

import base64
import binascii
from typing import Any
from urllib.parse import unquote_plus

from sessions_app.inspector.log.values import number_in
from sessions_app.inspector.network.headers import value_of
from sessions_app.inspector.network.request import Frame, Request
from sessions_app.inspector.secrets import MASK, Cover

_NOT_LOGGED = "There was a body; it is not in the log."
_BINARY = "Binary, not shown while secrets are covered."


def post_data_of(request: Request, cover: Cover) -> dict[str, Any] | None:
    if not request.has_post_data:
        return None
    mime_type = value_of(request.request_headers, "content-type") or "application/octet-stream"
    told: dict[str, Any] = {"mimeType": mime_type, "params": [], "text": ""}
    text = request.post_data if request.post_data is not None else text_of(request.post_bytes)
    if text is None:
        return told | (binary(request, cover) if request.post_bytes else {"comment": _NOT_LOGGED})
    if "x-www-form-urlencoded" in mime_type.lower():
        pairs = [pair.partition("=") for pair in text.split("&") if pair]
        plain = [(unquote_plus(name), unquote_plus(value)) for name, _, value in pairs]
        told["params"] = [{"name": cover.text(name), "value": cover.field(name, value)} for name, value in plain]
    return told | {"text": cover.body(text, mime_type)}


def binary(request: Request, cover: Cover) -> dict[str, Any]:
    return {"comment": _BINARY} if cover.covers else {"text": "".join(request.post_bytes), "_encoding": "base64"}


def content_of(request: Request, cover: Cover) -> dict[str, Any]:
    """`size` is that of the decoded body; 0 where the log does not tell it."""
    told: dict[str, Any] = {"size": 0, "mimeType": request.mime_type or "x-unknown"}
    if request.body is None:
        length = number_in({"length": _whole(value_of(request.response_headers, "content-length"))}, "length")
        return told | {"size": int(length or 0)}
    if not request.body_is_base64:
        return told | {"size": len(request.body.encode()), "text": cover.body(request.body, request.mime_type)}
    told["size"] = len(request.body.rstrip("=")) * 3 // 4
    text = text_of([request.body])
    if text is not None:
        return told | {"text": cover.body(text, request.mime_type)}
    return told | ({"comment": _BINARY} if cover.covers else {"text": request.body, "encoding": "base64"})


def frame_data(frame: Frame, cover: Cover) -> str:
    """Text, or base64."""
    if frame.is_text:
        return cover.text(frame.data)
    return MASK if cover.covers else frame.data


def text_of(parts: list[str]) -> str | None:
    """Base64 as text, None where it is none."""
    try:
        data = b"".join(base64.b64decode(part, validate=True) for part in parts)
        return data.decode() if parts and b"\0" not in data else None
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
