"""What somebody is writing: the term at the caret of a text that may not be a query yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from .errors import QueryError
from .reader import LONGEST, MOST_VALUES, parse
from .terms import FIELDS, Path, Term

OPERATORS = ":=<>"
Range = tuple[int, int]


@dataclass(frozen=True)
class Writing:
    """`replace` is the piece at the caret: a head with its operator, or one value.

    `operator` is "" while the head is written, and `head` what stands before it, without a `-`. `typed` is what stands
    before the caret of the piece, `values` are the other values of the term, and `term` is where the whole term stands.
    """

    text: str
    term: Range
    replace: Range
    head: str
    operator: str
    typed: str
    values: tuple[str, ...] = ()
    operator_at: int | None = None  # where the term's operator stands, also while the head is written

    @property
    def field(self) -> str:
        """The name of the field whose value is written, "" for anything else."""
        name = self.head.lower()
        return name if self.operator == ":" and name in FIELDS else ""

    @property
    def path(self) -> Path:
        """The metadata path whose value is written, () for anything else."""
        if not self.operator or self.operator == ":":
            return ()
        return next((term.path for term in read(f"{self.head}=*")), ())

    @property
    def others(self) -> list[Term]:
        """The terms that stand around it, as far as they mean something."""
        found: list[Term] = []
        for start, end in pieces(self.text):
            if (start, end) != self.term:
                found += read(self.text[start:end])
        return found[:MOST_VALUES]

    def judges(self, position: int) -> bool:
        """Whether what is wrong at this position is worth saying now; of a value half written nobody wants to hear."""
        start, end = self.term
        return not start <= position <= end or (self.operator_at is not None and position < self.operator_at)


def writing_at(text: str, at: int) -> Writing:
    """`at` counts characters; what lies outside of the text counts as its end."""
    at = at if 0 <= at <= len(text) else len(text)
    start, end = next((span for span in pieces(text) if span[0] <= at <= span[1]), (at, at))
    head = start + text.startswith("-", start, end)
    operator = next((place for place, char in bare(text, head, end) if char in OPERATORS), None)
    if operator is None or at <= operator:
        until = end if operator is None else operator + 1
        return Writing(
            text, (start, end), (head, until), text[head:until], "", text[head : max(at, head)], (), operator
        )
    values = list(pieces(text, operator + 1, end, ","))
    here = next(span for span in values if span[0] <= at <= span[1])
    others = tuple(unquoted(text[slice(*span)]) for span in values if span != here)
    typed = text[here[0] : at]
    return Writing(text, (start, end), here, text[head:operator], text[operator], typed, others, operator_at=operator)


def pieces(text: str, start: int = 0, end: int | None = None, separator: str = " ") -> Iterator[Range]:
    """Where terms stand, or with a comma the values of a term: empty ones too."""
    end = len(text) if end is None else end
    begun = start
    for place, char in bare(text, start, end):
        if char == separator or (char.isspace() and separator == " "):
            if place > begun or separator == ",":
                yield begun, place
            begun = place + 1
    if end > begun or separator == ",":
        yield begun, end


def bare(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """The characters outside of quotes, with their places."""
    place, is_quoted = start, False
    while place < end:
        char = text[place]
        if char == "\\" and is_quoted:
            place += 1
        elif char == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            yield place, char
        place += 1


def unquoted(written: str) -> str:
    """What a value says, also where its quote is not closed yet."""
    if not written.startswith('"'):
        return written
    inside = written[1:].removesuffix('"')
    return inside.replace('\\"', '"').replace("\\\\", "\\")


def read(text: str) -> list[Term]:
    """The terms of a text that is a query, none of another."""
    try:
        return parse(text[: LONGEST + 1])
    except QueryError:
        return []
