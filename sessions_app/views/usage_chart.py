"""Figures of usage as a chart and as the table of the same numbers."""

from dataclasses import dataclass
from datetime import datetime

from sessions_app.templatetags.figures import amount
from sessions_app.usage.figures import Amount, Figures, add
from sessions_app.usage.periods import Periods
from sessions_app.usage.readings import Measure

from .charts import Chart, Column, Part, series_looks, stacked

MINUTES_AN_HOUR = 60


@dataclass(frozen=True)
class Series:
    """One colour of the chart and one column of its table: a project, or all the small ones together."""

    name: str
    look: str
    values: list[Amount]
    key: str | None = None


@dataclass(frozen=True)
class PeriodRow:
    """One line of the table: a period, (name, amount) of each series, and the total."""

    words: str
    cells: list[tuple[str, Amount]]
    total: Amount
    is_estimate: bool


@dataclass(frozen=True)
class ProjectLine:
    """A project's two truths side by side; `look` is its colour in the chart."""

    key: str | None
    name: str
    look: str
    counter: Amount
    sessions: Amount
    read_at: datetime | None
    is_listed: bool


@dataclass(frozen=True)
class UsageChart:
    chart: Chart
    series: list[Series]
    rows: list[PeriodRow]  # newest first, from the first period of which anything is known


def usage_chart(figures: Figures) -> UsageChart:
    series = _series(figures)
    totals = figures.totals
    columns = [_column(figures, series, k, total) for k, total in enumerate(totals)]
    top = max((total for total in totals if total is not None), default=0)
    in_hours = figures.measure == "browser_minutes" and top > 2 * MINUTES_AN_HOUR
    chart = stacked(
        columns,
        words=_words(figures),
        tick=lambda value: f"{value / MINUTES_AN_HOUR:g} h" if in_hours else _round_amount(value, figures.measure),
        unit=MINUTES_AN_HOUR if in_hours else 1,
    )
    rows = [
        PeriodRow(
            period_words(figures.periods, k),
            [(one.name, one.values[k]) for one in series],
            total,
            k in figures.estimated,
        )
        for k, total in enumerate(totals)
    ]
    first = next((k for k, total in enumerate(totals) if total is not None), len(rows))
    return UsageChart(chart, series, rows[first:][::-1])


def _round_amount(value: float, measure: Measure) -> str:
    """10 GB, not 10.0 GB: a line of the scale stands at a round number, and all in the same unit."""
    if measure == "browser_minutes":
        return f"{value:,.0f} min"
    return amount(value, measure).replace(".0 ", " ")


def project_lines(counter: Figures, sessions: Figures, chart: UsageChart) -> list[ProjectLine]:
    """Every project that either side knows, the one that used most first."""
    looks = {one.key: one.look for one in chart.series}
    read = {row.key: row for row in counter.rows}
    lines = [
        ProjectLine(
            row.key,
            row.name,
            looks.get(row.key, "fill-rest"),
            read[row.key].total if row.key in read else None,
            row.total,
            read[row.key].known_until if row.key in read else None,
            is_listed=row.key in read,
        )
        for row in sessions.rows
    ]
    return sorted(lines, key=lambda line: (-max(line.counter or 0, line.sessions or 0), line.name))


def biggest(figures: Figures) -> tuple[str, int] | None:
    """Name and share in per cent of the project that used most; None where that says nothing."""
    if not figures.total or len(figures.rows) < 2:
        return None
    row = max(figures.rows, key=lambda row: row.total or 0)
    return row.name, round(100 * (row.total or 0) / figures.total)


def _series(figures: Figures) -> list[Series]:
    looks = series_looks([(row.key, row.total or 0) for row in figures.rows])
    series = [
        Series(row.name, looks[row.key], row.values, row.key) for row in figures.rows if looks[row.key] != "fill-rest"
    ]
    rest = [row.values for row in figures.rows if looks[row.key] == "fill-rest"]
    if rest:
        series.append(Series(f"other ({len(rest)})", "fill-rest", [add(values) for values in zip(*rest, strict=True)]))
    return series


def _row(figures: Figures, series: list[Series], k: int, total: Amount) -> PeriodRow:
    cells = [(one.name, one.values[k]) for one in series]
    return PeriodRow(period_words(figures.periods, k), cells, total, k in figures.estimated)


def _column(figures: Figures, series: list[Series], k: int, total: Amount) -> Column:
    label, is_minor = period_label(figures.periods, k)
    words = period_words(figures.periods, k)
    parts = [Part(one.look, float(one.values[k] or 0)) for one in series]
    if total is None:
        return Column(f"{words}: not known", None, label, is_minor)
    split = ", ".join(f"{one.name} {amount(one.values[k], figures.measure)}" for one in series if one.values[k])
    said = f"{words}: {amount(total, figures.measure)}" + (f" ({split})" if split else "")
    estimate = k in figures.estimated
    return Column(said + (", partly estimated" if estimate else ""), parts, label, is_minor, is_estimate=estimate)


def _words(figures: Figures) -> str:
    measure = "Browser minutes" if figures.measure == "browser_minutes" else "Proxy bytes"
    total = amount(figures.total, figures.measure)
    return f"{measure} by {figures.periods.by} and project: {total} in all. The table has the same numbers."


def period_words(periods: Periods, k: int) -> str:
    """24 Nov, or 24 Nov 18:00."""
    start = periods.borders[k].astimezone(periods.zone)
    return f"{start:%-d %b}" if periods.by == "day" else f"{start:%-d %b %H:%M}"


def period_label(periods: Periods, k: int) -> tuple[str, bool]:
    """What stands under a bar, "" under most, and whether it is left out where there is little room."""
    start = periods.borders[k].astimezone(periods.zone)
    if periods.by == "day":
        back = len(periods) - 1 - k
        if len(periods) <= 7:
            return f"{start:%-d %b}", back % 2 == 1
        return (f"{start:%-d %b}" if back % 7 == 0 else ""), back % 14 == 7
    if start.hour % 6 or start.minute:
        return "", False
    return (f"{start:%H:%M}" if start.hour else f"{start:%-d %b}"), start.hour % 12 == 6
