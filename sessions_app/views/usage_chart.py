"""Usage over time as a chart: what each bar says and where it leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sessions_app.templatetags.figures import amount
from sessions_app.usage.figures import Amount, add
from sessions_app.usage.periods import Periods

from .charts import Chart, Column, Mark, Part, stacked

MINUTES_AN_HOUR = 60
MINUTES = ("browser_minutes", "wasted_minutes")
MOST_LABELS = 9
LABEL_WIDTH = 16  # per cent of a chart, for the words of a mark

#: From the series (None: all of them) and the number of a period to an address.
Links = Callable[["Series | None", int], str]


@dataclass(frozen=True)
class Series:
    """One colour of the chart and one column of the table of its numbers."""

    name: str
    look: str
    values: Sequence[Amount]
    keys: Sequence[str | None] = ()


def usage_chart(
    periods: Periods,
    measure: str,
    series: Sequence[Series],
    estimated: frozenset[int] = frozenset(),
    links: Links | None = None,
    marks: Sequence[Mark] = (),
    words: str = "",
    empty: Sequence[Amount] = (),
) -> Chart:
    """`empty`: the periods where there is no series, 0 or not known."""
    totals = [add(values) for values in zip(*(one.values for one in series), strict=True)]
    totals = totals or list(empty) or [None] * len(periods)
    top = max((total for total in totals if total is not None), default=0)
    in_hours = measure in MINUTES and top > 2 * MINUTES_AN_HOUR

    def column(k: int) -> Column:
        label, is_minor = period_label(periods, k)
        said = f"{period_words(periods, k)}: {told(totals[k], measure)}"
        if k in estimated:
            said += ", partly estimated"
        parts = None if totals[k] is None else [part(one, k) for one in series]
        return Column(said, parts, label, is_minor, k in estimated, links(None, k) if links else "")

    def part(one: Series, k: int) -> Part:
        value = one.values[k]
        if not value or not links:
            return Part(one.look, float(value or 0))
        title = f"{one.name}, {period_words(periods, k)}: {told(value, measure)}"
        return Part(one.look, float(value), title, links(one, k))

    return stacked(
        [column(k) for k in range(len(periods))],
        words=words or f"{told(add(totals), measure)} in all, by {periods.by}. The table has the same numbers.",
        tick=lambda value: f"{value / MINUTES_AN_HOUR:g} h" if in_hours else tick(value, measure),
        unit=MINUTES_AN_HOUR if in_hours else 1,
        marks=marks,
    )


def told(value: Amount, measure: str) -> str:
    return amount(value, measure)


def tick(value: float, measure: str) -> str:
    """10 GB, not 10.0 GB: a line of the scale stands at a round number, and all in the same unit."""
    if measure in MINUTES:
        return f"{value:,.0f} min"
    return amount(value, measure).replace(".0 ", " ").removesuffix(" sessions").removesuffix(" session")


def marks_at(periods: Periods, notes: Sequence[tuple[datetime, str]]) -> list[Mark]:
    """In the order of time; words only where those before leave room."""
    found: list[Mark] = []
    free_from = 0.0
    for at, text in notes:
        x = place_of(periods, at)
        words = text if len(text) <= 28 else f"{text[:27]}…"
        has_room = x >= free_from
        free_from = x + LABEL_WIDTH if has_room else free_from
        found.append(Mark(x, words if has_room else "", f"{at.astimezone(periods.zone):%-d %b %Y, %H:%M}: {text}"))
    return found


def place_of(periods: Periods, at: datetime) -> float:
    """How far right a moment lies, in per cent: each period has the same width, however long it is."""
    k = next((k for k, (_, end) in enumerate(periods) if at < end), len(periods) - 1)
    start, end = periods.borders[k], periods.borders[k + 1]
    return 100 * (k + min(max((at - start) / (end - start), 0), 1)) / len(periods)


def period_words(periods: Periods, k: int) -> str:
    """24 Nov; 24 Nov 18:00; week from 24 Nov; Nov 2026."""
    start = periods.borders[k].astimezone(periods.zone)
    match periods.by:
        case "hour":
            return f"{start:%-d %b %H:%M}"
        case "week":
            return f"week from {start:%-d %b}"
        case "month" if start.day == 1:
            return f"{start:%b %Y}"
        case "month":
            return f"{start:%-d %b %Y}"
    return f"{start:%-d %b}"


def period_label(periods: Periods, k: int) -> tuple[str, bool]:
    """What stands under a bar, "" under most, and whether it is left out where there is little room."""
    start = periods.borders[k].astimezone(periods.zone)
    if periods.by == "hour" and len(periods) <= 48:
        if start.hour % 6 or start.minute:
            return "", False
        return (f"{start:%H:%M}" if start.hour else f"{start:%-d %b}"), start.hour % 12 == 6
    back = len(periods) - 1 - k
    step = label_step(periods)
    text = f"{start:%b %Y}" if periods.by == "month" else f"{start:%-d %b}"
    return (text if back % step == 0 else ""), back % (2 * step) == step


def label_step(periods: Periods) -> int:
    """Every day of a week, else every 7th day, else so many that their words have room."""
    if len(periods) <= 7:
        return 1
    least = -(-len(periods) // MOST_LABELS)
    return -(-least // 7) * 7 if periods.by == "day" else least
