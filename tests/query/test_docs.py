"""The examples of docs/query.md."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sessions_app.query import QueryError, Question, parse, write
from sessions_app.query.edits import EDITS, read_one
from sessions_app.query.search import search
from sessions_app.query.suggestions import suggest
from sessions_app.query.terms import FIELDS
from sessions_app.query.walk import Stretch
from sessions_app.query.writing import writing_at
from tests.rows import make_session

TEXT = (Path(__file__).parents[2] / "docs" / "query.md").read_text()
ROW = re.compile(r"^\| `(.+)` \|(.*)\|$", re.MULTILINE)


def table(head: str) -> list[tuple[str, str]]:
    rows = TEXT.partition(f"| {head} |")[2].partition("\n\n")[0]
    return [(query, answer.strip()) for query, answer in ROW.findall(rows)]


@pytest.fixture
def its_sessions(account):
    (sessions,) = re.findall(r"```json\n(.+?)```", TEXT, re.DOTALL)
    for fields in json.loads(sessions):
        moments = {name: datetime.fromisoformat(fields.pop(name)) for name in ("started_at", "ended_at")}
        make_session(account, **fields, **moments)


def test_the_examples_find_what_they_say(its_sessions):
    examples = table("query")
    assert len(examples) > 20
    answers = {q: ", ".join(search(Question.ask(parse(q), None), Stretch(), most=9).ids) for q, _ in examples}
    assert answers == dict(examples)


@pytest.mark.parametrize(("q", "position"), table("wrong"))
def test_what_is_wrong_begins_there(q, position):
    with pytest.raises(QueryError) as caught:
        parse(q)
    assert caught.value.position == int(position)


def test_what_is_half_written_is_completed(its_sessions):
    examples = table("half written")
    assert len(examples) > 5
    found = {q: suggest(writing_at(q, len(q)), None, UTC).found[0].text for q, _ in examples}
    assert {q: f"`{text}`" for q, text in found.items()} == dict(examples)


def test_links_change_the_query_as_they_say():
    rows = re.findall(r"^\| `(\w+)=(.+)` \| `(.+)` \| `(.+)` \|$", TEXT, re.MULTILINE)
    assert len(rows) >= 10
    for name, term, before, after in rows:
        assert write(EDITS[name](parse(before), read_one(term))) == after


def test_every_field_is_described():
    described = {name for names, _ in table("field") for name in names.split("`, `")}
    assert described == set(FIELDS)
