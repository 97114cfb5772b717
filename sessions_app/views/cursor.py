"""Paging by (started_at, id): a page costs the same wherever it is, and new rows do not shift it."""

import base64
import binascii
import json
from datetime import datetime
from typing import Self

from django.db.models import Q

from sessions_app.models import Session


class BadCursor(ValueError):
    """Not a cursor that this site made."""


class Cursor:
    """A place in the list, newest first. As text it is opaque: what `next` of the JSON holds."""

    def __init__(self, started_at: datetime, session_id: str) -> None:
        self.started_at = started_at
        self.session_id = session_id

    @classmethod
    def of(cls, session: Session) -> Self:
        return cls(session.started_at, session.id)

    @classmethod
    def read(cls, text: str) -> Self:
        try:
            started_at, session_id = json.loads(base64.urlsafe_b64decode(text.encode("ascii")))
            moment = datetime.fromisoformat(started_at)
            if moment.tzinfo is None or not isinstance(session_id, str) or "\x00" in session_id:
                raise BadCursor
            return cls(moment, session_id)
        except (ValueError, TypeError, binascii.Error, RecursionError) as error:
            raise BadCursor from error

    def __str__(self) -> str:
        place = json.dumps([self.started_at.isoformat(), self.session_id])
        return base64.urlsafe_b64encode(place.encode()).decode()

    @property
    def older(self) -> Q:
        """The redundant first half is what the index answers."""
        return Q(started_at__lte=self.started_at) & (Q(started_at__lt=self.started_at) | Q(id__lt=self.session_id))

    @property
    def newer(self) -> Q:
        return Q(started_at__gte=self.started_at) & (Q(started_at__gt=self.started_at) | Q(id__gt=self.session_id))
