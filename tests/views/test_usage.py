"""The usage page: what it says, splits, compares and leads to."""

import html
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.models import Session, UsageSnapshot
from sessions_app.query import matching, parse
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def midnight() -> datetime:
    return timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)


def ran(account, start: datetime, minutes: float = 10, **fields) -> Session:
    return make_session(account, started_at=start, ended_at=start + timedelta(minutes=minutes), **fields)


def page(client, address: str = "/usage/", **headers) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, answer.content[:500]
    return answer.content.decode()


def part(client, address: str) -> str:
    """What the page loads and shows in the place of what it had at first."""
    return page(client, address, **{"HX-Request": "true"})


def text_of(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", markup)).split())


def found_by(address: str) -> set[str]:
    """The sessions that the list shows at an address of it."""
    parameters = parse_qs(urlsplit(html.unescape(address)).query)
    return set(matching(Session.objects.all(), parse(parameters["q"][0])).values_list("pk", flat=True))


@pytest.fixture
def teams(account) -> dict[str, list[Session]]:
    """Three days ago: growth ran for 30 minutes, labs for 10, nobody for 5; a week before that growth for 10."""
    project, start = make_project(account, name="checkout"), midnight() - 3 * DAY + timedelta(hours=5)
    make_session(account, project=project, started_at=start - 40 * DAY, ended_at=start - 40 * DAY)
    ran(account, start - 7 * DAY, 10, project=project, user_metadata={"team": "growth"})
    return {
        "growth": [
            ran(account, start, 20, project=project, user_metadata={"team": "growth", "env": "prod"}),
            ran(account, start, 10, project=project, user_metadata={"team": "growth"}, status="TIMED_OUT"),
        ],
        "labs": [ran(account, start, 10, project=project, user_metadata={"team": "labs", "env": "prod"})],
        "not set": [
            ran(account, start, 3, project=project, user_metadata={"team": None}),
            ran(account, start, 2, project=project, user_metadata={"team": ["a"]}),
        ],
    }


BY_TEAM = "/usage/?range=7d&split=metadata.team"


@pytest.mark.parametrize(
    "address",
    [
        "/usage/",
        BY_TEAM,
        f"{BY_TEAM}&split2=metadata.env",
        "/usage/?source=counter",
        "/usage/?q=team%3Dgrowth&split=status&measure=sessions",
        "/usage/truths/",
        "/usage/concurrency/?range=7d",
        "/usage/report/?split=metadata.team",
        "/usage/?range=cycle",
        "/usage/?range=last_cycle&by=week",
    ],
)
def test_every_part_has_its_page_and_its_fragment(signed_in, teams, address):
    assert page(signed_in, address)
    assert part(signed_in, address)
