"""The keys and values that really occur among the newest matches, and how often."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import nsmallest
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
    """How often each value occurs at each path, and in each field, among `over` sessions.

    `present` counts whatever is at a path, also lists and nulls, which no value of a query equals.
    """

    paths: dict[Path, Counter[str]]
    fields: dict[str, Counter[Any]]
    over: int
    present: dict[Path, int] = field(default_factory=dict)


def tally(question: Question, most: int = COUNTED_OVER) -> Tally:
    """Over the newest matches, found among as many sessions as a search looks at. Raises TooSlow."""
    if not question.lanes:
        return Tally({}, {}, 0)
    with bounded(), connection.cursor() as cursor:
        cursor.execute(*newest(question, "user_metadata", *COLUMNS.values(), most=most))
        rows = cursor.fetchall()
    metadata, *columns = zip(*rows, strict=True) if rows else [()]
    fields = {name: Counter(column) for name, column in zip(COLUMNS, columns, strict=bool(rows))}
    documents = msgspec.json.decode(f"[{','.join(metadata)}]")
    found = list(texts_by_path(documents))
    paths = {path: Counter(texts) for path, texts, _ in found}
    return Tally(paths, fields, len(rows), {path: present for path, _, present in found})


def texts_by_path(values: Iterable[Any], path: Path = ()) -> Iterator[tuple[Path, list[str], int]]:
    """For each path below those values the texts there that `path=text` can find, and in how many is anything.

    All sessions are taken at once, key by key: ten thousand times four pairs have to be quick.
    """
    texts: dict[str, list[str]] = {}
    inner: dict[str, list[Any]] = {}
    others: Counter[str] = Counter()
    for value in values:
        for key, found in value.items() if isinstance(value, dict) else ():
            if isinstance(found, dict):
                inner.setdefault(key, []).append(found)
            elif (text := found if isinstance(found, str) else json_text(found)) is not None:
                texts.setdefault(key, []).append(text)
            else:
                others[key] += 1
    for key, found in texts.items():
        if short := [text for text in found if len(text) <= LONGEST_VALUE]:
            yield (*path, key), short, len(found) + len(inner.get(key, ())) + others[key]
    for key, found in inner.items() if len(path) < DEEPEST_PATH else ():
        yield from texts_by_path(found, (*path, key))


def scalars(value: Any) -> list[tuple[Path, str]]:
    """(path, text) of one session's metadata."""
    return [(path, text) for path, texts, _ in texts_by_path([value]) for text in texts]


def json_text(value: Any) -> str | None:
    """Of a number or boolean; None of all else, which equals nothing in a query."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return json.dumps(value) if isinstance(value, float) else None


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
    return nsmallest(MOST_VALUES, counts.items(), key=lambda pair: (-pair[1], str(pair[0])))
