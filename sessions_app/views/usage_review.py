"""The figures of the usage page: a line for each key of the split, and the series of its chart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any, cast, get_args

import msgspec

from sessions_app.models import Project, Session
from sessions_app.usage.breakdown import Cells, Rows, added, breakdown
from sessions_app.usage.counted import counted
from sessions_app.usage.counter import Gap
from sessions_app.usage.figures import Amount, add
from sessions_app.usage.measures import measured
from sessions_app.usage.periods import Periods
from sessions_app.usage.readings import Measure
from sessions_app.usage.removed import first_removed
from sessions_app.usage.splits import Split
from sessions_app.usage.summary import NOTHING, Summary, at_once, summaries, together

from .api_usage import key_cells
from .charts import MOST_SERIES
from .usage_asked import AskedReview
from .usage_chart import Series

MOST_LINES = 12
MOST_OF_ALL = 500  # lines, where all are asked for
LONGEST_REPORT = 60  # lines
NOT_SET = "not set"
STATUS_WORDS: dict[str | None, str] = {
    '"COMPLETED"': "completed",
    '"RUNNING"': "running",
    '"PENDING"': "pending",
    '"TIMED_OUT"': "timed out",
    '"ERROR"': "failed",
}
STATUS_LOOKS = {
    '"COMPLETED"': "bar-completed",
    '"RUNNING"': "bar-live",
    '"PENDING"': "bar-pending",
    '"TIMED_OUT"': "bar-timed-out",
    '"ERROR"': "bar-error",
}


@dataclass(frozen=True)
class Line:
    """One key, or with several `keys` the small ones together. `before` is the total of the stretch before, not known,
    too, where nobody has compared yet.

    `summary` is None as long as nobody has looked at each session.
    """

    keys: tuple[str | None, ...]
    name: str
    values: Sequence[Amount]
    total: Amount
    before: Amount = None
    look: str = "fill-rest"
    summary: Summary | None = None
    is_compared: bool = True

    @property
    def is_rest(self) -> bool:
        return len(self.keys) > 1

    @property
    def is_set(self) -> bool:
        return self.keys != (None,)

    @property
    def change(self) -> float | None:
        """Against the stretch before, 0.61 for 61 % more; None where there was nothing, or nothing is known."""
        return self.total / self.before - 1 if self.before and self.total is not None else None


@dataclass(frozen=True)
class Reviewed:
    """`lines` the greatest first, "not set" last, before any are put together; `pairs` where it is split by two."""

    asked: AskedReview
    lines: list[Line]
    totals: list[Amount]
    total: Amount
    before: Amount
    pairs: Rows = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    read_at: datetime | None = None
    counted: dict[str, Amount] = field(default_factory=dict)  # totals of the counter's other measures
    is_compared: bool = True

    @property
    def whole(self) -> Line:
        return Line((), "All", self.totals, self.total, self.before, is_compared=self.is_compared)

    @cached_property
    def keys(self) -> list[str | None]:
        return [key for line in self.lines for key in line.keys]


def review(asked: AskedReview, user: object, waits: bool = True) -> Reviewed:
    """Where nobody `waits`, what takes longer is not compared. Raises TooSlow."""
    return by_counter(asked, user) if asked.source == "counter" else by_sessions(asked, user, waits)


def by_sessions(asked: AskedReview, user: object, waits: bool) -> Reviewed:
    of_range = asked.review(user)
    is_compared = waits or of_range.is_quick
    now, before = compared(asked, user) if is_compared else (breakdown(of_range).rows, {})
    first_known = oldest(user)
    knows_before = is_compared and first_known is not None and first_known <= asked.range.before[0]
    names = names_of(asked.split, {keys[0] for keys in (*now, *before)}, user)
    firsts, firsts_before = by_first(now), by_first(before)
    nothing: list[Amount] = [None if first_known is None or end <= first_known else 0 for _, end in asked.periods]

    def line(key: str | None) -> Line:
        cells, values = firsts.get(key, {}), list(nothing)
        for k, amount in cells.items():
            values[k] = measured(asked.measure, amount)
        then = measured(asked.measure, sum(firsts_before.get(key, {}).values())) if knows_before else None
        total = measured(asked.measure, sum(cells.values()))
        return Line((key,), names[key], values, total, then, is_compared=is_compared)

    lines = [line(key) for key in {**firsts, **(firsts_before if knows_before else {})}]
    totals = [add(values) for values in zip(*(one.values for one in lines), strict=True)] or nothing
    then = (add(one.before for one in lines) or 0) if knows_before else None
    total = add(totals) if not lines else add(one.total for one in lines)
    pairs = now if len(asked.splits) > 1 else {}
    return Reviewed(asked, in_order(lines), totals, total, then, pairs=pairs, is_compared=is_compared)


def oldest(user: object) -> datetime | None:
    """The start of the oldest session we know, or have sums of: of what was before, nothing is known."""
    starts = Session.objects.visible_to(user).order_by("started_at", "id").values_list("started_at", flat=True)
    return min(filter(None, (starts.first(), first_removed())), default=None)


def is_known(asked: AskedReview, user: object) -> bool:
    """Whether the range lies after the oldest session, at least in part."""
    first_known = oldest(user)
    return first_known is not None and first_known < asked.range.end


def compared(asked: AskedReview, user: object) -> tuple[Rows, Rows]:
    """The range's cells and those of the stretch before, which is one period. Where it lies right before, both are from
    one moment; but not hour by hour, which would have the long one put together of quarters.
    """
    now, (start, end) = asked.review(user), asked.range.before
    if end == now.periods.start and now.periods.by != "hour":
        both = replace(now.periods, borders=(start, *now.periods.borders))
        return apart(breakdown(replace(now, periods=both)).rows)
    before = replace(now, periods=Periods((start, end), "month", asked.zone))
    return breakdown(now).rows, breakdown(before).rows


def apart(rows: Rows) -> tuple[Rows, Rows]:
    """The first period is what was before."""
    now = {keys: {period - 1: amount for period, amount in cells.items() if period} for keys, cells in rows.items()}
    return {keys: cells for keys, cells in now.items() if cells}, {
        keys: {0: cells[0]} for keys, cells in rows.items() if 0 in cells
    }


def by_first(rows: Rows) -> dict[str | None, Cells]:
    found: dict[str | None, Cells] = {}
    for (key, *_), cells in rows.items():
        found[key] = added(found[key], cells) if key in found else cells
    return found


def by_counter(asked: AskedReview, user: object) -> Reviewed:
    place, measure = cast(Any, asked.split.name), cast(Measure, asked.measure)
    now = counted(user, asked.periods, measure, place)
    before = counted(user, Periods(asked.range.before, "month", asked.zone), measure, place)
    then = {key: add(values) for key, values in before.rows.items()}
    keys = {msgspec.json.encode(key).decode(): key for key in now.rows}
    names = names_of(asked.split, set(keys), user)
    lines = [
        Line((key,), names[key], now.rows[plain], add(now.rows[plain]), then.get(plain)) for key, plain in keys.items()
    ]
    unknown: list[Amount] = [None] * len(asked.periods)
    totals = [add(values) for values in zip(*(one.values for one in lines), strict=True)] or unknown
    total, earlier = add(one.total for one in lines), add(then.values())
    others = {other: whole_count(asked, user, other) for other in get_args(Measure) if other != measure}
    return Reviewed(asked, in_order(lines), totals, total, earlier, gaps=now.gaps, read_at=now.as_of, counted=others)


def whole_count(asked: AskedReview, user: object, measure: Measure) -> Amount:
    """What all counters say of the range."""
    whole = Periods((asked.range.start, asked.range.end), "month", asked.zone)
    return add(add(values) for values in counted(user, whole, measure, "account").rows.values())


def names_of(split: Split, keys: Iterable[str | None], user: object) -> dict[str | None, str]:
    """What people call them; what would read as another, as nothing or as "not set" keeps its quotation marks."""
    ordered = sorted(keys, key=lambda key: (key is None, key or ""))
    names = dict(zip(ordered, key_cells(ordered), strict=True))
    if split.name == "project":
        listed = {str(project.pk): str(project) for project in Project.objects.visible_to(user).only("id", "name")}
        names |= {key: listed.get(name, name) for key, name in names.items()}
    if split.name == "status":
        names |= STATUS_WORDS
    if split.name == "keep_alive":
        names |= {"true": "kept alive", "false": "not kept alive"}
    taken: dict[str | None, str] = {key: key for key, name in names.items() if key and name.strip() in ("", NOT_SET)}
    return {**names, **taken, None: NOT_SET}


def in_order(lines: Iterable[Line]) -> list[Line]:
    ordered = sorted(lines, key=lambda line: (not line.is_set, -(line.total or 0), line.name))
    return with_looks([line for line in ordered if line.total or line.before])


def with_looks(lines: list[Line]) -> list[Line]:
    """Steady colours for the greatest, and greys for the others and for what is not set."""
    coloured = [line for line in lines if line.is_set and line.total][:MOST_SERIES]
    looks = {line.keys: f"fill-{n}" for n, line in enumerate(coloured, 1)}
    if {line.keys[0] for line in lines} <= STATUS_LOOKS.keys():
        looks = {(key,): look for key, look in STATUS_LOOKS.items()}
    looks.setdefault((None,), "fill-unset")
    return [replace(line, look=looks[line.keys]) if line.keys in looks else line for line in lines]


def shown(reviewed: Reviewed, lines: Sequence[Line], most: int = MOST_LINES) -> list[Line]:
    """As many of the lines as a page holds, the small ones as one; in the order that was asked for."""
    most = MOST_OF_ALL if reviewed.asked.shows_all else most
    named = [line for line in lines if line.is_set]
    rest = named[most:] if len(named) > most + 1 else []
    kept = named[: len(named) - len(rest)]
    unset = [line for line in lines if not line.is_set]
    together = [put_together(rest)] if rest else []
    return [*sorted_by(reviewed.asked.order, kept), *together, *unset]


def put_together(lines: list[Line]) -> Line:
    keys = tuple(key for line in lines for key in line.keys)
    values = [add(values) for values in zip(*(line.values for line in lines), strict=True)]
    summary = together(line.summary for line in lines)
    total, before = add(line.total for line in lines), add(line.before for line in lines)
    is_compared = all(line.is_compared for line in lines)
    return Line(keys, f"other ({len(keys)})", values, total, before, summary=summary, is_compared=is_compared)


def sorted_by(order: str, lines: list[Line]) -> list[Line]:
    """What is not known comes last."""
    name, is_down = order.lstrip("-"), order.startswith("-")
    if name == "name":
        return sorted(lines, key=lambda line: line.name.casefold(), reverse=is_down)
    known = [line for line in lines if sort_value(line, name) is not None]
    unknown = [line for line in lines if sort_value(line, name) is None]
    return [*sorted(known, key=lambda line: sort_value(line, name) or 0, reverse=is_down), *unknown]


def sort_value(line: Line, name: str) -> float | None:
    if name in ("total", "change"):
        return line.total if name == "total" else line.change
    if line.summary is None:
        return line.total
    columns = {"average": "average_s", "p95": "p95_s", "wasted": "wasted_us", "proxy": "proxy_bytes"}
    return cast("float | None", getattr(line.summary, columns.get(name, name)))


def chart_series(lines: Sequence[Line]) -> list[Series]:
    """The coloured ones in the order of the lines, then the others, then what is not set."""
    own = [line for line in lines if line.is_set and not line.is_rest and line.look != "fill-rest"]
    rest = [line for line in lines if line.look == "fill-rest"]
    unset = [line for line in lines if not line.is_set]
    if len(rest) > 1:
        rest = [put_together(rest)]
    return [Series(line.name, line.look, line.values, line.keys) for line in (*own, *rest, *unset)]


def with_summaries(reviewed: Reviewed, user: object, looks: bool = True) -> tuple[list[Line], Summary | None]:
    """The lines with all that their sessions add up to, and the same of all of them together. Raises TooSlow.

    Without `looks` it is what takes no look at each session, which may be nothing.
    """
    asked = reviewed.asked
    whole_range = Periods((asked.range.start, asked.range.end), "month", asked.zone)
    one_split = replace(asked.review(user, whole_range), splits=asked.splits[:1])
    known = summaries(one_split) if looks else at_once(one_split) if one_split.is_quick else None
    if known is None:
        return reviewed.lines, None
    found, whole = known
    return [replace(line, summary=found.get(line.keys, NOTHING)) for line in reviewed.lines], whole
