"""One thing that happened."""

import msgspec

from sessions_app.inspector.log.messages import Message
from sessions_app.inspector.log.times import UNKNOWN, Moment


class Event(msgspec.Struct, kw_only=True):
    """`kind` is one of those that docs/inspector.md lists; `text` a sentence, secrets not yet covered, `at_ms`
    since 1970.

    `number` is its entry in the log, None where it is drawn from several. `until_ms` is the end of what lasts. Of the
    text, `strong` is the part that tells it from its like, and `aside` an ending that can stand apart.
    """

    kind: str
    text: str
    page: int | None
    moment: Moment = UNKNOWN
    at_ms: float | None = None
    until_ms: float | None = None
    request_id: str | None = None
    number: int | None = None
    strong: str = ""
    aside: str = ""


def event_of(message: Message, kind: str, text: str) -> Event:
    return Event(kind=kind, text=text, page=message.page, moment=message.moment, number=message.number)
