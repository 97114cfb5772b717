"""A query's characters: spaces, quoted and bare pieces, what stands before an operator."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from .errors import QueryError
from .terms import SPECIAL_IN_KEY, Value


@dataclass(frozen=True)
class Piece:
    text: str
    is_quoted: bool
    start: int


@dataclass(frozen=True)
class Head:
    """Pieces joined by dots: a field's name, a metadata path or a word, depending on what follows."""

    pieces: tuple[Piece, ...]
    written: str

    @property
    def start(self) -> int:
        return self.pieces[0].start

    @property
    def text(self) -> str:
        return ".".join(piece.text for piece in self.pieces)


class Scanner:
    """Walks through the text once, character by character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def here(self) -> str:
        return self.text[self.at : self.at + 1]

    def fail(self, message: str, start: int, *, meant: str = "", until: int | None = None) -> NoReturn:
        """`meant` stands in the place of what is written from `start` to `until`."""
        rest = self.text[start if until is None else until :]
        raise QueryError(message, start, self.text[:start] + meant + rest if meant else "")

    def skip_spaces(self) -> None:
        while self.here.isspace():
            self.at += 1

    def takes(self, char: str) -> bool:
        """Whether this character is here: then it is behind us."""
        found = self.here == char
        self.at += found
        return found

    def takes_star(self) -> bool:
        """Whether a `*` that is a whole value is here: then it is behind us."""
        after = self.text[self.at + 1 : self.at + 2]
        return (not after or after.isspace() or after == ",") and self.takes("*")

    def quoted(self) -> str:
        """The inside of a quoted piece, `\\"` and `\\\\` resolved."""
        start, inside = self.at, []
        self.at += 1
        while not self.takes('"'):
            self.takes("\\")
            if not self.here:
                self.fail("This quote is never closed.", start, meant=self.text[start:] + '"', until=len(self.text))
            inside.append(self.here)
            self.at += 1
        return "".join(inside)

    def bare(self, stops: str) -> str:
        start = self.at
        while self.here and not self.here.isspace() and self.here not in stops:
            self.at += 1
        return self.text[start : self.at]

    def head(self) -> Head:
        start = self.at
        pieces = [self._piece()]
        while self.takes("."):
            pieces.append(self._piece())
        return Head(tuple(pieces), self.text[start : self.at])

    def _piece(self) -> Piece:
        start, is_quoted = self.at, self.here == '"'
        return Piece(self.quoted() if is_quoted else self.bare(SPECIAL_IN_KEY), is_quoted, start)

    def value(self) -> str:
        """A value, quoted or up to the next space or comma; an unquoted one may hold `:` and `=`."""
        start = self.at
        if self.here == '"':
            return self.quoted()
        text = self.bare(',"')
        if self.here == '"':
            self.fail('Put the whole value into quotes, and write \\" for a quote inside.', self.at)
        if not text:
            self._missing(start)
        return text

    def _missing(self, start: int) -> NoReturn:
        before = (self.text[:start].split() or [""])[-1]
        self.fail(f'Something is missing after "{before}": a value, * for any, or "" for the empty text.', start)

    def alternatives(self, read: Callable[[], Value]) -> list[Value]:
        """What `read` reads: once, and once more after each comma."""
        found = [read()]
        while self.takes(","):
            found.append(read())
        return found
