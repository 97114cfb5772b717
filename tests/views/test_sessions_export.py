"""Sessions as CSV, the newest one, facets, the histogram, and why nothing was found."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from sessions_app.models import Session, Token
from sessions_app.query import parse
from sessions_app.query.upstream import upstream_q
from tests.rows import START, make_project, make_session

pytestmark = pytest.mark.django_db


def ask(client, place: str, q: str = "", **more):
    answer = client.get(f"/sessions/{place}", {"q": q, "format": "json", **more})
    assert answer.status_code == 200, answer.content
    return answer.json()


def read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_holds_every_match_and_the_fields_of_the_json(signed_in, account, user):
    old = make_session(account, created_by=user, user_metadata={"team": "growth", "deep": {"er": [1]}}, context_id="c")
    new = make_session(account, user_metadata={"team": "growth"})
    make_session(account, user_metadata={"team": "data"})
    answer = signed_in.get("/sessions/?format=csv&q=team=growth&limit=1")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    rows = read_csv(answer.getvalue().decode())
    assert [row["id"] for row in rows] == [new.id, old.id]
    shown = ask(signed_in, "", old.id)["results"][0]
    assert list(rows[1]) == list(shown)
    assert json.loads(rows[1]["user_metadata"]) == old.user_metadata
    assert (rows[1]["created_by"], rows[1]["keep_alive"], rows[0]["created_by"]) == ("ada", "false", "")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")', "a,b\n=c"])
def test_no_cell_is_a_formula(signed_in, account, text):
    make_session(account, id=f"{text}x", status=text, region=text, context_id=text, user_metadata=text)
    (row,) = read_csv(signed_in.get("/sessions/?format=csv").getvalue().decode())
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())
    assert row["status"].removeprefix("'") == text


def test_a_bad_query_is_said_before_any_csv_is_sent(signed_in):
    answer = signed_in.get("/sessions/?format=csv&q=color:red")
    assert answer.status_code == 400
    assert answer.json()["error"]["position"] == 0


def test_json_of_all_is_the_object_of_a_page_with_every_match(signed_in, account, user):
    for number in range(3):
        make_session(account, user_metadata={"team": "growth", "n": number, "\u2028": 10**40}, created_by=user)
    make_session(account)
    answer = signed_in.get("/sessions/?format=json&all=1&q=team=growth&limit=1")
    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"] == 'attachment; filename="sessions.json"'
    assert json.loads(answer.getvalue()) == ask(signed_in, "", "team=growth")


def test_json_of_all_where_nothing_matches_is_an_empty_list(signed_in, account):
    empty = {"results": [], "next": None, "count": {"value": 0, "capped": False}, "searched_back_to": None}
    assert json.loads(signed_in.get("/sessions/?format=json&all=1").getvalue()) == empty


def test_a_page_is_answered_where_not_all_are_asked_for(signed_in, account):
    make_session(account), make_session(account)
    assert signed_in.get("/sessions/?format=json&all=0&limit=1").json()["next"]
    assert "<html" in signed_in.get("/sessions/?all=1").content.decode()
    assert signed_in.get("/sessions/?format=json&all=1&q=color:red").json()["error"]["position"] == 0


def test_all_of_any_size_are_streamed_by_the_real_server(site, cookies, account):
    Session.objects.bulk_create(
        Session(id=f"{number:05}", account=account, status="COMPLETED", started_at=START + timedelta(seconds=number))
        for number in range(4_500)
    )
    of_csv = chunks_of(f"{site}/sessions/?format=csv", cookies)
    of_json = chunks_of(f"{site}/sessions/?format=json&all=1", cookies)
    assert min(len(of_csv), len(of_json)) > 3
    newest_first = [f"{number:05}" for number in reversed(range(4_500))]
    assert [row["id"] for row in read_csv("".join(of_csv))] == newest_first
    whole = json.loads("".join(of_json))
    assert [row["id"] for row in whole["results"]] == newest_first
    assert whole["count"] == {"value": 4_500, "capped": False}


def chunks_of(url: str, cookies: dict[str, str]) -> list[str]:
    with httpx.stream("GET", url, cookies=cookies, timeout=60) as answer:
        return list(answer.iter_text())


def test_latest_leads_to_the_newest_match_and_says_why_there_is_none(signed_in, account):
    make_session(account, user_metadata={"run": 4711})
    newest = make_session(account, user_metadata={"run": 4711})
    make_session(account)
    answer = signed_in.get("/sessions/latest/?q=run=4711")
    assert answer.status_code == 302
    assert answer["Location"] == f"/sessions/{newest.id}/"
    assert ask(signed_in, "latest/", "run=4711")["id"] == newest.id
    none = signed_in.get("/sessions/latest/?q=rum=4711")
    assert none.status_code == 404
    assert "did you mean run?" in none.content.decode()
    error = signed_in.get("/sessions/latest/?q=rum=4711&format=json")
    assert error.status_code == 404
    assert "have the key rum" in error.json()["error"]["message"]


def test_a_session_called_latest_keeps_its_own_page(signed_in, account):
    session = make_session(account, id="latest")
    page = signed_in.get("/sessions/").content.decode()
    address = page.partition('class="mono" href="')[2].partition('"')[0]
    assert signed_in.get(f"{address}?format=json").json()["id"] == session.id


def test_facets_count_what_occurs_written_as_in_a_query(signed_in, account, user):
    project = make_project(account, name="My shop")
    for number in range(3):
        metadata = {"team": "growth", "order": {"status": "to ship"}, "a.b": number, "n": 3, "ok": True}
        make_session(account, project=project, created_by=user, user_metadata=metadata)
    make_session(account, status="ERROR", user_metadata={"team": "data", "n": "3", "list": [1], "none": None})
    answer = ask(signed_in, "facets/")
    found = {
        facet["path"]: [(value["value"], value["count"]) for value in facet["values"]] for facet in answer["facets"]
    }
    assert found == {
        "team": [("growth", 3), ("data", 1)],
        "order.status": [('"to ship"', 3)],
        '"a.b"': [("0", 1), ("1", 1), ("2", 1)],
        "n": [("3", 4)],
        "ok": [("true", 3)],
    }
    assert answer["over"] == 4
    fields = {facet["field"]: facet["values"] for facet in answer["fields"]}
    assert [(value["value"], value["count"]) for value in fields["status"]] == [("COMPLETED", 3), ("ERROR", 1)]
    assert fields["project"][0] == {"value": project.id, "count": 3, "term": f"project:{project.id}", "name": "My shop"}
    assert fields["by"] == [{"value": "ada", "count": 3, "term": "by:ada"}]


def test_every_facet_is_a_query_that_finds_as_many(signed_in, account):
    for value in ("growth", "a,b", '"', "*", ">5", "", 2.5, True):
        make_session(account, user_metadata={"v": value, "-k e.y": value})
    for facet in ask(signed_in, "facets/")["facets"]:
        for value in facet["values"]:
            q = f"{facet['path']}={value['value']}"
            assert q == value["term"]
            assert ask(signed_in, "", q)["count"] == {"value": value["count"], "capped": False}


def test_facets_are_those_of_the_selection(signed_in, account):
    make_session(account, user_metadata={"team": "growth"})
    make_session(account, status="ERROR", user_metadata={"env": "prod"})
    answer = ask(signed_in, "facets/", "status:error")
    assert [facet["path"] for facet in answer["facets"]] == ["env"]
    assert answer["over"] == 1
    assert ask(signed_in, "facets/", "status:never") == {"facets": [], "fields": [], "over": 0}


def test_the_histogram_counts_every_match_by_status(signed_in, account):
    for hours in range(30):
        status = "ERROR" if hours % 3 == 0 else "COMPLETED"
        make_session(account, status=status, started_at=START + timedelta(hours=hours), user_metadata={"n": hours})
    answer = ask(signed_in, "histogram/", "-n=1")
    totals: dict[str, int] = {}
    for bucket in answer["buckets"]:
        for status, count in bucket["counts"].items():
            totals[status] = totals.get(status, 0) + count
    assert totals == {"ERROR": 10, "COMPLETED": 19}
    assert answer["sampled"] is False
    starts = [datetime.fromisoformat(bucket["start"]) for bucket in answer["buckets"]]
    assert starts == sorted(starts)
    assert starts[0] <= START
    assert datetime.fromisoformat(answer["end"]) > START + timedelta(hours=29)
    assert len(starts) <= 60


def test_the_days_of_a_histogram_are_the_readers(signed_in, account):
    for days in range(70):
        make_session(account, started_at=datetime(2026, 10, 15, 12, tzinfo=UTC) + timedelta(days=days))
    zone = ZoneInfo("Europe/Berlin")
    buckets = ask(signed_in, "histogram/", tz="Europe/Berlin")["buckets"]
    starts = [datetime.fromisoformat(bucket["start"]).astimezone(zone) for bucket in buckets]
    assert {start.hour for start in starts} == {0}
    assert {start.weekday() for start in starts} == {starts[0].weekday()}
    assert sum(count for bucket in buckets for count in bucket["counts"].values()) == 70


def test_a_histogram_of_nothing_has_no_buckets(signed_in, account):
    assert ask(signed_in, "histogram/") == {"buckets": [], "end": None, "sampled": False}
    make_session(account)
    assert ask(signed_in, "histogram/", "status:never")["buckets"] == []


@pytest.mark.parametrize(
    ("q", "message", "meant"),
    [
        ("enviroment=prod", "0 of 3 sessions have the key enviroment; did you mean env?", "env=prod"),
        ("env=prd", "0 of 3 sessions match env=prd; did you mean env=prod?", "env=prod"),
        (
            "env=prod status:eror",
            "0 of 3 sessions match status:eror; did you mean status:ERROR?",
            "env=prod status:ERROR",
        ),
        ("project:shpo", "did you mean project:shop?", "project:shop"),
        ("by:adda", "did you mean by:ada?", "by:ada"),
        ("env=prod status:ERROR", "without status:ERROR, 2 do", "env=prod"),
        ("env=zzz", "0 of 3 sessions match env=zzz.", None),
        ("-env=*", "0 of 3 sessions match -env=*.", None),
    ],
)
def test_an_empty_answer_says_what_rules_everything_out(signed_in, account, user, q, message, meant):
    make_project(account, name="shop")
    make_session(account, created_by=user, user_metadata={"env": "prod"})
    make_session(account, user_metadata={"env": "prod"})
    make_session(account, status="ERROR", user_metadata={"env": "dev"})
    hint = ask(signed_in, "", q)["hint"]
    assert message in hint["message"]
    assert hint["meant"] == meant
    assert message in signed_in.get("/sessions/", {"q": q}).content.decode()


def test_an_answer_with_sessions_has_no_hint(signed_in, account):
    make_session(account)
    assert "hint" not in ask(signed_in, "")


def test_a_token_sees_its_own_projects_in_all_of_it(client, account, user):
    for name in ("mine", "theirs"):
        make_project(account, id=name, name=name)
        make_session(account, project_id=name, project=None, user_metadata={"of": name})
        Session.objects.filter(user_metadata={"of": name}).update(project_id=name)
    text = Token.new_text()
    Token.objects.create(
        owner=user,
        account=account,
        right="read",
        project_ids=["mine"],
        token_hash=Token.hash_of(text),
        prefix=text[:10],
    )
    headers = {"Authorization": f"Bearer {text}"}
    results = client.get("/sessions/?format=json", headers=headers).json()["results"]
    assert [session["project_id"] for session in results] == ["mine"]
    (facet,) = client.get("/sessions/facets/", headers=headers).json()["facets"]
    assert [value["value"] for value in facet["values"]] == ["mine"]
    buckets = client.get("/sessions/histogram/", headers=headers).json()["buckets"]
    assert sum(count for bucket in buckets for count in bucket["counts"].values()) == 1
    assert client.get("/sessions/latest/", headers=headers).json()["project_id"] == "mine"
    assert "theirs" not in client.get("/sessions/?format=csv", headers=headers).getvalue().decode()
    assert client.get("/sessions/?format=json&q=of=theirs", headers=headers).json()["results"] == []


@pytest.mark.parametrize(
    ("q", "upstream"),
    [
        ("team=growth", "user_metadata['team']:'growth'"),
        ("order.status=shipped", "user_metadata['order']['status']:'shipped'"),
        ('"a.b"="x y"', "user_metadata['a.b']:'x y'"),
        ("run=4711", None),
        ("ok=true", None),
        ("-team=growth", None),
        ("team=growth,data", None),
        ("team=*", None),
        ("attempt>2", None),
        ("status:ERROR", None),
        ("word", None),
        ("a=1 b=2", None),
        ("team=it's", None),
        ("", None),
    ],
)
def test_the_same_in_upstreams_words_where_it_has_them(q, upstream):
    assert upstream_q(parse(q)) == upstream
