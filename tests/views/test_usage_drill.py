"""Every number leads to exactly the sessions that it is made of, whatever they look like."""

import html
import json
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from sessions_app.models import Account, Session
from sessions_app.query import matching, parse
from sessions_app.views.usage_asked import AskedReview
from sessions_app.views.usage_drill import Drill
from sessions_app.views.usage_review import review
from tests.rows import make_project, make_session
from tests.usage import oracle

pytestmark = pytest.mark.django_db

MEASURES = ("browser_minutes", "sessions", "proxy_bytes", "wasted_minutes")
VALUES = ("growth", "7", "7.0", "07", 7, 7.0, "1", -1.5, True, None, ["a"], {"b": 1}, "", 'a "b", c', 10**30)
ZONE = ZoneInfo("Asia/Kathmandu")


@pytest.fixture
def sessions(account, user) -> dict:
    """{id: metadata}: many of the last week, at borders of days, short, strange, of two accounts."""
    random, stored = Random(5), {}
    other = Account.objects.create(name="other, too", base_url=account.base_url)
    projects = [make_project(account).pk, make_project(other).pk, "of-nobody"]
    midnight = datetime.now(ZONE).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)
    for number in range(150):
        border = midnight - timedelta(days=random.randrange(1, 6))
        started = border + timedelta(seconds=random.choice((-20, -40, -3_600, 0, 10, -59, -60)))
        lasts = timedelta(seconds=random.choice((0, 5, 30, 59, 60, 61, 3_600, 20, 40, -30, 82_000)))
        kind = number % 10
        metadata = {"team": VALUES[number % len(VALUES)]} if number % 14 else {}
        one = make_session(
            random.choice((account, other)),
            project_id=random.choice(projects),
            started_at=started,
            ended_at=None if kind in (0, 1, 2) else started + lasts,
            updated_at=started + lasts,
            missing_since=started + lasts if kind == 2 else None,
            status=("RUNNING", "COMPLETED", "PENDING", "TIMED_OUT", "ERROR")[kind] if kind < 5 else "COMPLETED",
            region=random.choice(("us-west-2", "")),
            created_by=random.choice((user, None)),
            proxy_bytes=random.choice((0, 1, 5_000_000)),
            user_metadata=metadata,
        )
        stored[one.pk] = metadata
    return stored


def found_by(address: str) -> set[str]:
    parameters = parse_qs(urlsplit(html.unescape(address)).query)
    terms = parse(parameters["q"][0])
    return set(matching(Session.objects.all(), terms, ZoneInfo(parameters["tz"][0])).values_list("pk", flat=True))


@pytest.mark.parametrize("split", ["project", "account", "status", "region", "keep_alive", "by", "metadata.team"])
@pytest.mark.parametrize("measure", MEASURES)
def test_each_bar_and_each_cell_leads_to_exactly_its_sessions(sessions, user, measure, split):
    query = QueryDict(f"range=7d&by=day&tz=Asia/Kathmandu&measure={measure}&split={split}")
    asked = AskedReview.read(query, ZONE, datetime.now(UTC), cycle_day=1)
    reviewed, drill = review(asked, user), Drill(asked, user)
    rows = list(Session.objects.select_related("account", "created_by"))
    keys = {row.pk: as_key(oracle.key_of(row, split, sessions)) for row in rows}
    looked_at = 0
    for line in reviewed.lines:
        for start, end in [*asked.periods, (asked.range.start, asked.range.end)]:
            counts = {row.pk for row in rows if oracle.value(row, measure, start, end, asked.as_of) > 0}
            term = drill.term(asked.split, line.keys, reviewed.keys)
            assert found_by(drill.url([term], start, end)) == {
                pk for pk in counts if keys[pk] == as_key(oracle_key(line.keys[0], split))
            }, term
            looked_at += 1
    assert looked_at >= 8
    assert not drill.hints


def as_key(value) -> str:
    return repr(value)


def oracle_key(key: str | None, split: str):
    value = None if key is None else json.loads(key)
    return value if split in ("project", "account", "status", "region", "by") else oracle.comparable(value)


def test_several_numbers_at_once_are_found_with_a_word_of_warning(sessions, user):
    asked = AskedReview.read(QueryDict("split=metadata.team"), UTC, datetime.now(UTC), cycle_day=1)
    hints = set()

    def term(keys, all_keys):
        return Drill(asked, user, hints).term(asked.split, keys, all_keys)

    assert term(("7",), ('"7"', "7")) == "team>6 -team<7 -team>7"
    assert term(('"7"',), ('"7"', "7")) == "team=7 -team>6"
    assert not hints
    assert term(("7", "8"), ("7", "8", '"x"', None)) == "team=7,8"
    assert term(('"true"',), ('"true"', "true")) == "team=true"
    assert term((None,), (None, *(f'"{n}"' for n in range(200)))) == "-team=*"
    assert len(hints) == 3
