"""Text -> terms, or a QueryError that says where it is bad and what was meant."""

from dataclasses import dataclass
from typing import NoReturn

FIELDS = ("status", "project")
LONGEST = 2_000


class QueryError(ValueError):
    """A query that means nothing: `position` is the offset of the bad place in the text."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.message = message
        self.position = position


@dataclass(frozen=True)
class Term:
    """One condition. `kind` is a field's name, "metadata" or "id"; `path` holds a metadata path's keys."""

    kind: str
    value: str
    path: tuple[str, ...] = ()


class Reader:
    """Walks through the text once, character by character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    @property
    def here(self) -> str:
        return self.text[self.at : self.at + 1]

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        raise QueryError(message, self.at if position is None else position)

    def skip_spaces(self) -> None:
        while self.here.isspace():
            self.at += 1

    def quoted(self) -> str:
        """The inside of a quoted piece, `\\"` and `\\\\` resolved."""
        start = self.at
        self.at += 1
        piece = []
        while self.here != '"':
            if not self.here:
                self.fail("This quote is never closed.", start)
            if self.here == "\\":
                self.at += 1
            piece.append(self.here)
            self.at += 1
        self.at += 1
        return "".join(piece)

    def bare(self, stops: str) -> str:
        start = self.at
        while self.here and not self.here.isspace() and self.here not in stops:
            self.at += 1
        return self.text[start : self.at]

    def path(self) -> tuple[str, ...]:
        """Keys joined by dots; a quoted key may hold anything."""
        keys = [self.quoted() if self.here == '"' else self.bare('.:="')]
        while self.here == ".":
            self.at += 1
            keys.append(self.quoted() if self.here == '"' else self.bare('.:="'))
        return tuple(keys)

    def value(self, name: str) -> str:
        """What follows `:` or `=`; an unquoted value may itself hold `:` and `=`."""
        if self.here == '"':
            return self.quoted()
        value = self.bare("")
        if not value:
            self.fail(f'"{name}" has no value. Write {name}value, or {name}"" for the empty text.')
        return value

    def term(self) -> Term:
        start = self.at
        path = self.path()
        if self.here == "=":
            if not all(path):
                self.fail("There is an empty key in this path.", start)
            self.at += 1
            return Term("metadata", self.value(".".join(path) + "="), path)
        if self.here == ":":
            return self.field(path, start)
        return Term("id", ".".join(path))

    def field(self, path: tuple[str, ...], start: int) -> Term:
        name = ".".join(path)
        if name.lower() not in FIELDS:
            known = " and ".join(f"{field}:" for field in FIELDS)
            self.fail(
                f'There is no field "{name}". Fields are {known}; metadata is written {name or "key"}=value.', start
            )
        self.at += 1
        return Term(name.lower(), self.value(f"{name}:"))


def quote(text: str, specials: str) -> str:
    """`text` as it must be written so that it is read back whole."""
    if text and not any(char.isspace() or char in specials for char in text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def metadata_term(path: tuple[str, ...], value: str) -> str:
    """The term that finds this value at this path."""
    return ".".join(quote(key, '.:="') for key in path) + "=" + quote(value, '"')


def parse(text: str) -> list[Term]:
    """The terms of a query, none for an empty one. Raises QueryError."""
    if len(text) > LONGEST:
        raise QueryError(f"A query is at most {LONGEST:,} characters long.", LONGEST)
    reader = Reader(text)
    terms = []
    reader.skip_spaces()
    while reader.here:
        terms.append(reader.term())
        if reader.here and not reader.here.isspace():
            reader.fail("A space is missing here.")
        reader.skip_spaces()
    return terms
