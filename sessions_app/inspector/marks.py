"""What of a log stands as marks under a film: errors, clicks and typing, page loads."""

from collections.abc import Iterator
from dataclasses import dataclass

from .log.opened import Log

_KINDS = {
    "request_failed": "error",
    "navigation_failed": "error",
    "command_failed": "error",
    "crash": "error",
    "click": "click",
    "typing": "click",
    "key": "click",
    "upload": "click",
    "navigation": "load",
    "navigation_within_page": "load",
}
#: What Chrome itself writes of a failed request, which is an error of its own already.
_SAID_TWICE = "Failed to load resource"
#: Marks that would lie on each other are one.
_PLACES = 300


@dataclass
class Mark:
    """`t` in milliseconds since the session's start; `kind` error, click or load; `count` things, `text` of the first,
    not covered yet.
    """

    t: float
    kind: str
    text: str
    count: int = 1


def marks_of(log: Log, from_ms: float, to_ms: float) -> list[Mark]:
    """Between two moments since the session's start, in order."""
    width_ms = max((to_ms - from_ms) / _PLACES, 1.0)
    marks: dict[tuple[str, int], Mark] = {}
    for mark in sorted(_all(log), key=lambda mark: mark.t):
        if from_ms <= mark.t <= to_ms:
            place = (mark.kind, int((mark.t - from_ms) / width_ms))
            if place in marks:
                marks[place].count += 1
            else:
                marks[place] = mark
    return sorted(marks.values(), key=lambda mark: mark.t)


def _all(log: Log) -> Iterator[Mark]:
    for event in log.events:
        t = log.offset_ms(event.at_ms)
        if t is not None and event.kind in _KINDS:
            yield Mark(t, _KINDS[event.kind], event.text)
    for line in log.console:
        t = log.offset_ms(line.at_ms)
        if t is not None and line.level == "error" and not line.text.startswith(_SAID_TWICE):
            yield Mark(t, "error", line.text.partition("\n")[0])


def idle_of(log: Log, from_ms: float, to_ms: float) -> list[tuple[float, float]]:
    """The stretches without a command, cut to these two moments since the session's start."""
    stretches = ((stretch.from_ms - log.started_ms, stretch.to_ms - log.started_ms) for stretch in log.idle)
    cut = ((max(begin, from_ms), min(end, to_ms)) for begin, end in stretches)
    return [(round(begin, 3), round(end, 3)) for begin, end in cut if end > begin]
