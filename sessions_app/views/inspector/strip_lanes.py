"""What the strip draws in a tab's lane. Marks are gathered by column of the screen: a lane has some thousand at most,
whatever the log holds."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sessions_app.inspector.log.opened import Log
from sessions_app.inspector.story.pace import Lane
from sessions_app.inspector.words import counted, place_words

from .strip_axis import Axis

#: What a script did, to how it is drawn.
HANDS = {"click": "click", "typing": "typing", "key": "typing", "upload": "click", "scroll": "scroll"}
BAD = frozenset(("exception", "crash", "navigation_failed"))
SOLVING, SOLVED = "captcha_started", "captcha_solved"
#: Of several in one column the first of these is drawn.
_LOUDEST = ("bad", "warned", "line", "request")
_QUIET = ("line", "request")
#: A load whose end is not in the log is a mark of this width.
_NARROWEST = "3"
#: In columns: what is drawn wider need not be drawn as often.
_HAND_WIDE, _BAR_WIDE = 3, 2


@dataclass(frozen=True)
class Mark:
    """A place and a width as SVG has them; `said` is covered, "" where there is nothing to say; `t` its moment."""

    x: str
    width: str
    look: str
    said: str = ""
    t: float | None = None


@dataclass
class Drawn:
    """`name` is short; `title` says more. `stays` are the pages' times, `bars` their loads, `hands` what was done,
    `ticks` requests and the console."""

    name: str
    title: str = ""
    stays: list[Mark] = field(default_factory=list)
    bars: list[Mark] = field(default_factory=list)
    hands: list[Mark] = field(default_factory=list)
    ticks: list[Mark] = field(default_factory=list)


class Column:
    """What happened in one column of one row: the loudest look, the first that has it, and how many."""

    def __init__(self) -> None:
        self.look, self.count = "", 0
        self.first: tuple[float, str, bool] = (0.0, "", False)

    def add(self, look: str, t: float, text: str, is_url: bool = False) -> None:
        if not self.look or _rank(look) < _rank(self.look):
            self.look, self.count, self.first = look, 0, (t, text, is_url)
        if look == self.look:
            self.count += 1


def _rank(look: str) -> int:
    return _LOUDEST.index(look) if look in _LOUDEST else 0


Columns = dict[int, Column]
Places = dict[int | None, Columns]


def lanes_of(log: Log, axis: Axis) -> list[Drawn]:
    """A lane for each tab that did something. What belongs to no tab has one of its own only where nothing else is."""
    ticks, hands = ticks_of(log, axis), hands_of(log, axis)
    tabs = [lane for lane in log.lanes if lane.page is not None] or log.lanes
    drawn = {lane.page: lane_of(lane, log, axis) for lane in tabs}
    for page, found in ticks.items():
        place(drawn, page, tabs).ticks += list(tick_marks(found, axis, log))
    for page, found in hands.items():
        place(drawn, page, tabs).hands += [mark_of(column, found[column], axis, log) for column in sorted(found)]
    draw_visits(log, axis, drawn, tabs)
    return list(drawn.values())


def place(drawn: dict[int | None, Drawn], page: int | None, tabs: list[Lane]) -> Drawn:
    """A page's lane; the first tab's for what names none, as nothing tells better."""
    return drawn[page] if page in drawn else drawn[tabs[0].page]


def lane_of(lane: Lane, log: Log, axis: Axis) -> Drawn:
    name = "Browser" if lane.page is None else f"Tab {lane.page}"
    drawn = Drawn(name)
    first, last = log.offset_ms(lane.first_ms), log.offset_ms(lane.last_ms)
    if first is not None and last is not None and axis.holds(first, last):
        drawn.stays.append(Mark(axis.place(first), axis.width(first, last), "known"))
    return drawn


def ticks_of(log: Log, axis: Axis) -> Places:
    found: Places = defaultdict(lambda: defaultdict(Column))
    for request in log.requests:
        t = log.offset_ms(request.start_ms)
        if t is not None and axis.left <= t <= axis.right and not request.is_inline:
            look = "bad" if request.has_failed else "request"
            found[request.page][axis.column(t)].add(look, t, request.url if request.has_failed else "", is_url=True)
    for line in log.console:
        t = log.offset_ms(line.at_ms)
        if t is not None and axis.left <= t <= axis.right:
            look = {"error": "bad", "warning": "warned"}.get(line.level, "line")
            found[line.page][axis.column(t)].add(look, t, line.text)
    return found


def hands_of(log: Log, axis: Axis) -> Places:
    found: Places = defaultdict(lambda: defaultdict(Column))
    for event in log.events:
        look = HANDS.get(event.kind) or ("captcha" if event.kind in (SOLVING, SOLVED) else "")
        look = look or ("crash" if event.kind in BAD else "")
        t = log.offset_ms(event.at_ms)
        if look and t is not None and axis.left <= t <= axis.right:
            found[event.page][axis.column(t, _HAND_WIDE)].add(look, t, event.text)
    return found


def mark_of(number: int, column: Column, axis: Axis, log: Log, width: str = "") -> Mark:
    t, text, is_url = column.first
    said = said_of(column, text, is_url, log)
    return Mark(axis.place(axis.moment(number)), width, column.look, said, t)


def said_of(column: Column, text: str, is_url: bool, log: Log) -> str:
    if not text:
        return ""
    words = f"{place_words(log.cover.url(text))} failed" if is_url else log.cover.text(text[:500])
    return " ".join(words[:160].split()) + (f", and {column.count - 1:,} more" if column.count > 1 else "")


def tick_marks(columns: Columns, axis: Axis, log: Log) -> Iterator[Mark]:
    """Neighbours that nothing is to be said of are one mark."""
    numbers = sorted(columns)
    begin = 0
    for index, number in enumerate(numbers):
        look = columns[number].look
        if look not in _QUIET:
            yield mark_of(number, columns[number], axis, log)
            begin = index + 1
            continue
        goes_on = index + 1 < len(numbers) and numbers[index + 1] == number + 1
        if goes_on and columns[number + 1].look == look:
            continue
        yield run_of(numbers[begin], number, columns, axis)
        begin = index + 1


def run_of(first: int, last: int, columns: Columns, axis: Axis) -> Mark:
    look = columns[first].look
    if first == last:
        return Mark(axis.place(axis.moment(first)), "", look)
    begin, end = axis.moment(first), axis.moment(last)
    return Mark(axis.place(begin), axis.width(begin, end), look)


def draw_visits(log: Log, axis: Axis, drawn: dict[int | None, Drawn], tabs: list[Lane]) -> None:
    before: dict[int | None, str] = {}
    reached: dict[tuple[int | None, bool], int] = {}
    for visit in log.visits:
        lane, t = place(drawn, visit.page, tabs), log.offset_ms(visit.begins_ms)
        words = place_words(visit.url, before.get(visit.page, ""))
        before[visit.page] = visit.url
        lane.title = lane.title or log.cover.url(visit.url)
        until = None if t is None or visit.load_ms is None else t + visit.load_ms
        if t is None or visit.is_within or not axis.holds(t, until):
            continue
        column = axis.column(t if until is None else until, _BAR_WIDE)
        if reached.get((visit.page, bool(visit.error))) == column:
            continue  # of thousands of short visits those that would lie upon each other
        reached[visit.page, bool(visit.error)] = column
        lane.bars.append(bar_of(axis, t, until, log.cover.text(words), visit.error, visit.requests))


def bar_of(axis: Axis, t: float, until: float | None, where: str, error: str, requests: int) -> Mark:
    said = f"could not go to {where}" if error else f"{where}, {counted(requests, 'request')}"
    width = _NARROWEST if until is None else axis.width(t, until)
    return Mark(axis.place(t), width, "bad" if error else "load", said[:200], t)
