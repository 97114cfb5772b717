"""What scripts rely on of `GET /api/usage`."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from sessions_app.actions import tokens
from sessions_app.models import Account, UsageSnapshot, User
from sessions_app.usage.rollups import fold
from tests.rows import make_project, make_session

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 11, 20, tzinfo=UTC)
RANGE = {"from": "2026-11-20", "to": "2026-11-23"}
KEYS = {
    *("from", "to", "as_of", "by", "tz", "split", "measure", "source", "periods", "rows", "totals", "total", "gaps"),
}


def at(hours: float, minutes: float = 0) -> datetime:
    return DAY + timedelta(hours=hours, minutes=minutes)


def session(account, hours: float, minutes: float = 10, **fields):
    started_at = at(hours)
    return make_session(account, started_at=started_at, ended_at=started_at + timedelta(minutes=minutes), **fields)


def ask(client, **query) -> dict:
    answer = client.get("/api/usage", RANGE | query)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content)


def totals(client, **query) -> dict:
    return {json.dumps(row["key"]): row["total"] for row in ask(client, **query)["rows"]}


def refusal(client, query) -> dict:
    answer = client.get("/api/usage", query)
    assert answer.status_code == 400, answer.content
    error = answer.json()["error"]
    assert error["message"]
    return error


def test_the_answer_has_these_keys_and_no_others(signed_in, account):
    session(account, 1)
    body = ask(signed_in)
    assert set(body) == KEYS
    assert set(body["rows"][0]) == {"key", "values", "total"}
    assert (body["by"], body["tz"], body["split"]) == ("day", "UTC", "project")
    assert (body["measure"], body["source"], body["gaps"]) == ("browser_minutes", "sessions", [])
    assert body["periods"] == [f"2026-11-{day}T00:00:00+00:00" for day in (20, 21, 22)]
    assert (body["from"], body["to"]) == ("2026-11-20T00:00:00Z", "2026-11-23T00:00:00Z")


def test_left_out_the_range_is_the_thirty_days_until_now(signed_in, account):
    session(account, 1)
    body = json.loads(signed_in.get("/api/usage").content)
    start, end = (datetime.fromisoformat(body[name]) for name in ("from", "to"))
    assert end - start == timedelta(days=30)
    assert abs(end - timezone.now()) < timedelta(minutes=2)
    assert datetime.fromisoformat(body["periods"][0]) == start
    assert len(body["periods"]) == 31


@pytest.mark.parametrize("folded", [False, True])
def test_a_session_is_cut_at_the_borders_of_periods_and_range(signed_in, account, folded):
    session(account, 23.5, 60, proxy_bytes=900)
    session(account, 71.9, 60, proxy_bytes=5)
    if folded:
        fold()
    body = ask(signed_in)
    assert body["totals"] == pytest.approx([30, 30, 6])
    assert body["total"] == pytest.approx(66)
    assert ask(signed_in, measure="sessions")["totals"] == [1, 0, 1]
    assert ask(signed_in, measure="proxy_bytes")["totals"] == [0, 900, 0]
    cut = ask(signed_in, **{"from": "2026-11-20T23:47:01.5Z", "to": "2026-11-21T00:11:02Z"})
    assert cut["totals"] == pytest.approx([12 + 58.5 / 60, 11 + 2 / 60])
    assert ask(signed_in, **{"from": "2026-11-20T23:30:00", "to": "2026-11-20T23:31"}, measure="sessions")["total"] == 1
    assert ask(signed_in, to="2026-11-20T23:30:00", measure="sessions")["total"] == 0
    assert ask(signed_in, **{"from": "2026-11-21T00:30:00"}, measure="proxy_bytes")["total"] == 900
    assert ask(signed_in, to="2026-11-21T00:30:00", measure="proxy_bytes")["total"] == 0


@pytest.mark.parametrize(
    ("query", "periods"),
    [
        (
            {"from": "2026-10-24T12:34", "to": "2026-10-26", "by": "day", "tz": "Europe/Berlin"},
            ["2026-10-24T12:34:00+02:00", "2026-10-25T00:00:00+02:00"],
        ),
        (
            {"from": "2026-10-25T01:00", "to": "2026-10-25T04:00", "by": "hour", "tz": "Europe/Berlin"},
            [
                f"2026-10-25T{clock}"
                for clock in ("01:00:00+02:00", "02:00:00+02:00", "02:00:00+01:00", "03:00:00+01:00")
            ],
        ),
        (
            {"from": "2026-11-20T10:20:00Z", "to": "2026-11-20T12:20:00Z", "by": "hour", "tz": "Asia/Kathmandu"},
            [f"2026-11-20T{clock}:00+05:45" for clock in ("16:05", "17:00", "18:00")],
        ),
        (
            {"from": "2026-11-18", "to": "2026-12-01", "by": "week", "tz": "UTC"},
            [f"2026-11-{day}T00:00:00+00:00" for day in ("18", "23", "30")],
        ),
        (
            {"from": "2026-01-31 14:00:00-05:00", "to": "2026-03-01", "by": "month", "tz": "America/New_York"},
            ["2026-01-31T14:00:00-05:00", "2026-02-01T00:00:00-05:00"],
        ),
    ],
)
def test_periods_begin_by_the_clock_of_the_zone_and_the_first_at_from(signed_in, account, query, periods):
    body = json.loads(signed_in.get("/api/usage", query).content)
    assert body["periods"] == periods
    assert body["totals"] == [0] * len(periods)


def test_a_plus_that_was_not_encoded_is_still_an_offset(signed_in, account):
    answer = signed_in.get("/api/usage?from=2026-11-20T00:00:00+01:00&to=2026-11-21")
    assert json.loads(answer.content)["from"] == "2026-11-19T23:00:00Z"


def test_keys_are_the_values_themselves_and_what_is_no_value_is_not_set(signed_in, account):
    values = ["growth", 1, "1", True, 1.5, None, [1], {"a": 1}, "", 12345678901234567890]
    for hours, value in enumerate(values):
        session(account, hours, user_metadata={"team": value})
    session(account, 12, user_metadata={"a.b": "x", "order": {"status": "paid"}})
    expected = {
        '"growth"': 10,
        "1": 10,
        '"1"': 10,
        "true": 10,
        "1.5": 10,
        '""': 10,
        "12345678901234567890": 10,
        "null": 40,
    }
    assert totals(signed_in, split="metadata.team") == pytest.approx(expected)
    fold()
    assert totals(signed_in, split="metadata.team") == pytest.approx(expected)
    assert totals(signed_in, split='metadata."a.b"') == pytest.approx({'"x"': 10, "null": 100})
    assert totals(signed_in, split="metadata.order.status") == pytest.approx({'"paid"': 10, "null": 100})
    assert ask(signed_in, split="metadata.team")["rows"][-1]["key"] is None


@pytest.mark.parametrize(
    "split", ["project", "account", "status", "region", "by", "keep_alive", "metadata.team", "metadata.nobody"]
)
@pytest.mark.parametrize("measure", ["browser_minutes", "sessions", "proxy_bytes", "wasted_minutes"])
def test_rows_add_up_and_every_split_has_the_same_total(signed_in, account, user, split, measure):
    other = Account.objects.create(name="other", base_url="http://127.0.0.1:1")
    session(account, 1, 77.7, user_metadata={"team": "growth"}, created_by=user, proxy_bytes=7)
    session(other, 23.9, 0.3, status="TIMED_OUT", region="", keep_alive=True, project_id=None)
    session(account, 30, 0.1, status="HIBERNATING", proxy_bytes=3)
    make_session(account, started_at=at(40), status="RUNNING")
    make_session(account, started_at=at(41), status="ERROR", ended_at=None, updated_at=at(42))
    body = ask(signed_in, split=split, measure=measure, by="hour")
    for row in body["rows"]:
        assert sum(row["values"]) == pytest.approx(row["total"], abs=0.001)
    for period, total in enumerate(body["totals"]):
        assert sum(row["values"][period] for row in body["rows"]) == pytest.approx(total, abs=0.001)
    assert sum(body["totals"]) == pytest.approx(body["total"], abs=0.001)
    assert body["total"] == pytest.approx(ask(signed_in, measure=measure)["total"], abs=0.001)


def test_keys_are_names_of_accounts_and_owners_and_ids_of_projects(signed_in, account, user):
    project = make_project(account, name="checkout")
    session(account, 1, project=project, created_by=user, region="us-east-1", keep_alive=True)
    for split, key in {
        "project": project.id,
        "account": account.name,
        "by": user.username,
        "status": "COMPLETED",
        "region": "us-east-1",
        "keep_alive": True,
    }.items():
        assert [row["key"] for row in ask(signed_in, split=split)["rows"]] == [key]


def test_wasted_is_what_failed_and_the_rest_of_the_first_minute(signed_in, account):
    session(account, 23.5, 60, status="TIMED_OUT")
    session(account, 30, 0.25, status="ERROR")
    session(account, 50, 0.25)
    session(account, 51, 5)
    assert ask(signed_in, measure="wasted_minutes")["totals"] == pytest.approx([30, 31, 0.75])
    assert ask(signed_in)["totals"] == pytest.approx([30, 31, 6])


def test_what_runs_counts_until_as_of(signed_in, account):
    started_at = timezone.now() - timedelta(minutes=30)
    make_session(account, started_at=started_at, status="RUNNING", proxy_bytes=70)
    query = {"from": (started_at - timedelta(hours=1)).isoformat(), "to": (started_at + timedelta(days=1)).isoformat()}
    body = ask(signed_in, **query)
    as_of = datetime.fromisoformat(body["as_of"])
    assert body["total"] == pytest.approx((as_of - started_at) / timedelta(minutes=1), abs=0.001)
    assert ask(signed_in, **query, measure="proxy_bytes")["total"] == 70
    until_now = signed_in.get("/api/usage", {"from": query["from"], "measure": "proxy_bytes"})
    assert json.loads(until_now.content)["total"] == 70


def test_strange_times_are_taken_as_they_are(signed_in, account):
    session(account, 5, -90, proxy_bytes=8)  # ended before it started
    make_session(account, started_at=at(10), status="RUNNING", missing_since=at(10, 3))  # gone
    make_session(account, started_at=at(20), status="COMPLETED", ended_at=None, updated_at=at(20, 7))
    session(account, -100, 60 * 130)  # longer than any that upstream allows
    body = ask(signed_in, by="hour", to="2026-11-21T00:00")
    found = {hour: minutes for hour, minutes in enumerate(body["totals"]) if hour in (5, 10, 20)}
    assert found == pytest.approx({5: 61, 10: 63, 20: 67})
    assert ask(signed_in, by="hour", measure="proxy_bytes")["totals"][3] == 8


def test_the_lists_query_chooses_the_sessions(signed_in, account):
    session(account, 1, 10, user_metadata={"team": "growth"})
    session(account, 2, 20, user_metadata={"team": "growth"}, status="ERROR")
    session(account, 3, 40, user_metadata={"team": "data"})
    assert ask(signed_in, q="team=growth -status:ERROR")["total"] == pytest.approx(10)
    assert ask(signed_in, q="")["total"] == pytest.approx(70)


def test_csv_has_the_same_numbers_and_no_formula(signed_in, account):
    for hours, value in enumerate(["growth", "=SUM(A1)", "'=SUM(A1)", 1, "1", '"1"', "", None, "a,b\n", -5, True]):
        session(account, hours, 7.7, user_metadata={"team": value})
    query = RANGE | {"split": "metadata.team", "tz": "Europe/Berlin"}
    body = ask(signed_in, **query)
    answer = signed_in.get("/api/usage", query | {"format": "csv"})
    assert answer["Content-Type"].startswith("text/csv")
    head, *rows = csv.reader(io.StringIO(b"".join(answer).decode(), newline=""))
    assert head == ["key", *body["periods"], "total"]
    cells = [row[0] for row in rows]
    texts = ["growth", "'=SUM(A1)", '"\'=SUM(A1)"', '"1"', r'"\"1\""', '""', "a,b\n"]
    assert sorted(cells) == sorted([*texts, "1", "", "'-5", "true"])
    assert cells.index('"1"') == [row["key"] for row in body["rows"]].index("1")
    numbers = [[*row["values"], row["total"]] for row in body["rows"]]
    assert [[float(cell) for cell in row[1:]] for row in rows] == numbers


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"from": "yesterday"}, "from"),
        ({"from": ""}, "from"),
        ({"from": "2026-02-30"}, "from"),
        ({"from": "0001-01-01"}, "from"),
        ({"to": "2026-11-20T25:00"}, "to"),
        ({"to": "9999-12-31"}, "to"),
        ({"from": "2026-11-20", "to": "2026-11-20"}, "from"),
        ({"from": "2999-01-01"}, "from"),
        ({"by": "minute"}, "by"),
        ({"by": "Day"}, "by"),
        ({"by": ""}, "by"),
        ({"from": "2020-01-01", "to": "2026-01-01", "by": "hour"}, "by"),
        ({"from": "1970-01-01"}, "from"),
        ({"split": "team"}, "split"),
        ({"split": "metadata."}, "split"),
        ({"split": "metadata.team x"}, "split"),
        ({"split": "metadata.-team=1"}, "split"),
        ({"split": "metadata.a..b"}, "split"),
        ({"split": "metadata.a\x00b"}, "split"),
        ({"measure": "minutes"}, "measure"),
        ({"source": "both"}, "source"),
        ({"source": "counter", "split": "status"}, "split"),
        ({"source": "counter", "split": "metadata.team"}, "split"),
        ({"source": "counter", "measure": "sessions"}, "measure"),
        ({"source": "counter", "measure": "wasted_minutes"}, "measure"),
        ({"source": "counter", "q": "team=growth"}, "q"),
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"tz": "../etc/passwd"}, "tz"),
        ({"tz": "localtime"}, "tz"),
        ({"tz": ""}, "tz"),
        ({"q": "status:"}, "q"),
        ({"q": "nosuch:1"}, "q"),
        ({"format": "xml"}, "format"),
        ({"range": "30d"}, "range"),
        ({"by": ["day", "day"]}, "by"),
        ({"q": ["", ""]}, "q"),
        ({"from": "\x00"}, "from"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(signed_in, account, query, parameter):
    assert refusal(signed_in, query)["parameter"] == parameter


def test_nobody_reads_it_without_a_sign_in(client, account):
    for query in ({}, {"format": "csv"}, {"by": "x"}):
        answer = client.get("/api/usage", query)
        assert answer.status_code == 401
        assert answer.json()["error"]["message"]
    assert client.get("/api/usage", headers={"Authorization": "Bearer sg_nothing"}).status_code == 401


@pytest.mark.parametrize("split", ["project", "account", "status", "metadata.team"])
@pytest.mark.parametrize("folded", [False, True])
def test_a_token_sees_its_projects_only(client, account, user, split, folded):
    mine, other = make_project(account), make_project(account)
    foreign = Account.objects.create(name="other", base_url="http://127.0.0.1:1")
    session(account, 1, 10, project=mine, user_metadata={"team": "growth"})
    session(account, 2, 20, project=other, user_metadata={"team": "growth"})
    session(foreign, 3, 40, project_id="elsewhere", user_metadata={"team": "growth"})
    if folded:
        fold()
    for projects, expected in (([mine.id], 10), (None, 30)):
        _, text = tokens.make(user, "read", account, project_ids=projects)
        answer = client.get("/api/usage", RANGE | {"split": split}, headers={"Authorization": f"Bearer {text}"})
        assert json.loads(answer.content)["total"] == pytest.approx(expected)


@pytest.mark.parametrize("query", [{}, {"split": "status"}, {"q": "id:x"}, {"source": "counter"}])
def test_a_token_without_any_project_sees_nothing(client, account, user, query):
    project = make_project(account)
    session(account, 1, project=project)
    token, text = tokens.make(user, "read", account, project_ids=[project.id])
    type(token).objects.update(project_ids=[])
    answer = client.get("/api/usage", RANGE | query, headers={"Authorization": f"Bearer {text}"})
    assert json.loads(answer.content)["rows"] == []
    assert answer.status_code == 200


def read(project, hours: float, minutes: int, proxy_bytes: int = 0) -> None:
    UsageSnapshot.objects.create(
        project=project, taken_at=at(hours), unchanged_until=at(hours), browser_minutes=minutes, proxy_bytes=proxy_bytes
    )


def test_two_years_by_the_hour_are_answered_whole(signed_in, account):
    """Also where that is too much to be sent in one piece."""
    for team in range(30):
        session(account, team, 90, user_metadata={"team": team})
    query = {"from": "2024-11-24", "to": "2026-11-24", "by": "hour", "split": "metadata.team", "tz": "Europe/Berlin"}
    answer = signed_in.get("/api/usage", query)
    assert answer.streaming
    body = json.loads(b"".join(answer))
    assert len(body["periods"]) == 730 * 24
    assert [row["total"] for row in body["rows"]] == [90] * 30
    assert [sum(values) for values in zip(*(row["values"] for row in body["rows"]), strict=True)] == body["totals"]
    rows = list(csv.reader(io.StringIO(b"".join(signed_in.get("/api/usage", query | {"format": "csv"})).decode())))
    assert [[float(cell) for cell in row[1:]] for row in rows[1:]] == [
        [*row["values"], row["total"]] for row in body["rows"]
    ]


def test_a_gap_is_one_of_the_measure_that_moved_in_it(signed_in, account):
    project = make_project(account)
    read(project, 1, 5, 100)
    read(project, 5, 5, 900)
    read(project, 9, 2, 900)
    gaps = {
        measure: ask(signed_in, source="counter", measure=measure)["gaps"]
        for measure in ("browser_minutes", "proxy_bytes")
    }
    assert gaps["proxy_bytes"] == [{"from": "2026-11-20T01:00:00Z", "to": "2026-11-20T05:00:00Z"}]
    assert gaps["browser_minutes"] == [{"from": "2026-11-20T05:00:00Z", "to": "2026-11-20T09:00:00Z"}]


def test_the_counter_by_project_and_account_with_its_gaps(signed_in, account):
    one, other = make_project(account), make_project(account)
    for project in (one, other):
        for step in range(289):  # every ten minutes, with a hole from 30 to 33 h
            if not 180 < step < 198:
                read(project, step / 6, 1_000 + step, 5 * step)
    body = ask(signed_in, source="counter")
    assert {row["key"]: row["values"] for row in body["rows"]} == {one.id: [144, 144, None], other.id: [144, 144, None]}
    assert body["totals"] == [288, 288, None]
    assert body["gaps"] == [{"from": "2026-11-21T06:00:00Z", "to": "2026-11-21T09:00:00Z"}]
    assert body["as_of"] == "2026-11-22T00:00:00Z"
    assert totals(signed_in, source="counter", split="account") == {json.dumps(account.name): 576}
    assert ask(signed_in, source="counter", measure="proxy_bytes")["total"] == 2 * 5 * 288
    answer = signed_in.get("/api/usage", RANGE | {"source": "counter", "format": "csv"})
    rows = list(csv.reader(io.StringIO(b"".join(answer).decode())))
    assert [row[1:] for row in rows[1:]] == [["144", "144", "", "288"]] * 2


@pytest.mark.parametrize("folded", [False, True])
def test_a_session_counts_for_its_projects_account_whichever_key_brought_it(signed_in, account, folded):
    """As its project's counter does, also once the project has gone over to another account."""
    other = Account.objects.create(name="other", base_url=account.base_url)
    project = make_project(account)
    session(account, 1, project=project)
    session(other, 2, project=project)
    session(other, 3, minutes=5)  # of a project that no list shows
    if folded:
        fold()
    for q in ("", "duration:>0s"):
        assert totals(signed_in, split="account", q=q) == {json.dumps(account.name): 20, '"other"': 5}
    project.account = other
    project.save()
    for q in ("", "duration:>0s"):
        assert totals(signed_in, split="account", q=q) == {'"other"': 25}


def test_only_reading_is_allowed(signed_in: Client, user: User):
    assert signed_in.post("/api/usage").status_code == 405
    assert signed_in.head("/api/usage").status_code == 200
