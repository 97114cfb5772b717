"""What a query consists of, and how it is written: terms -> text."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

#: A field's name, and what its values are.
FIELDS = {
    "status": "word",
    "project": "text",
    "region": "word",
    "started": "moment",
    "ended": "moment",
    "duration": "duration",
    "keep_alive": "boolean",
    "context": "text",
    "extension": "text",
    "by": "text",
    "id": "text",
    "proxy_mb": "number",
    "account": "text",
    "used": "moment",
    "wasted": "moment",
    "over": "moment",
}
COMPARED = ("moment", "duration", "number")
SPECIAL_IN_KEY = '.,:=<>"'
SPECIAL_IN_VALUE = ',"'
COMPARISONS = "<>"

Path = tuple[str, ...]


@dataclass(frozen=True)
class Value:
    """One of the values that a term allows. `compare` is `=`, `<`, `>`, or `*` for "any, as long as there is one"."""

    text: str
    compare: str = "="


@dataclass(frozen=True)
class Term:
    """One condition: any of `values` for a field, for metadata at `path`, or for a word of a session.

    `kind` is a field's name, "metadata" or "word". `start` and `end` say where it stood in the text.
    """

    kind: str
    values: tuple[Value, ...]
    path: Path = ()
    negated: bool = False
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return ("-" if self.negated else "") + self.head + ",".join(self._written(value) for value in self.values)

    @property
    def head(self) -> str:
        """What stands before the values, up to `:`, `=`, `<` or `>`; nothing for a word."""
        if self.kind == "word":
            return ""
        if self.kind != "metadata":
            return f"{self.kind}:"
        compare = self.values[0].compare
        return write_path(self.path) + (compare if compare in COMPARISONS else "=")

    def _written(self, value: Value) -> str:
        if value.compare == "*":
            return "*"
        if self.kind == "word":
            return write_word(value.text)
        return (value.compare if self.kind != "metadata" and value.compare != "=" else "") + write_value(value.text)


def write(terms: Iterable[Term]) -> str:
    """The query in its canonical form, which is read as the same terms."""
    return " ".join(str(term) for term in terms)


def write_path(path: Iterable[str]) -> str:
    """A metadata path as it stands in a query: `order.status`, `"a.b".c`."""
    first, *others = (quote(key, SPECIAL_IN_KEY) for key in path)
    return ".".join([quoted(first) if first.startswith("-") else first, *others])


def write_value(text: str) -> str:
    """A value as it stands in a query; quoted where it would read as something else."""
    return quoted(text) if text == "*" or text[:1] in COMPARISONS else quote(text, SPECIAL_IN_VALUE)


def write_word(text: str) -> str:
    special = SPECIAL_IN_KEY.replace(".", "")
    return quoted(text) if text == "*" or text.startswith("-") else quote(text, special)


def metadata_term(path: Path, text: str) -> str:
    """The term that finds this value at this path."""
    return f"{write_path(path)}={write_value(text)}"


def leaf_term(path: Path, value: object) -> str:
    """The term for a value as JSON has it: whatever is there, for a list, an object or null, which equal nothing."""
    if isinstance(value, str | bool | int | float):
        return metadata_term(path, value if isinstance(value, str) else json.dumps(value))
    return f"{write_path(path)}=*"


def field_term(name: str, text: str) -> str:
    """The term that finds this value of a field: `project:"my shop"`."""
    return f"{name}:{write_value(text)}"


def quote(text: str, special: str) -> str:
    return quoted(text) if not text or any(char.isspace() or char in special for char in text) else text


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
