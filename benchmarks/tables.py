"""What a run prints and writes."""

from dataclasses import dataclass, field


@dataclass
class Table:
    """Rows of words under `columns`; `notes` say what the numbers do not.

    `over` names what broke its limit, as it may on a slow machine, `failures` what must not be on any.
    """

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, *cells: str) -> None:
        self.rows.append(cells)

    def as_text(self) -> str:
        lines = [self.columns, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.columns))]
        drawn = ["  ".join(_placed(line, widths)).rstrip() for line in lines]
        return "\n".join([self.title, *(f"  {line}" for line in drawn), *(f"  {note}" for note in self.notes)])

    def as_markdown(self) -> str:
        head = ["| " + " | ".join(self.columns) + " |", "|---" + "|--:" * (len(self.columns) - 1) + "|"]
        body = ["| " + " | ".join(_escaped(cell) for cell in row) + " |" for row in self.rows]
        return "\n".join([f"## {self.title}", "", *head, *body, *(f"\n{note}" for note in self.notes)])


def _placed(cells: tuple[str, ...], widths: list[int]) -> list[str]:
    """The first column is words, the others are numbers."""
    first, *others = zip(cells, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|").replace("<", "&lt;")
