"""What the tab of the network is asked for: words, an outcome, a purpose, an order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.network.kinds import OUTCOMES, PURPOSES, failure_words, outcomes_of, purpose_of
from sessions_app.inspector.network.request import Request

from .looked_at import LookedAt

IN_TIME = "time"
ORDERS = {IN_TIME: "In time", "slowest": "Slowest first", "failed": "Failed first", "largest": "Largest first"}


@dataclass
class Row:
    """A request, not covered yet. `t` and `until` in milliseconds since the session's start, None where not known."""

    t: float | None
    until: float | None
    request: Request


@dataclass(frozen=True)
class Asked:
    """What names no outcome, purpose or order asks for all of them, in time."""

    words: str
    outcome: str
    purpose: str
    order: str

    @classmethod
    def by(cls, request: HttpRequest) -> "Asked":
        asked = request.GET
        return cls(
            asked.get("q", "").strip(),
            asked.get("status", "") if asked.get("status") in OUTCOMES else "",
            asked.get("type", "") if asked.get("type") in PURPOSES else "",
            asked.get("sort", "") if asked.get("sort") in ORDERS else IN_TIME,
        )

    def has_outcome(self, row: Row) -> bool:
        return not self.outcome or self.outcome in outcomes_of(row.request)

    def has_purpose(self, row: Row) -> bool:
        return not self.purpose or self.purpose == purpose_of(row.request)


@dataclass
class Found:
    """`rows` are shown, in the order that was asked for; `of` is how many requests the log has."""

    rows: list[Row]
    of: int
    outcomes: list[tuple[str, str, int]]
    purposes: list[tuple[str, str, int]]


def found_in(log: Log, asked: Asked, looked: LookedAt) -> Found:
    """Each choice is counted among what the other one leaves, so that a number tells what its click will show."""
    rows = [row for row in rows_in(log, looked) if holds_words(row.request, log, asked)]
    with_outcome = [row for row in rows if asked.has_outcome(row)]
    with_purpose = [row for row in rows if asked.has_purpose(row)]
    outcomes = Counter(name for row in with_purpose for name in outcomes_of(row.request))
    purposes = Counter(purpose_of(row.request) for row in with_outcome)
    return Found(
        in_order([row for row in with_outcome if asked.has_purpose(row)], asked.order),
        len(log.requests),
        choices(OUTCOMES, outcomes, asked.outcome),
        choices(PURPOSES, purposes, asked.purpose),
    )


def rows_in(log: Log, looked: LookedAt) -> Iterable[Row]:
    """Those that began, ran or ended in the part that is looked at."""
    for request in log.requests:
        t = log.offset_ms(request.start_ms)
        took_ms = request.response_ms if request.duration_ms is None else request.duration_ms
        until = None if t is None or took_ms is None else t + took_ms
        if looked.holds(t, until):
            yield Row(t, until, request)


def requests_in(log: Log, looked: LookedAt) -> list[Request]:
    return [row.request for row in rows_in(log, looked)]


def holds_words(request: Request, log: Log, asked: Asked) -> bool:
    """In its address as it is shown, or in what else the row and its headers' names say."""
    words = asked.words.lower()
    return not words or any(words in text.lower() for text in texts_of(request, log))


def texts_of(request: Request, log: Log) -> Iterable[str]:
    yield log.cover.url(request.url)
    yield f"{request.method} {request.status or ''} {request.type} {request.mime_type} {request.cache}"
    yield f"{request.error or ''} {failure_words(request)}"
    yield from (f"{name}:" for name, _ in (*request.request_headers, *request.response_headers))


def in_order(rows: list[Row], order: str) -> list[Row]:
    """What is equal stays in time; what is not known comes last."""
    match order:
        case "slowest":
            return sorted(rows, key=lambda row: -(row.request.duration_ms or 0))
        case "failed":
            return sorted(rows, key=lambda row: not row.request.has_failed)
        case "largest":
            return sorted(rows, key=lambda row: -(row.request.size or 0))
    return rows


def choices(labels: dict[str, str], counts: Counter[str], chosen: str) -> list[tuple[str, str, int]]:
    """Name, label and number of what there is, and of what is chosen."""
    return [(name, label, counts[name]) for name, label in labels.items() if counts[name] or name == chosen]
