"""The keys and values that really occur among the newest matches, and how often."""

import json
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import Any

import msgspec
from django.db import connection

from sessions_app.models import Project, User
from sessions_app.models.session import DEEPEST_PATH

from .question import Question
from .search import bounded, newest
from .terms import Path, field_term, metadata_term, write_path, write_value

COUNTED_OVER = 10_000
MOST_PATHS = 50
MOST_VALUES = 20
LONGEST_VALUE = 500  # longer ones are no use in a query
COLUMNS = {"status": "status", "project": "project_id", "region": "region", "by": "created_by_id"}


@dataclass(frozen=True)
class Tally:
    """How often each value occurs at each path, and in each field, among `over` sessions."""

    paths: dict[Path, Counter[str]]
    fields: dict[str, Counter[Any]]
    over: int


def tally(question: Question, most: int = COUNTED_OVER) -> Tally:
    """Over the newest matches, found among as many sessions as a search looks at. Raises TooSlow."""
    if not question.lanes:
        return Tally({}, {}, 0)
    with bounded(), connection.cursor() as cursor:
        cursor.execute(*newest(question, *COLUMNS.values(), "user_metadata", most=most))
        rows = cursor.fetchall()
    paths: dict[Path, Counter[str]] = {}
    found = chain.from_iterable(scalars(msgspec.json.decode(metadata)) for *_, metadata in rows)
    for (path, text), count in Counter(found).items():
        paths.setdefault(path, Counter())[text] = count
    fields = {name: Counter(row[place] for row in rows) for place, name in enumerate(COLUMNS)}
    return Tally(paths, fields, len(rows))


def scalars(value: Any, path: Path = ()) -> list[tuple[Path, str]]:
    """(path, text) of all that `path=text` can find."""
    found: list[tuple[Path, str]] = []
    for key, inner in value.items() if isinstance(value, dict) else ():
        if isinstance(inner, dict):
            found += scalars(inner, (*path, key)) if len(path) < DEEPEST_PATH else []
        elif isinstance(inner, str | bool | int | float):
            text = inner if isinstance(inner, str) else json.dumps(inner)
            if len(text) <= LONGEST_VALUE:
                found.append(((*path, key), text))
    return found


Facet = dict[str, Any]


def metadata_facets(counted: Tally) -> list[Facet]:
    """`{"path", "values": [{"value", "count", "term"}]}`, written as in a query, the most frequent first."""
    by_frequency = sorted(counted.paths.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    return [
        {
            "path": write_path(path),
            "values": [
                {"value": write_value(text), "count": count, "term": metadata_term(path, text)}
                for text, count in _most_common(counts)
            ],
        }
        for path, counts in by_frequency[:MOST_PATHS]
    ]


def field_facets(counted: Tally) -> list[Facet]:
    """The same for the session's own fields, with `field` for `path`; a project has its `name` too."""
    found = []
    for name, counts in counted.fields.items():
        known = _names(name, counts)
        values = [
            {"value": write_value(text), "count": count, "term": field_term(name, text)}
            | ({"name": known.get(stored)} if name == "project" else {})
            for stored, count in _most_common(counts)
            if (text := known.get(stored) if name == "by" else stored)
        ]
        found += [{"field": name, "values": values}] if values else []
    return found


def _names(name: str, counts: Counter[Any]) -> dict[Any, str]:
    if name == "by":
        return dict(User.objects.filter(pk__in=[pk for pk in counts if pk]).values_list("pk", "username"))
    if name == "project":
        return dict(Project.objects.filter(pk__in=[pk for pk in counts if pk]).values_list("pk", "name"))
    return {}


def _most_common(counts: Counter[Any]) -> list[tuple[Any, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[:MOST_VALUES]
