"""Upstream's ids may hold a slash, and a client then writes `%2F` for it."""

import re
from typing import Any
from urllib.parse import quote, unquote

from sessions_app.views.paths import SLASH

ENCODED_SLASH = re.compile(rb"%2f", re.IGNORECASE)


class KeepEncodedSlashes:
    """Makes `SLASH` of a `%2F` in the path, which the server would decode to a slash that separates.

    `/sessions/a%2Fb/` then reaches the views as one segment, which the `opaque` converter reads. Only `raw_path`
    tells the two apart.
    """

    def __init__(self, application: Any) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        raw_path = scope.get("raw_path") or b""
        if ENCODED_SLASH.search(raw_path):
            kept = ENCODED_SLASH.sub(quote(SLASH).encode(), raw_path).decode("latin-1")
            scope = {**scope, "path": unquote(kept, errors="replace")}
        await self.application(scope, receive, send)
