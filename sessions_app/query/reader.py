"""Text -> terms, or a QueryError that says where it is bad and what was meant."""

from difflib import get_close_matches
from typing import NoReturn

from . import values
from .errors import BadValue, QueryError
from .scanner import Head, Scanner
from .terms import COMPARED, COMPARISONS, FIELDS, Term, Value, quoted

LONGEST = 2_000
MOST_VALUES = 100  # in a whole query, words counted too
READ_AS = {
    "moment": values.read_moment,
    "duration": values.read_duration,
    "number": values.read_number,
    "boolean": values.read_boolean,
}
#: What people write for a field.
ALIASES = {
    **dict.fromkeys(("owner", "user", "created_by", "createdby", "author", "who"), "by"),
    **dict.fromkeys(("session", "session_id", "sessionid"), "id"),
    **dict.fromkeys(("project_id", "projectid"), "project"),
    **dict.fromkeys(("context_id", "contextid"), "context"),
    **dict.fromkeys(("extension_id", "extensionid"), "extension"),
    **dict.fromkeys(("started_at", "startedat", "created", "created_at", "since", "time", "date"), "started"),
    **dict.fromkeys(("ended_at", "endedat", "finished", "until"), "ended"),
    **dict.fromkeys(("proxy", "proxy_bytes", "proxybytes", "bytes"), "proxy_mb"),
    **dict.fromkeys(("keepalive", "keep"), "keep_alive"),
    **dict.fromkeys(("lasts", "length", "took", "minutes"), "duration"),
    **dict.fromkeys(("state", "outcome", "is"), "status"),
}


def parse(text: str) -> list[Term]:
    """The terms of a query, none for an empty one. Raises QueryError."""
    if len(text) > LONGEST:
        raise QueryError(f"A query is at most {LONGEST:,} characters long.", LONGEST)
    reader = Reader(text)
    terms: list[Term] = []
    reader.skip_spaces()
    while reader.here:
        terms.append(reader.term())
        if sum(len(term.values) for term in terms) > MOST_VALUES:
            reader.fail(f"A query has at most {MOST_VALUES} words and values.", terms[-1].start)
        if reader.here and not reader.here.isspace():
            reader.fail("A space is missing here.", reader.at, meant="" if reader.here == '"' else " ")
        reader.skip_spaces()
    return terms


class Reader(Scanner):
    """Reads terms."""

    def term(self) -> Term:
        start, negated = self.at, self.takes("-")
        if negated and (self.here in ("", "-") or self.here.isspace()):
            self.fail("A - stands directly before the one term that must not hold.", start)
        head = self.head()
        path: tuple[str, ...] = ()
        if self.here == ":":
            kind = self.field_name(head)
            found = self.alternatives(lambda: self.field_value(kind))
        elif self.here in ("=", *COMPARISONS):
            kind, path = "metadata", self.path(head)
            found = self.metadata_values()
        else:
            kind, found = "word", self.words(head)
        return Term(kind, tuple(found), path, negated, start, self.at)

    # A field

    def field_name(self, head: Head) -> str:
        name = head.text.lower()
        if name not in FIELDS:
            self.unknown_field(head, name)
        self.at += 1
        return name

    def unknown_field(self, head: Head, name: str) -> NoReturn:
        close = get_close_matches(name, FIELDS, n=1)
        meant = ALIASES.get(name) or (close[0] if close else "")
        question = f"did you mean {meant}:?" if meant else f"Fields are {', '.join(FIELDS)}."
        words = f'There is no field "{head.text}": {question} Metadata is written with =, as in key=value.'
        replacement = f"{meant}:" if meant else f"{head.written}=" if head.written else ""
        self.fail(words.replace('": F', '". F'), head.start, meant=replacement, until=self.at + 1)

    def field_value(self, name: str) -> Value:
        start = self.at
        compare = self.comparison() if self.here and self.here in COMPARISONS else "="
        if compare != "=" and FIELDS[name] not in COMPARED:
            self.fail(f'{name}: cannot be compared with "{compare}": it is no date, duration or number.', start)
        if compare == "=" and self.takes_star():
            return Value("", "*")
        return self.checked(name, compare)

    def checked(self, name: str, compare: str) -> Value:
        start, text, kind = self.at, self.value(), FIELDS[name]
        if kind == "moment" and compare != "=" and values.is_duration(text):
            kind = "duration"
        try:
            if kind in READ_AS:
                READ_AS[kind](text)
        except BadValue as error:
            self.fail(error.message, start, meant=error.meant, until=self.at)
        return Value(text, compare)

    def comparison(self) -> str:
        """`<` or `>`, and nothing like `>>` or `>=`."""
        start, compare = self.at, self.here
        self.at += 1
        if self.here in ("=", *COMPARISONS):
            words = f'There is no "{compare}{self.here}": compare with < or >.'
            self.fail(words, start, meant=compare, until=self.at + 1)
        return compare

    # Metadata

    def path(self, head: Head) -> tuple[str, ...]:
        for piece in head.pieces:
            if not piece.text and not piece.is_quoted:
                self.fail('A key is missing here; the empty key is written "".', piece.start)
        return tuple(piece.text for piece in head.pieces)

    def metadata_values(self) -> list[Value]:
        if self.takes("="):
            return self.alternatives(self.metadata_value)
        compare = self.comparison()
        return self.alternatives(lambda: self.metadata_number(compare))

    def metadata_value(self) -> Value:
        if self.here in (*COMPARISONS,):
            self.fail("Compare without =, and put a text that begins so into quotes.", self.at)
        return Value("", "*") if self.takes_star() else Value(self.value())

    def metadata_number(self, compare: str) -> Value:
        start, text = self.at, self.value()
        if not values.is_number(text):
            self.fail(f'Metadata is compared with numbers, and "{text}" is none.', start)
        return Value(text, compare)

    # Words

    def words(self, head: Head) -> list[Value]:
        found = [self.word(head)]
        while self.takes(","):
            found.append(self.word(self.head()))
        return found

    def word(self, head: Head) -> Value:
        if len(head.pieces) > 1 and any(piece.is_quoted for piece in head.pieces):
            self.fail("Put the whole text into quotes; or is = and a value missing?", self.at)
        if head.text == "*" and not head.pieces[0].is_quoted:
            self.fail(
                "A * stands for any value after : or =, as in key=*.", head.start, meant=quoted("*"), until=self.at
            )
        if not head.text:
            self.fail("A word is missing here.", head.start)
        return Value(head.text)
