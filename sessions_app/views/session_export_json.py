"""Sessions as one JSON object of the list's shape, written piece by piece."""

import json

from sessions_app.models import Session

from .as_json import session_json


class Json:
    """`{"results": [session, …], "next": null, …}`: all of them, so that nothing follows and the count is exact."""

    content_type = "application/json"
    filename = "sessions.json"

    def __init__(self) -> None:
        self.count = 0

    def head(self) -> str:
        return '{"results": ['

    def rows(self, sessions: list[Session]) -> str:
        """Each session on a line of its own."""
        before = ",\n" if self.count else "\n"
        self.count += len(sessions)
        return before + ",\n".join(json.dumps(session_json(session)) for session in sessions) if sessions else ""

    def foot(self) -> str:
        rest = {"next": None, "count": {"value": self.count, "capped": False}, "searched_back_to": None}
        return f"\n], {json.dumps(rest)[1:]}\n"
