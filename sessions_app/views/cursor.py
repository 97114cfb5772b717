"""Paging by (started_at, id): a page costs the same wherever it is, and new rows do not shift it."""

import base64
import binascii
import json
from datetime import datetime
from typing import Self

from sessions_app.query.names import is_storable
from sessions_app.query.walk import Place


class BadCursor(ValueError):
    """Not a cursor that this site made."""


class Cursor(Place):
    """A place in the list, newest first. As text it is opaque: what `next` of the JSON holds."""

    @classmethod
    def read(cls, text: str) -> Self:
        try:
            started_at, session_id, passed = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
            moment = datetime.fromisoformat(started_at)
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise BadCursor from error
        if moment.tzinfo is None or not isinstance(session_id, str) or not is_storable(session_id):
            raise BadCursor
        if not isinstance(passed, int) or not 0 <= passed < 2**31:
            raise BadCursor
        return cls(moment, session_id, passed)

    def __str__(self) -> str:
        place = json.dumps([self.started_at.isoformat(), self.session_id, self.passed])
        return base64.urlsafe_b64encode(place.encode()).decode()
