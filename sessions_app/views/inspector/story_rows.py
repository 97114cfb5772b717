"""The story's rows: what happened, in order, and what of it is folded away behind what counts."""

from dataclasses import dataclass, replace

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.story.console import Line, first_line
from sessions_app.inspector.story.event import Event
from sessions_app.inspector.verdict import verdict_of
from sessions_app.models import Session

from .looked_at import LookedAt

#: A line of the console that is no event, and how the session ended: kinds of this page alone.
LINE, END = "line", "end"
GROUPS = {
    "actions": ("click", "typing", "key", "scroll", "upload", "dialog", "download", "screenshot"),
    "pages": ("navigation", "navigation_within_page", "navigation_failed", "load", "tab_opened", "tab_closed", "crash"),
    "errors": ("request_failed", "exception", "navigation_failed", "crash", "command_failed"),
    "console": ("console", "exception", LINE),
    "waiting": ("idle", "captcha_started", "captcha_solved", "captcha"),
}
BAD = frozenset((*GROUPS["errors"],))
_QUIET = frozenset(("load", "scroll", LINE))
#: The browser's own blocker at work: nobody's failure.
_BLOCKED = "net::ERR_BLOCKED_BY_CLIENT"


@dataclass(frozen=True)
class Row:
    """Nothing of it is covered. `t` and `until` in milliseconds since the start; `number` is an entry of the log.

    `place` is its place among all rows, `more` how many after it are folded behind it, `times` how often it happened.
    """

    kind: str
    t: float | None
    text: str
    page: int | None = None
    number: int | None = None
    request_id: str | None = None
    strong: str = ""
    aside: str = ""
    stack: str = ""
    level: str = ""
    until: float | None = None
    place: int = 0
    more: int = 0
    times: int = 1

    @property
    def is_bad(self) -> bool:
        return (self.kind in BAD and not self.is_blocked) or self.level == "error"

    @property
    def is_blocked(self) -> bool:
        return self.kind == "request_failed" and self.aside.endswith(_BLOCKED)

    @property
    def is_quiet(self) -> bool:
        return self.kind in _QUIET or self.is_blocked or self.level == "warning"

    def is_like(self, other: "Row") -> bool:
        return (self.kind, self.text, self.page) == (other.kind, other.text, other.page)


def rows_of(session: Session, log: Log, looked: LookedAt) -> list[Row]:
    """All of the part that is looked at."""
    said = {line.number: line for line in log.console}
    rows = [row_of_event(log, event, said) for event in log.events]
    told = {event.number for event in log.events if event.kind in ("console", "exception")}
    rows += [row_of_line(log, line) for line in log.console if line.number not in told]
    found = [row for row in in_order(rows) if looked.holds(row.t, row.until)]
    if (end := row_of_end(session, log)) and looked.holds(end.t):
        found.append(end)
    return [replace(row, place=place) for place, row in enumerate(found)]


def in_order(rows: list[Row]) -> list[Row]:
    """By time; those without stay where the log has them."""
    keys, last = [], float("-inf")
    for row in rows:
        last = last if row.t is None else row.t
        keys.append(last)
    order = sorted(range(len(rows)), key=keys.__getitem__)
    return [rows[place] for place in order]


def row_of_event(log: Log, event: Event, said: dict[int, Line]) -> Row:
    line = said.get(event.number) if event.kind in ("console", "exception") and event.number is not None else None
    strong = event.strong or named_in(event)
    return Row(
        event.kind,
        log.offset_ms(event.at_ms),
        event.text,
        event.page,
        event.number,
        event.request_id,
        strong=first_line(line.text) if line else strong,
        aside=line.source if line else event.aside,
        stack=line.stack if line else "",
        level=line.level if line else "",
        until=log.offset_ms(event.until_ms),
    )


def named_in(event: Event) -> str:
    """What a gesture was done to stands between asterisks."""
    return event.text.partition("*")[2].rpartition("*")[0] if event.kind in GROUPS["actions"] else ""


def row_of_line(log: Log, line: Line) -> Row:
    """`level` is left out: what counts of it is an event of its own."""
    text = first_line(line.text)
    return Row(LINE, log.offset_ms(line.at_ms), text, line.page, line.number, aside=line.source, stack=line.stack)


def row_of_end(session: Session, log: Log) -> Row | None:
    """None while it runs."""
    if not session.is_over:
        return None
    verdict = verdict_of(session, log)
    end = log.offset_ms(log.ended_ms)
    return Row(END, end, verdict.text, aside="inferred" if verdict.inferred else "", level=session.status)


def folded(rows: list[Row]) -> list[Row]:
    """What counts, with what does not, and what only happens again, folded behind it."""
    shown: list[Row] = []
    for row in rows:
        before = shown[-1] if shown else None
        if before and (row.is_quiet or row.is_like(before)):
            times = before.times + row.is_like(before)
            shown[-1] = replace(before, more=before.more + 1, times=times)
        else:
            shown.append(row)
    return shown


def matching(rows: list[Row], log: Log, words: str, group: str) -> list[Row]:
    kinds = GROUPS.get(group)
    sought = words.strip().lower()
    return [
        row
        for row in rows
        if (kinds is None or row.kind in kinds or (group == "errors" and row.is_bad))
        and (not sought or (sought in raw_words(row).lower() and sought in covered_words(row, log).lower()))
    ]


def raw_words(row: Row) -> str:
    return f"{row.text} {row.aside} {row.stack}"


def covered_words(row: Row, log: Log) -> str:
    return f"{log.cover.text(row.text)} {log.cover.text(row.aside)} {log.cover.text(row.stack)}"
