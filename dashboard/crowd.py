"""How many requests the pages take at once."""

import json
from typing import Any

MOST_AT_ONCE = 200  # each has a thread, and they share the database's pool
BUSY = json.dumps({"error": {"message": "Too many requests at once; try again in a moment."}}).encode()


class Crowd:
    """Lets so many requests through to the application behind; those beyond are told at once to come again.

    The server's own limit is far higher, for the gateway's requests, which need no thread.
    """

    def __init__(self, application: Any, most: int = MOST_AT_ONCE) -> None:
        self.application = application
        self.free = most

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http" and self.free <= 0:
            await turn_away(send)
            return
        self.free -= 1
        try:
            await self.application(scope, receive, send)
        finally:
            self.free += 1


async def turn_away(send: Any) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(BUSY)).encode()),
        (b"retry-after", b"1"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": BUSY})
