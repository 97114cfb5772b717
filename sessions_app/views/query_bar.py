"""The query bar: one text, shown as chips while nobody writes in it; what is wrong with it."""

from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlencode

from sessions_app.query import QueryError, Term, parse
from sessions_app.query.upstream import upstream_q

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Chip:
    """A term of the bar's text, where it stands there, in the parts that look different."""

    term: str
    is_negated: bool
    head: str
    values: str
    start: int
    end: int

    @classmethod
    def of(cls, term: Term) -> Self:
        written = str(term)
        values = written[len("-" * term.negated + term.head) :]
        return cls(written, term.negated, term.head, values, term.start, term.end)


@dataclass(frozen=True)
class Wrong:
    """What is wrong, and the text in which it is, cut around the wrong part.

    `parameter` is `q` where that text is the bar's own, else `add`, `not` or `drop`.
    """

    error: QueryError
    text: str
    parameter: str = "q"

    @property
    def before(self) -> str:
        return self.text[: self.error.position]

    @property
    def part(self) -> str:
        """Up to the next space, at least one character; "" where something is missing at the end."""
        rest = self.text[self.error.position :]
        return rest[:1] + rest[1:].partition(" ")[0]

    @property
    def after(self) -> str:
        return self.text[self.error.position + len(self.part) :]


@dataclass(frozen=True)
class QueryBar:
    """`others` are the address's parameters beside the query, which stay when it changes."""

    text: str
    chips: list[Chip]
    others: Pairs = field(default_factory=list)
    wrong: Wrong | None = None
    upstream: str | None = None  # the same question in upstream's words

    @classmethod
    def of(cls, text: str, others: Pairs, wrong: Wrong | None = None) -> Self:
        """What is `wrong` elsewhere than in the text is given."""
        try:
            terms = parse(text)
        except QueryError as error:
            return cls(text, [], others, Wrong(error, text))
        return cls(text, [Chip.of(term) for term in terms], others, wrong, upstream_q(terms))

    @property
    def is_wrong(self) -> bool:
        """Whether the text itself is wrong."""
        return self.wrong is not None and self.wrong.parameter == "q"

    @property
    def mended(self) -> str:
        """The address's parameters with what was probably meant in the place of what is wrong."""
        meant = [(self.wrong.parameter, self.wrong.error.meant)] if self.wrong else []
        return urlencode([*meant, *self.others] if self.is_wrong else [("q", self.text), *self.others, *meant])

    @property
    def cleared(self) -> str:
        return f"?{urlencode(self.others)}" if self.others else ""
