"""The tables of the usage page: a line for each key, the chart's numbers by period, and one split by another."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import get_args

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator

from sessions_app.query.terms import write_path
from sessions_app.templatetags.figures import amount
from sessions_app.templatetags.times import bytes_of, duration
from sessions_app.usage.figures import Amount
from sessions_app.usage.measures import amount_of, measured
from sessions_app.usage.readings import Measure
from sessions_app.usage.splits import Split
from sessions_app.usage.summary import Summary

from .usage_asked import MEASURE_WORDS, AskedReview
from .usage_chart import Series, period_words
from .usage_drill import Drill
from .usage_review import Line, Reviewed

LATER = "…"  # until each session was looked at, maybe also of the time before
MUCH = 0.2  # more than this changed, wasted or failed is worth a look
#: Columns of what else the sessions add up to, with the measure that they are of.
COLUMNS = {
    "sessions": ("Sessions", "sessions"),
    "average": ("Average", ""),
    "p95": ("p95", ""),
    "succeeded": ("Succeeded", ""),
    "wasted": ("Wasted", "wasted_minutes"),
    "proxy": ("Proxy", "proxy_bytes"),
}


SPLIT_WORDS = {"by": "started by", "keep_alive": "keep alive"}
#: What each source knows.
SOURCE_MEASURES = {"sessions": tuple(MEASURE_WORDS), "counter": get_args(Measure)}


@dataclass(frozen=True)
class Head:
    """A column: a click on its words sorts by it, once more the other way round."""

    words: str
    url: str
    sorted_as: str = ""  # ascending, descending

    @classmethod
    def of(cls, asked: AskedReview, words: str, order: str) -> "Head":
        now = {order: "ascending", f"-{order}": "descending"}.get(asked.order, "")
        first, second = (order, f"-{order}") if order == "name" else (f"-{order}", order)
        return cls(words, asked.address(order=second if asked.order == first else first), now)


@dataclass(frozen=True)
class Cell:
    text: str
    label: str = ""
    url: str = ""
    is_bad: bool = False

    @property
    def of_many(self) -> SafeString:
        """As a table shows it that has hundreds of them, which is why no template writes each."""
        text = escape(self.text)
        inside = f'<a href="{escape(self.url)}">{text}</a>' if self.url else f'<span class="quiet">{text}</span>'
        return mark_safe(f'<td class="num" data-label="{short_label(self.label)}">{inside}</td>')  # noqa: S308 (escaped)


@lru_cache(maxsize=1_000)
def short_label(words: str) -> str:
    return escape(Truncator(words).chars(24))


@dataclass(frozen=True)
class Row:
    """`share` is of the greatest line, per cent, for its bar."""

    line: Line
    cells: list[Cell]
    share: float
    more_url: str = ""


@dataclass(frozen=True)
class Table:
    heads: list[Head]
    rows: list[Row]
    foot: list[Cell]


def table(reviewed: Reviewed, lines: Sequence[Line], whole: Summary | None, drill: Drill) -> Table:
    asked = reviewed.asked
    greatest = max((line.total or 0 for line in lines), default=0)
    rows = [
        Row(
            line,
            cells_of(line, asked, drill, drill.term(asked.split, line.keys, reviewed.keys)),
            100 * (line.total or 0) / greatest if greatest else 0,
            asked.address(rows="all") if line.is_rest and not asked.shows_all else "",
        )
        for line in lines
    ]
    return Table(heads(asked), rows, cells_of(replace(reviewed.whole, summary=whole), asked, drill, ""))


def heads(asked: AskedReview) -> list[Head]:
    first = [(split_title(asked.split), "name")]
    first += [(MEASURE_WORDS[asked.measure], "total"), ("Change", "change")]
    more = [(words, name) for name, (words, _) in COLUMNS.items() if is_shown(name, asked)]
    return [Head.of(asked, words, name) for words, name in (*first, *more)]


def is_shown(name: str, asked: AskedReview) -> bool:
    """The measure that was chosen has its own column; a counter knows no sessions."""
    return asked.source == "sessions" and COLUMNS[name][1] != asked.measure


def split_words(split: Split) -> str:
    """As people call it; a path as a query writes it."""
    return write_path(split.path) if split.path else SPLIT_WORDS.get(split.name, split.name)


def split_title(split: Split) -> str:
    """At the beginning; a key of metadata stays as it is."""
    return split_words(split) if split.path else split_words(split).capitalize()


def cells_of(line: Line, asked: AskedReview, drill: Drill, term: str | None) -> list[Cell]:
    start, end = asked.range.start, asked.range.end

    def url(measure: str, value: Amount) -> str:
        return drill.url([term], start, end, measure) if value and asked.source == "sessions" else ""

    total = Cell(short(line.total, asked.measure), MEASURE_WORDS[asked.measure], url(asked.measure, line.total))
    more = [
        summary_cell(name, words, line.summary, url(measure, amount_in(line.summary, measure)))
        for name, (words, measure) in COLUMNS.items()
        if is_shown(name, asked)
    ]
    return [total, Cell(change_words(line), "Change"), *more]


def short(value: Amount, measure: str) -> str:
    """In a column of one measure."""
    if value == 0:
        return "0"
    return f"{value:,}" if measure == "sessions" and value is not None else amount(value, measure)


def change_words(line: Line) -> str:
    if not line.is_compared:
        return LATER
    if line.change is None:
        return "new" if line.total and line.before == 0 else "not known"
    if line.change >= 9:
        return f"\N{MULTIPLICATION SIGN} {line.change + 1:.0f}"
    words = f"{line.change:+.0%}".replace("%", " %").replace("-", "\N{MINUS SIGN}")
    return words if abs(line.change) >= 0.005 else "0 %"


def summary_cell(name: str, words: str, summary: Summary | None, url: str) -> Cell:
    if summary is None or (name == "p95" and summary.is_p95_awaited):
        return Cell(LATER, words)
    match name:
        case "sessions":
            return Cell(f"{summary.sessions:,}", words, url)
        case "average" | "p95":
            seconds = summary.average_s if name == "average" else summary.p95_s
            return Cell(duration(seconds) if seconds is not None else "not known", words)
        case "succeeded":
            return Cell(share_words(summary.succeeded), words, is_bad=(summary.succeeded or 1) < 1 - MUCH)
        case "wasted":
            minutes = measured("wasted_minutes", summary.wasted_us)
            return Cell(short(minutes, "wasted_minutes"), words, url, summary.wasted_us > MUCH * summary.used_us)
    return Cell(bytes_of(summary.proxy_bytes), words, url)


def share_words(share: float | None) -> str:
    """99.6 % is not 100 %."""
    if share is None:
        return "not known"
    if 0.99 < share < 1:
        return f"{min(share, 0.9999):.2%}".replace("%", " %")
    return f"{share:.0%}".replace("%", " %")


@dataclass(frozen=True)
class Card:
    """A measure of the whole range; a click draws it."""

    words: str
    figure: str
    more: str
    url: str = ""
    is_current: bool = False


def cards(reviewed: Reviewed, whole: Summary | None) -> list[Card]:
    """Each measure of all together: the chosen one at once, the others once each session was looked at.

    Where nothing is known of the chosen one, nobody has seen a session of that time.
    """
    asked = reviewed.asked
    of_all = reviewed.whole
    words = change_words(of_all)
    change = "" if of_all.change is None else f"{words} against before"
    found = []
    for measure in SOURCE_MEASURES[asked.source]:
        is_current = measure == asked.measure
        of_sessions = None if reviewed.total is None else amount_in(whole, measure)
        figure = reviewed.total if is_current else reviewed.counted.get(measure, of_sessions)
        is_later = asked.source == "sessions" and whole is None and not is_current
        text = LATER if is_later else short(figure, measure)
        more = more_words(measure, whole) or (change if is_current else "")
        found.append(Card(MEASURE_WORDS[measure], text, more, asked.address(measure=measure), is_current))
    return found


def amount_in(whole: Summary | None, measure: str) -> Amount:
    return None if whole is None or not measure else measured(measure, getattr(whole, amount_of(measure)))


def more_words(measure: str, whole: Summary | None) -> str:
    """What else is worth knowing of it."""
    if whole is None or not whole.sessions:
        return ""
    if measure == "sessions":
        return f"{share_words(whole.succeeded)} succeeded" if whole.succeeded is not None else ""
    if measure == "wasted_minutes" and whole.used_us:
        return f"{share_words(whole.wasted_us / whole.used_us)} of all minutes"
    if measure == "browser_minutes" and whole.average_s is not None:
        p95 = "" if whole.p95_s is None else f", p95 {duration(whole.p95_s)}"
        return f"{duration(whole.average_s)} on average{p95}"
    return ""


@dataclass(frozen=True)
class NumberRow:
    """A period of the chart: a cell for each series, and for all."""

    words: str
    cells: list[Cell]
    total: Amount


def numbers(reviewed: Reviewed, series: Sequence[Series], drill: Drill, order: str) -> list[NumberRow]:
    asked = reviewed.asked
    has_links = asked.source == "sessions"
    terms = [drill.term(asked.split, one.keys, reviewed.keys) for one in series]
    rows = []
    for k, (start, end) in enumerate(asked.periods):
        values = [(one.name, one.values[k], term) for one, term in zip(series, terms, strict=True)]
        values.append(("All", reviewed.totals[k], ""))
        urls = [drill.url([term], start, end) if value and has_links else "" for _, value, term in values]
        cells = [
            Cell(short(value, asked.measure), name, url) for (name, value, _), url in zip(values, urls, strict=True)
        ]
        rows.append(NumberRow(period_words(asked.periods, k), cells, reviewed.totals[k]))
    if order.endswith("total"):
        rows.sort(key=lambda row: row.total or 0)
    return rows[::-1] if order.startswith("-") else rows
