"""What stands in our tables for the words and names of a query."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection

from sessions_app.models import Project, Session, User

from .terms import Term

MOST_WORDS = 1_000
Stored = list[Any]


class Names:
    """For each value of `status`, `region`, `project` and `by` in some terms, what the rows may hold.

    One look at the database for each of the four that occurs.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._stored: dict[tuple[str, str], Stored] = {}
        asked: dict[str, set[str]] = {}
        for term in terms:
            asked.setdefault(term.kind, set()).update(value.text for value in term.values if value.compare == "=")
        for kind in LOOK_UPS.keys() & asked.keys():
            texts = {text for text in asked[kind] if is_storable(text)}
            self._stored |= {(kind, text): stored for text, stored in LOOK_UPS[kind](texts).items()}

    def stored(self, term: Term) -> Stored:
        """What any of the term's values stands for, each once."""
        texts = (value.text for value in term.values if value.compare == "=")
        found = (self._stored.get((term.kind, text), []) for text in texts)
        return list(dict.fromkeys(one for each in found for one in each))


def is_storable(text: str) -> bool:
    """PostgreSQL holds neither NUL nor half a character, so that nothing equals a text with one."""
    return "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text)


def _same_words(column: str) -> Callable[[set[str]], dict[str, Stored]]:
    """Case is ignored."""

    def look_up(texts: set[str]) -> dict[str, Stored]:
        occurring = occurring_words(column)
        return {text: [word for word in occurring if word.casefold() == text.casefold()] for text in texts}

    return look_up


def occurring_words(column: str) -> list[str]:
    """The different values of a column with few of them, by leaps through its index."""
    table, column = (connection.ops.quote_name(name) for name in (Session._meta.db_table, column))
    smallest = f"SELECT {column} FROM {table} WHERE {column} > words.word ORDER BY {column} LIMIT 1"  # noqa: S608
    statement = f"""
        WITH RECURSIVE words(word) AS (
            (SELECT {column} FROM {table} ORDER BY {column} LIMIT 1)
            UNION ALL
            SELECT ({smallest}) FROM words WHERE word IS NOT NULL
        )
        SELECT word FROM words WHERE word IS NOT NULL LIMIT {MOST_WORDS}
    """  # noqa: S608 (names of ours only)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [word for (word,) in cursor.fetchall()]


def _projects(texts: set[str]) -> dict[str, Stored]:
    """The id itself, also one that no list shows, and whatever has the name."""
    named: dict[str, Stored] = {}
    for project_id, name in Project.objects.order_by("id").values_list("id", "name"):
        named.setdefault(name.casefold(), []).append(project_id)
    return {text: [text, *named.get(text.casefold(), [])] for text in texts}


def _people(texts: set[str]) -> dict[str, Stored]:
    return {name: [number] for number, name in User.objects.filter(username__in=texts).values_list("pk", "username")}


LOOK_UPS: dict[str, Callable[[set[str]], dict[str, Stored]]] = {
    "status": _same_words("status"),
    "region": _same_words("region"),
    "project": _projects,
    "by": _people,
}
