"""The objects of what a session leaves behind, read as leniently as those of schemas.py."""

import datetime as dt
from typing import Any

import msgspec

from .decoding import Unreadable
from .fields import MAX_URL, MAX_WORD, as_object, count_of, text_of, time_of


class RecordingEvent(msgspec.Struct):
    """An rrweb event; `timestamp` in milliseconds since 1970. Encoded as JSON it is what rrweb's player takes."""

    type: int
    timestamp: int
    data: dict[str, Any]


class Recording(msgspec.Struct):
    """The readable events in upstream's order, and a sentence for each other one."""

    events: list[RecordingEvent]
    problems: list[str]

    def __repr__(self) -> str:
        return f"Recording({len(self.events)} events)"


class ReplayPage(msgspec.Struct):
    """One tab's film; milliseconds since the session's start, None where upstream does not say."""

    page_id: str
    start_ms: int | None
    end_ms: int | None


class ReplayList(msgspec.Struct):
    """`page_count` is upstream's own number; it can be more than the pages it tells about."""

    page_count: int
    pages: list[ReplayPage]


class RecordingDownload(msgspec.Struct):
    """One tab's MP4. `status` NOT_REQUESTED, PENDING, COMPLETED, FAILED or a word of later days; `url` a credential.

    COMPLETED without `url` means that the project keeps its recordings in a storage of its own.
    """

    page_id: str
    status: str
    completed_at: dt.datetime | None = None
    url: str = ""

    def __repr__(self) -> str:
        return f"RecordingDownload(page_id={self.page_id!r}, status={self.status!r})"


def event_from(value: object) -> RecordingEvent:
    """Raises Unreadable."""
    answer = as_object(value)
    type_, timestamp, data = count_of(answer, "type"), count_of(answer, "timestamp"), answer.get("data")
    if type_ is None or timestamp is None or not isinstance(data, dict):
        raise Unreadable("type, timestamp or data is missing")
    return RecordingEvent(type_, timestamp, data)


def replays_from(value: object) -> ReplayList:
    """Pages without a usable id are left out. Raises Unreadable."""
    answer = as_object(value)
    told = answer.get("pages")
    pages = [_replay_page(page) for page in told or [] if isinstance(page, dict)] if isinstance(told, list) else []
    known = [page for page in pages if page.page_id]
    return ReplayList(max(count_of(answer, "pageCount") or 0, len(known)), known)


def _replay_page(page: dict[str, Any]) -> ReplayPage:
    return ReplayPage(_page_id(page), count_of(page, "startTimeMs"), count_of(page, "endTimeMs"))


def download_from(value: object) -> RecordingDownload:
    """Raises Unreadable."""
    answer = as_object(value)
    return RecordingDownload(
        _page_id(answer),
        text_of(answer, "status", MAX_WORD),
        time_of(answer, "completedAt"),
        text_of(answer, "downloadUrl", MAX_URL),
    )


def _page_id(answer: dict[str, Any]) -> str:
    """Documented as 1 to 3 digits in a text; a number will do. "" for anything else."""
    value = answer.get("pageId")
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if text.isascii() and text.isdigit() and len(text) <= 3 else ""
