"""What a row proves beside its status, at the edges."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.models import Session, Wish
from sessions_app.templatetags.badges import badges
from tests.rows import make_session

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def words(session: Session) -> list[str]:
    """Badges as text, times left out."""
    found = re.findall(r'<span class="badge[^>]*>(.*?)</span>', badges(session))
    return [re.sub(r"<time.*?</time>", "…", text) for text in found]


def running(account, expires_in, ran=30 * MINUTE, **fields):
    now = timezone.now()
    return make_session(account, status="RUNNING", started_at=now - ran, expires_at=now + expires_in, **fields)


def ended(account, ran, limit=60 * MINUTE, **fields):
    start = timezone.now() - timedelta(hours=8)
    fields = {"started_at": start, "ended_at": start + ran, "expires_at": start + limit} | fields
    return make_session(account, **fields)


def asked(session, ago, **fields):
    return Wish.objects.create(session=session, asked_at=timezone.now() - ago, **fields)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(hours=1), []),
        (11 * MINUTE, []),
        (6 * MINUTE, ["expires …"]),
        (5 * SECOND, ["expires …"]),
        (-5 * SECOND, ["expired …"]),
    ],
)
def test_one_that_runs_says_when_it_expires_only_near_its_end(account, left, expected):
    assert words(running(account, left)) == expected


def test_a_short_one_expires_soon_in_its_last_fifth(account):
    assert words(running(account, 2 * MINUTE, ran=3 * MINUTE)) == []
    assert words(running(account, MINUTE, ran=4 * MINUTE + SECOND)) == ["expires …"]


@pytest.mark.parametrize(
    ("ago", "expected", "is_red"),
    [
        (4 * SECOND, "asked …", False),
        (29 * SECOND, "asked …", False),
        (40 * SECOND, "asked …, still running", False),
        (6 * MINUTE, "asked …, still running", True),
    ],
)
def test_one_that_was_asked_to_end_says_since_when_and_that_it_runs_on(account, ago, expected, is_red):
    session = running(account, timedelta(hours=1))
    asked(session, ago, last_error="Refused")
    assert words(session) == [expected]
    assert ("badge-red" in badges(session)) is is_red
    assert 'title="Refused"' in badges(session)


def test_two_badges_at_most(account):
    session = running(account, -MINUTE)
    asked(session, 40 * SECOND)
    assert words(session) == ["asked …, still running", "expired …"]
    soon = running(account, MINUTE)
    asked(soon, 4 * SECOND)
    assert words(soon) == ["asked …"]


@pytest.mark.parametrize(
    ("ran", "expected"),
    [
        (60 * MINUTE, []),
        (60 * MINUTE + 30 * SECOND, []),
        (60 * MINUTE + 31 * SECOND, ["31 s past its timeout"]),
        (75 * MINUTE, ["15 min 00 s past its timeout"]),
    ],
)
def test_one_that_ran_past_its_timeout_says_by_how_much(account, ran, expected):
    assert words(ended(account, ran, status="TIMED_OUT")) == expected


@pytest.mark.parametrize(
    ("ran", "limit", "expected"),
    [
        (8 * SECOND, 60 * MINUTE, ["ended early"]),
        (60 * SECOND, 60 * MINUTE, ["ended early"]),
        (61 * SECOND, 60 * MINUTE, []),
        (30 * SECOND, 5 * MINUTE, ["ended early"]),
        (31 * SECOND, 5 * MINUTE, []),
    ],
)
def test_one_kept_alive_that_ended_at_once_says_so(account, ran, limit, expected):
    assert words(ended(account, ran, limit, keep_alive=True)) == expected


def test_an_early_end_is_no_badge_where_it_was_meant_or_the_status_says_it(account):
    assert words(ended(account, 8 * SECOND)) == []
    assert words(ended(account, 8 * SECOND, keep_alive=True, status="ERROR")) == []
    assert words(ended(account, 8 * SECOND, keep_alive=True, expires_at=None)) == []
    meant = ended(account, 8 * SECOND, keep_alive=True)
    asked(meant, timezone.now() - meant.started_at, done_at=timezone.now())
    assert words(meant) == []


def test_what_is_gone_or_says_no_expiry_has_no_badge(account):
    now = timezone.now()
    assert words(running(account, -MINUTE, missing_since=now)) == []
    assert words(make_session(account, status="RUNNING", started_at=now, expires_at=None)) == []
    odd = make_session(account, status="TIMED_OUT", expires_at=now - timedelta(days=9000))
    assert odd.time_limit is None
    assert words(odd) == []
