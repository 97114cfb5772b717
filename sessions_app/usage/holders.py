"""Who holds a project's slots: its unended sessions by owner, or by the value at a metadata path."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from sessions_app.models import Session
from sessions_app.query.facets import scalars
from sessions_app.query.terms import Path, Term, Value

Key = tuple[str, Any]  # what tells groups apart, and the value itself


@dataclass(frozen=True)
class Group:
    """`key` is an owner's name or a metadata value, None where there is none; `sessions` are the oldest first.

    `term` finds them among others, None for a list or an object, which no query can name.
    """

    key: Any
    term: Term | None
    sessions: list[Session]

    @property
    def count(self) -> int:
        return len(self.sessions)


def by_owner(sessions: Iterable[Session]) -> list[Group]:
    return _grouped(sessions, lambda session: str(session.created_by) if session.created_by else None, _owner_term)


def by_path(sessions: Iterable[Session], path: Path) -> list[Group]:
    return _grouped(sessions, lambda session: value_at(session, path), lambda value: _metadata_term(path, value))


def _grouped(
    sessions: Iterable[Session], key_of: Callable[[Session], Any], term_of: Callable[[Any], Term | None]
) -> list[Group]:
    """The largest group first, of equal ones that with the oldest session. `sessions` come the oldest first."""
    keys: dict[Hashable, Any] = {}
    found: defaultdict[Hashable, list[Session]] = defaultdict(list)
    for session in sessions:
        key = key_of(session)
        written = json.dumps(key, sort_keys=True)  # 1, true and "1" are three values
        keys[written] = key
        found[written].append(session)
    groups = [Group(keys[written], term_of(keys[written]), held) for written, held in found.items()]
    return sorted(groups, key=lambda group: -group.count)


def value_at(session: Session, path: Path) -> Any:
    """The metadata's value there, None where there is none."""
    value = session.user_metadata
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _owner_term(name: str | None) -> Term:
    return Term("by", (Value("", "*"),), negated=True) if name is None else Term("by", (Value(name),))


def _metadata_term(path: Path, value: Any) -> Term | None:
    if value is None:
        return Term("metadata", (Value("", "*"),), path, negated=True)
    if isinstance(value, list | dict):
        return None
    return Term("metadata", (Value(value if isinstance(value, str) else json.dumps(value)),), path)


def paths_of(sessions: Iterable[Session]) -> list[Path]:
    """Where these sessions have values, the most frequent first."""
    counts = Counter(path for session in sessions for path, _ in scalars(session.user_metadata))
    return sorted(counts, key=lambda path: (-counts[path], path))
