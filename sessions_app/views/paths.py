"""Upstream's ids in our URLs."""

from urllib.parse import quote, unquote


class OpaqueId:
    """Any text as one path segment.

    The server decodes a path before we see it, so an id with a slash is encoded twice: `a/b` stands in the URL as
    `a%252Fb`. Dots alone would be taken for a step up by every client and are encoded too.
    """

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return unquote(value)

    def to_url(self, value: str) -> str:
        encoded = quote(value, safe="")
        return encoded.replace(".", "%2E") if not encoded.strip(".") else encoded
