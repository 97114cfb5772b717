"""The histogram as JSON and as bars, and the ranges that can be chosen of it."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.rows import make_session

pytestmark = pytest.mark.django_db

FRAGMENT = {"HX-Request": "true"}
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def world(account):
    """At 10:00 sharp, at 10:59:59, at 11:00 sharp and at 14:30."""
    starts = {"COMPLETED": -120, "ERROR": -60 - 1 / 60, "TIMED_OUT": -60, "Hibernated": 150}
    for status, minutes in starts.items():
        make_session(account, status=status, started_at=NOON + timedelta(minutes=minutes))


def ask(client, q: str = "", **more):
    return client.get("/sessions/histogram/", {"q": q, "format": "json", **more}).json()


def fragment(client, q: str = "", **more) -> str:
    return client.get("/sessions/histogram/", {"q": q, **more}, headers=FRAGMENT).content.decode()


def count(client, q: str) -> int:
    return client.get("/sessions/", {"q": q, "format": "json"}).json()["count"]["value"]


def chosen(client, **parameters) -> str:
    """The query that a range leads to."""
    where = urlsplit(client.get("/sessions/range/", parameters).headers["Location"])
    assert where.path == "/sessions/"
    return parse_qs(where.query).get("q", [""])[0]


def test_scripts_get_buckets_by_status(signed_in, world):
    answer = ask(signed_in)
    total = sum(sum(bucket["counts"].values()) for bucket in answer["buckets"])
    assert (total, answer["sampled"]) == (4, False)
    assert answer["buckets"][0] == {"start": "2026-11-01T10:00:00Z", "counts": {"COMPLETED": 1}}


def test_bars_say_their_time_and_numbers_in_the_readers_zone(signed_in, world):
    html = fragment(signed_in, tz="Asia/Kolkata")
    assert "1 Nov 15:30 to 1 Nov 15:35, 1 session: 1 completed" in html
    assert "1 session: 1 other" in html
    assert "5 min a bar" in html
    assert html.count('role="option"') == len(ask(signed_in, tz="Asia/Kolkata")["buckets"])


def test_a_bar_chosen_holds_exactly_its_sessions(signed_in, world):
    """What started at its first moment belongs to it, what started at its last does not."""
    answer = ask(signed_in)
    edges = [bucket["start"] for bucket in answer["buckets"]] + [answer["end"]]
    for bucket, start, end in zip(answer["buckets"], edges, edges[1:], strict=False):
        q = chosen(signed_in, **{"from": start, "to": end})
        assert count(signed_in, q) == sum(bucket["counts"].values())


def test_a_range_takes_the_place_of_what_the_query_said_of_time_and_keeps_the_rest(signed_in, world):
    q = "started:<7d -started:<2026-10-01 status:ERROR -team=labs"
    parameters = {"q": q, "from": "2026-11-01T10:00", "to": "2026-11-02", "tz": "Europe/Berlin", "columns": "id,status"}
    location = signed_in.get("/sessions/range/", parameters).headers["Location"]
    kept = parse_qs(urlsplit(location).query)
    said = "-started:<2026-11-01T10:00+01:00 started:<2026-11-02+01:00"
    assert kept == {"q": [f"{said} status:ERROR -team=labs"], "tz": ["Europe/Berlin"], "columns": ["id,status"]}


def test_seconds_and_one_end_alone_count(signed_in, world):
    q = chosen(signed_in, **{"from": "2026-11-01T10:59:59"})
    assert q == "-started:<2026-11-01T10:59:59Z"
    assert count(signed_in, q) == 3
    assert chosen(signed_in, to="2026-11-01T10:59:59") == "started:<2026-11-01T10:59:59Z"


def test_presets_and_all_time(signed_in):
    assert chosen(signed_in, q="team=a started:<1h", last="7d") == "started:<7d team=a"
    assert chosen(signed_in, q="team=a started:<1h") == "team=a"
    html = fragment(signed_in, "started:<7d team=a")
    assert re.findall(r'aria-current="true">([^<]*)<', html) == ["7d"]
    assert "last=30d" in html


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"from": "yesterday"}, "no date"),
        ({"to": "2026-13-01"}, "calendar"),
        ({"from": "2026-11-02", "to": "2026-11-01"}, "ends before it begins"),
        ({"from": "2026-11-01", "to": "2026-11-01"}, "ends before it begins"),
        ({"last": "a week"}, "no date"),
    ],
)
def test_a_range_that_is_none_is_said(signed_in, world, parameters, words):
    response = signed_in.get("/sessions/range/", parameters, follow=True)
    assert words in response.content.decode()
    if "last" not in parameters:
        assert response.status_code == 400
        assert words in fragment(signed_in, **parameters)


def test_the_part_that_the_address_names_is_marked(signed_in, world):
    html = fragment(signed_in, **{"from": "2026-11-01T10:55:00Z", "to": "2026-11-01T11:05:00Z"})
    marked = re.findall(r'aria-selected="true" aria-label="([^"]*)"', html)
    assert marked == [
        "1 Nov 10:55 to 1 Nov 11:00, 1 session: 1 error",
        "1 Nov 11:00 to 1 Nov 11:05, 1 session: 1 timed out",
    ]
    addresses = re.findall(r'href="([^"]*)"', html)
    assert not any("from=" in unquote(address) for address in addresses)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=20), "1 min"),
        (timedelta(days=6), "3 h"),
        (timedelta(days=40), "1 d"),
        (timedelta(days=1500), "28 d"),
    ],
)
def test_bars_and_labels_fit_every_length_of_time(signed_in, account, length, words):
    for started_at in (NOON, NOON - length):
        make_session(account, started_at=started_at)
    html = fragment(signed_in)
    assert f"{words} a bar" in html
    assert 1 <= html.count("<text") <= 9
    assert html.count('role="option"') <= 61


def test_no_session_is_said(signed_in, world):
    assert "No session matches in this time" in fragment(signed_in, "team=mars")


def test_an_unchanged_histogram_costs_a_304(signed_in, world, django_assert_max_num_queries):
    first = signed_in.get("/sessions/histogram/", headers=FRAGMENT)
    with django_assert_max_num_queries(12):
        again = signed_in.get("/sessions/histogram/", headers=FRAGMENT | {"HX-PTag": first.headers["HX-PTag"]})
    assert again.status_code == 304
