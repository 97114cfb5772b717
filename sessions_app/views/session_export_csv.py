"""Sessions as CSV: the fields of their JSON as columns."""

import csv
import json
from typing import Any

from sessions_app.models import Session

from .as_json import session_json

COLUMNS = tuple(session_json(Session()))
# The wide forms count in East Asian settings.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Csv:
    """The names of the columns first, then a line for each session."""

    content_type = "text/csv; charset=utf-8"
    filename = "sessions.csv"

    def head(self) -> str:
        return line(COLUMNS)

    def rows(self, sessions: list[Session]) -> str:
        return "".join(line(session_json(session).values()) for session in sessions)

    def foot(self) -> str:
        return ""


def line(values: Any) -> str:
    return writer.writerow([cell(value) for value in values])


def cell(value: Any) -> str:
    """No text is a formula to a spreadsheet, no number is one. Metadata is JSON; what is not known is empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return f"'{value}" if value.startswith(FORMULA) else value


class Echo:
    """What the writer writes to: it gives back what it is given, and so does `writerow`."""

    def write(self, text: str) -> str:
        return text


writer = csv.writer(Echo())
