"""Messages of a web socket as rows."""

from dataclasses import dataclass

from sessions_app.inspector.har.bodies import frame_data
from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.network.request import Frame, Request
from sessions_app.inspector.secrets import Cover
from sessions_app.inspector.words import size_words

#: More of one message is in the HAR.
_LONGEST = 20_000


@dataclass
class FrameRow:
    """Not covered yet; `t` in milliseconds since the session's start."""

    t: float | None
    frame: Frame


def frame_rows(request: Request, log: Log) -> list[FrameRow]:
    return [FrameRow(log.offset_ms(frame.at_ms), frame) for frame in request.frames]


def shown_frame(row: FrameRow, cover: Cover) -> dict[str, object]:
    frame, text = row.frame, frame_data(row.frame, cover)
    length = len(frame.data.encode("utf-8", "replace")) if frame.is_text else len(frame.data) * 3 // 4
    return {
        "t": row.t,
        "is_sent": frame.way == "send",
        "is_text": frame.is_text,
        "text": text[:_LONGEST],
        "left_out": max(len(text) - _LONGEST, 0),
        "size": size_words(length),
    }
