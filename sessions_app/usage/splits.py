"""What figures can be split by, as it is written, and the SQL of its keys."""

from dataclasses import dataclass
from typing import Any

from sessions_app.models.session import DEEPEST_PATH
from sessions_app.query import QueryError, Term, Value, parse
from sessions_app.query.names import is_storable
from sessions_app.query.terms import Path, write_path

MOST_SPLITS = 66  # that the sums have, the fields counted in
MOST_VALUES = 200  # of a path on one day, to be summed by quarters
MOST_BY_DAY = 10_000  # of a path on one day, to be summed by days
MOST_PATHS_BY_DAY = 8
#: Of more values than this on one day there must be fewer than such a share of its sessions: else sums save nothing.
MANY_BY_DAY, MOST_SINGLE = 1_000, 0.95
LONGEST_PATH = LONGEST_VALUE = 200  # characters

METADATA = "metadata."

Key = tuple[str, list[Any]]

#: The splits that the sums have of each session, and the SQL of their keys. A place is the project and the account that
#: brought the session, which is what a token may see.
FIELD_KEYS = {
    "all": "'null'::jsonb",
    "place": "jsonb_build_array(project_id, account_id)",
    "status": "to_jsonb(nullif(status, ''))",
    "region": "to_jsonb(nullif(region, ''))",
    "keep_alive": "to_jsonb(keep_alive)",
    "by": "to_jsonb(created_by_id)",
}
#: Of a project that is known, its account as it is now; else the one that brought the session.
ACCOUNTS = "(SELECT jsonb_object_agg(id, account_id) FROM sessions_app_project)"
PLACES = {
    "project": "to_jsonb(nullif(project_id, ''))",
    "account": f"coalesce({ACCOUNTS} -> project_id, to_jsonb(account_id))",
}
#: The same of a stored place.
STORED_PLACES = {
    "project": "nullif(key.value -> 0, '\"\"')",
    "account": f"coalesce({ACCOUNTS} -> (key.value ->> 0), key.value -> 1)",
}
NAMES = (*PLACES, *(name for name in FIELD_KEYS if name not in ("all", "place")))


class BadSplit(ValueError):
    """No such split; the text says which there are."""


@dataclass(frozen=True)
class Split:
    """A field of the sessions, or `metadata` at a path."""

    name: str
    path: Path = ()

    @classmethod
    def read(cls, text: str) -> "Split":
        """`project`, `metadata.team`, `metadata."a.b".c`. Raises BadSplit."""
        if text in NAMES:
            return cls(text)
        if not text.startswith(METADATA):
            raise BadSplit(f"split is one of {', '.join(NAMES)}, or a metadata path such as metadata.team.")
        return cls("metadata", _path(text.removeprefix(METADATA)))

    def __str__(self) -> str:
        return METADATA + write_path(self.path) if self.path else self.name

    @property
    def is_place(self) -> bool:
        return self.name in PLACES

    @property
    def summed_as(self) -> str:
        return "place" if self.is_place else self.name

    @property
    def is_summable(self) -> bool:
        """Whether the sums can have it at all."""
        return len(self.path) <= DEEPEST_PATH and sum(map(len, self.path)) <= LONGEST_PATH

    def key(self) -> Key:
        """SQL and its parameters of a row's key as JSONB; NULL or null is "not set"."""
        if self.name != "metadata":
            return {**PLACES, **FIELD_KEYS}[self.name], []
        leaf = f"(user_metadata{' -> %s' * len(self.path)})"
        kinds = "('string', 'number', 'boolean')"
        return f"CASE WHEN jsonb_typeof{leaf} IN {kinds} THEN {leaf} END", [*self.path, *self.path]


def _path(text: str) -> Path:
    try:
        found = parse(f"{text}=*")
    except QueryError as error:
        raise BadSplit(f"There is no such path: {error.message}") from error
    match found:
        case [Term(kind="metadata", values=(Value(compare="*"),), path=path, negated=False)] if is_storable(text):
            return path
    raise BadSplit('A path is written as in a query: metadata.team, metadata.order.status, metadata."a.b".')
