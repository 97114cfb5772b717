"""The examples of docs/api-usage.md."""

import json
import re
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from tests.rows import make_session

TEXT = (Path(__file__).parents[2] / "docs" / "api-usage.md").read_text()
ROW = re.compile(r"^\| `(.+)` \| (\d+) \| `(.+)` \|$", re.MULTILINE)
RANGE = {"from": ["2026-11-01"], "to": ["2026-11-03"]}


@pytest.mark.django_db
def test_the_examples_answer_what_they_say(signed_in, account):
    sessions = json.loads(re.findall(r"```json\n(\[.+?\])\n```", TEXT, re.DOTALL)[0])
    for fields in sessions:
        moments = {name: datetime.fromisoformat(fields.pop(name)) for name in ("started_at", "ended_at")}
        make_session(account, **fields, **moments)
    examples = ROW.findall(TEXT)
    assert len(examples) >= 10
    for parameters, periods, expected in examples:
        query = RANGE | parse_qs(parameters)
        body = json.loads(signed_in.get("/api/usage", query).content)
        assert len(body["periods"]) == int(periods), parameters
        found = {key if isinstance(key := row["key"], str) else json.dumps(key): row["values"] for row in body["rows"]}
        assert found == {key: pytest.approx(values) for key, values in json.loads(expected).items()}, parameters


@pytest.mark.django_db
def test_the_answer_shown_is_the_answer_given(signed_in, account):
    sessions = json.loads(re.findall(r"```json\n(\[.+?\])\n```", TEXT, re.DOTALL)[0])
    for fields in sessions:
        moments = {name: datetime.fromisoformat(fields.pop(name)) for name in ("started_at", "ended_at")}
        make_session(account, **fields, **moments)
    shown = json.loads(re.findall(r"```json\n(\{.+?\})\n```", TEXT, re.DOTALL)[0])
    given = json.loads(signed_in.get("/api/usage", RANGE | {"split": "metadata.team"}).content)
    assert list(given) == list(shown)
    assert given | {"as_of": ""} == shown | {"as_of": ""}
