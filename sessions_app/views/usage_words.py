"""What changed most against the stretch before, in a sentence or two that can be copied into a chat."""

from collections.abc import Sequence
from dataclasses import dataclass

from sessions_app.templatetags.figures import amount
from sessions_app.usage.measures import measured

from .usage_asked import AskedReview
from .usage_review import Line, Reviewed
from .usage_table import MUCH, split_words

LITTLE = 0.02  # of the whole: less than this is no change to speak of
MANIFOLD = 2
LONGEST_NAME = 48
VERBS = {
    "browser_minutes": "used",
    "sessions": "started",
    "proxy_bytes": "sent through proxies",
    "wasted_minutes": "wasted",
}
BEFORE = {
    "24h": "the 24 hours before",
    "7d": "the 7 days before",
    "30d": "the 30 days before",
    "cycle": "the same days of the last cycle",
    "last_cycle": "the cycle before",
    "month": "the month before",
}


@dataclass(frozen=True)
class Said:
    """`lead` first and louder."""

    lead: str
    rest: str

    @property
    def text(self) -> str:
        return f"{self.lead}{self.rest}"


def said(reviewed: Reviewed, lines: Sequence[Line] = ()) -> Said:
    """`lines` are the reviewed ones, with what a look at each session told where there was one."""
    measure, total = reviewed.asked.measure, reviewed.total
    if total is None:
        why = "the counters have not been read twice in it" if reviewed.asked.source == "counter" else "no session is"
        return Said("Nothing is known of this time", f": {why}.")
    if not total and not reviewed.before:
        return Said(f"Nobody {VERBS[measure]} anything", f" from {span_words(reviewed.asked)}.")
    if reviewed.before is None:
        unknown = f" Of {before_words(reviewed.asked)} not everything is known." if reviewed.is_compared else ""
        return Said(amount(total, measure), f" from {span_words(reviewed.asked)}.{greatest(reviewed)}{unknown}")
    line = moved_most(reviewed)
    if line is None:
        rest = f": {amount(total, measure)}, {amount(reviewed.before, measure)} then.{greatest(reviewed)}"
        return Said(f"Much as in {before_words(reviewed.asked)}", rest)
    return Said(
        lead(line, reviewed.asked), f": {of_line(line, measure)}{wasted(line, lines, measure)}.{of_all(reviewed)}"
    )


def before_words(asked: AskedReview) -> str:
    return BEFORE.get(asked.range_name, "the same length of time before")


def moved_most(reviewed: Reviewed) -> Line | None:
    """The key whose amount changed most, if that is anything to speak of."""
    whole = max(reviewed.total or 0, reviewed.before or 0)
    line = max(reviewed.lines, key=lambda one: abs(delta(one)), default=None)
    return line if line and abs(delta(line)) > LITTLE * whole else None


def delta(line: Line) -> float:
    return (line.total or 0) - (line.before or 0)


def lead(line: Line, asked: AskedReview) -> str:
    name, verb = called(line, asked), VERBS[asked.measure]
    if not line.before:
        return f"{name} is new against {before_words(asked)}"
    if not line.total:
        return f"{name} {verb} nothing any more"
    return f"{name} {verb} {than(line.change or 0)} in {before_words(asked)}"


def called(line: Line, asked: AskedReview) -> str:
    name = line.name if len(line.name) <= LONGEST_NAME else f"{line.name[: LONGEST_NAME - 1]}…"
    return name if line.is_set else f"Sessions with no {split_words(asked.split)[:LONGEST_NAME]}"


def than(change: float) -> str:
    """61 % more than, 3.2 times as much as."""
    return f"{per_cent(change)} {'as' if change >= MANIFOLD else 'than'}"


def per_cent(change: float) -> str:
    """61 % more, 8 % less, 3.2 times as much."""
    if change >= MANIFOLD:
        return f"{change + 1:.1f} times as much"
    return f"{abs(change):.0%} {'more' if change > 0 else 'less'}".replace("%", " %")


def of_line(line: Line, measure: str) -> str:
    if not line.before:
        return amount(line.total, measure)
    return f"{amount(line.total or 0, measure)}, {amount(line.before, measure)} then"


def wasted(line: Line, lines: Sequence[Line], measure: str) -> str:
    """How much of its minutes was for nothing, where that is much."""
    summary = next((one.summary for one in lines if one.keys == line.keys), None)
    if measure != "browser_minutes" or summary is None or summary.wasted_us <= MUCH * summary.used_us:
        return ""
    return f", {amount(measured('wasted_minutes', summary.wasted_us), measure)} of it wasted"


def of_all(reviewed: Reviewed) -> str:
    if len(reviewed.lines) < 2 or not reviewed.before or reviewed.total is None:
        return ""
    measure, change = reviewed.asked.measure, reviewed.total / reviewed.before - 1
    words = "as much as then" if abs(change) < 0.005 else per_cent(change)
    return f" All together {amount(reviewed.total, measure)}, {words}."


def greatest(reviewed: Reviewed) -> str:
    """Growth has 61 % of it."""
    if len(reviewed.lines) < 2 or not reviewed.total:
        return ""
    first = max(reviewed.lines, key=lambda line: line.total or 0)
    share = f"{(first.total or 0) / reviewed.total:.0%}".replace("%", " %")
    if not first.is_set:
        return f" {share} of it has no {split_words(reviewed.asked.split)[:LONGEST_NAME]}."
    return f" {called(first, reviewed.asked)} has {share} of it."


def span_words(asked: AskedReview) -> str:
    """27 Oct to 25 Nov; 24 Nov 18:00 to 25 Nov 17:19."""
    start, end = (moment.astimezone(asked.zone) for moment in (asked.range.start, asked.range.end))
    if asked.periods.by == "hour":
        return f"{start:%-d %b %H:%M} to {end:%-d %b %H:%M}"
    last = (asked.range.end - asked.range.end.resolution).astimezone(asked.zone)
    year = f" {last:%Y}" if start.year != last.year else ""
    return f"{start:%-d %b}{f' {start:%Y}' if year else ''} to {last:%-d %b}{year}"
