"""A request as a command line that sends it again."""

import re
from shlex import quote

from .har.bodies import text_of
from .network.headers import value_of
from .network.request import Request
from .secrets import Cover

#: curl works them out by itself.
_OWN_HEADERS = frozenset(("content-length", "host", "connection"))
#: Anything else curl may take for a file's name (`@…`), or no server for a header.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def curl_of(request: Request, cover: Cover) -> str:
    """For a POSIX shell; nothing in it is read by that, or by curl, as more than text. Binary bodies are left out."""
    body = sent_text(request)
    parts = ["curl", "--globoff", "--url", quote(plain(cover.url(request.url)))]
    parts += method_options(request.method, body is not None)
    names = set()
    for name, value in request.request_headers:
        if _HEADER_NAME.fullmatch(name) and name.lower() not in _OWN_HEADERS:
            shown = cover.name(name)
            parts += ["--header", quote(plain(f"{shown}: {cover.header(name, value)}" if value else f"{shown};"))]
            names.add(name.lower())
    if "accept-encoding" in names:
        parts.append("--compressed")
    if body is not None:
        # Without one curl would say that it is a form.
        parts += [] if "content-type" in names else ["--header", "Content-Type:"]
        mime_type = value_of(request.request_headers, "content-type")
        parts += ["--data-raw", quote(cover.body(body, mime_type).replace("\0", "\ufffd"))]
    return " ".join(parts)


def sent_text(request: Request) -> str | None:
    """The body, None where there was none, the log has it not, or it is no text."""
    return request.post_data if request.post_data is not None else text_of(request.post_bytes)


def method_options(method: str, has_body: bool) -> list[str]:
    """curl's own choice is GET, and POST with a body; after a HEAD it must not wait for more."""
    if method == "HEAD" and not has_body:
        return ["--head"]
    if method in ("", "POST" if has_body else "GET"):
        return []
    return ["--request", quote(plain(method))]


def plain(text: str) -> str:
    """On one line: neither an address nor a header can hold more."""
    return "".join(" " if char in "\r\n\0" else char for char in text)
