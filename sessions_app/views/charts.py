"""Stacked bars as numbers for `templates/pieces/chart.html`, which draws them as SVG.

Places and sizes are per cent of the plot, so that a chart fits any width while its words keep their size.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BAR_SHARE = 0.8  # of a column; the rest is air
LINES = 3
MOST_SERIES = 6


class Part(NamedTuple):
    """A piece of a bar; what it says and where it leads by itself, if it does."""

    look: str
    amount: float
    title: str = ""
    url: str = ""


@dataclass(frozen=True)
class Column:
    """One bar: what it says on hover, and its parts from the bottom up. `parts` None: nothing is known."""

    title: str
    parts: Sequence[Part] | None
    label: str = ""
    is_minor: bool = False  # its label goes first where there is little room
    is_estimate: bool = False
    url: str = ""


@dataclass(frozen=True)
class Box:
    look: str
    y: float
    height: float
    title: str = ""
    url: str = ""

    def svg(self, x: float, width: float) -> str:
        places = f'x="{x:.3f}%" y="{self.y:.3f}%" width="{width:.3f}%" height="{self.height:.3f}%"'
        bar = f'<rect class="bar {self.look}" {places}/>'
        if not self.url:
            return bar
        title = escape(self.title)
        return f'<a href="{escape(self.url)}" tabindex="-1" aria-label="{title}"><title>{title}</title>{bar}</a>'


@dataclass(frozen=True)
class Drawn:
    """A column in its place: `left` and `width` are the whole column's, `x` and `bar_width` the bar's."""

    column: Column
    left: float
    width: float
    x: float
    bar_width: float
    middle: float
    boxes: list[Box] = field(default_factory=list)

    @property
    def bar(self) -> SafeString:
        """Its boxes, of which a page has hundreds: no template writes each."""
        return mark_safe("".join(box.svg(self.x, self.bar_width) for box in self.boxes))  # noqa: S308 (escaped)


@dataclass(frozen=True)
class Line:
    y: float
    words: str


@dataclass(frozen=True)
class Mark:
    """Something at a moment: how far right it stands, and its words under the axis, "" where there is no room."""

    x: float
    words: str
    title: str


@dataclass(frozen=True)
class Chart:
    """`words` tell what it shows to whoever cannot see it. `limit` is how far down a line of what is allowed lies."""

    words: str
    columns: list[Drawn]
    lines: list[Line]
    marks: Sequence[Mark] = ()
    limit: float | None = None

    @property
    def has_links(self) -> bool:
        return any(drawn.column.url for drawn in self.columns)


def stacked(
    columns: Sequence[Column],
    words: str,
    tick: Callable[[float], str],
    unit: float = 1,
    marks: Sequence[Mark] = (),
    limit: float | None = None,
) -> Chart:
    """Bars on one scale whose lines stand at round multiples of `unit`; `tick` puts a line's amount into words."""
    top = max((sum(part.amount for part in column.parts or ()) for column in columns), default=0)
    top = max(top, limit or 0)
    step = round_step(top / LINES / unit) * unit
    scale = step * max(math.ceil(top / step), 1)
    lines = [Line(y=100 - 100 * n * step / scale, words=tick(n * step)) for n in range(1, round(scale / step) + 1)]
    width = 100 / max(len(columns), 1)
    drawn = [_draw(column, k, width, scale) for k, column in enumerate(columns)]
    return Chart(words, drawn, lines, marks, None if limit is None else 100 - 100 * limit / scale)


def round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not below."""
    if least <= 1:
        return 1
    tens = 10.0 ** math.floor(math.log10(least))
    return next(tens * step for step in (1, 2, 5, 10) if tens * step >= least)


def _draw(column: Column, k: int, width: float, scale: float) -> Drawn:
    left = k * width
    air = width * (1 - BAR_SHARE) / 2
    drawn = Drawn(column, left, width, left + air, width * BAR_SHARE, left + width / 2)
    below = 0.0
    for part in column.parts or ():
        height = 100 * part.amount / scale
        if part.amount:
            drawn.boxes.append(Box(part.look, 100 - below - height, height, part.title, part.url))
        below += height
    return drawn
