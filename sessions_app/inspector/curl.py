"""A request as a command line that sends it again."""

from shlex import quote

from .har.bodies import text_of
from .network.request import Request
from .secrets import Cover

#: curl works them out by itself.
_OWN_HEADERS = frozenset(("content-length", "host", "connection"))


def curl_of(request: Request, cover: Cover) -> str:
    """For a POSIX shell; nothing in it is read by that as more than text. Binary bodies are left out."""
    parts = ["curl", "--globoff", "--url", quote(plain(cover.url(request.url)))]
    if request.method not in ("", "GET"):
        parts += ["--request", quote(plain(request.method))]
    for name, value in request.request_headers:
        if not name.startswith(":") and name.lower() not in _OWN_HEADERS:
            parts += ["--header", quote(plain(f"{name}: {cover.header(name, value)}"))]
    body = request.post_data if request.post_data is not None else text_of(request.post_bytes)
    if body is not None:
        parts += ["--data-raw", quote(cover.body(body).replace("\0", "\ufffd"))]
    return " ".join(parts)


def plain(text: str) -> str:
    """On one line: neither an address nor a header can hold more."""
    return "".join(" " if char in "\r\n\0" else char for char in text)
