"""Split by two: the table of the usage page that has one down and the other across."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sessions_app.usage.measures import measured

from .usage_asked import MEASURE_WORDS
from .usage_drill import Drill
from .usage_review import Line, Reviewed, names_of
from .usage_table import Cell, short, split_words

MOST_ACROSS = 8


@dataclass(frozen=True)
class Matrix:
    """One split down, the other across: totals of the whole range."""

    title: str
    heads: list[str]
    rows: list[tuple[str, list[Cell]]]


def matrix(reviewed: Reviewed, lines: Sequence[Line], drill: Drill, user: object) -> Matrix | None:
    if len(reviewed.asked.splits) < 2:
        return None
    asked, across = reviewed.asked, reviewed.asked.splits[1]
    totals: dict[tuple[str | None, str | None], int] = {
        (keys[0], keys[1]): sum(cells.values()) for keys, cells in reviewed.pairs.items()
    }
    seconds: dict[str | None, int] = defaultdict(int)
    for (_, key), total in totals.items():
        seconds[key] += total
    names = names_of(across, seconds, user)
    groups = across_groups(seconds, names)

    def cell(down: Sequence[str | None], name: str, keys: Sequence[str | None]) -> Cell:
        total = measured(asked.measure, sum(totals.get((one, other), 0) for one in down for other in keys))
        terms = [
            drill.term(asked.split, down, reviewed.keys) if down != reviewed.keys else "",
            drill.term(across, keys, list(seconds)) if len(keys) < len(seconds) else "",
        ]
        url = drill.url(terms, asked.range.start, asked.range.end) if total else ""
        return Cell(short(total, asked.measure), name, url)

    wanted = [*groups, ("All", list(seconds))]
    downs = [*((line.name, line.keys) for line in lines), ("All", reviewed.keys)]
    title = f"{MEASURE_WORDS[asked.measure]} by {split_words(asked.split)} and {split_words(across)}"
    rows = [(name, [cell(down, *one) for one in wanted]) for name, down in downs]
    return Matrix(title, [name for name, _ in wanted], rows)


def across_groups(totals: dict[str | None, int], names: dict[str | None, str]) -> list[tuple[str, list[str | None]]]:
    ordered = sorted((key for key in totals if key is not None), key=lambda key: (-totals[key], key))
    most = MOST_ACROSS if len(ordered) > MOST_ACROSS + 1 else len(ordered)
    groups: list[tuple[str, list[str | None]]] = [(names[key], [key]) for key in ordered[:most]]
    if rest := ordered[most:]:
        groups.append((f"other ({len(rest)})", list(rest)))
    return [*groups, ("not set", [None])] if None in totals else groups
