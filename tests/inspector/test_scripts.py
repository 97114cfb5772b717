"""What scripts read of a session's log: timeline, HAR, evidence."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from haralyzer import HarParser

from sessions_app.inspector.opening import KEPT
from sessions_app.models import AuditEvent, Session, Token
from sessions_app.pulls.store import store_sessions
from tests.rows import make_project
from tests.upstream import ended_an_hour_ago

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def read(client, id, part, **headers):
    response = client.get(f"/sessions/{id}/{part}/?format=json", **headers)
    return response.status_code, json.loads(response.content)


def put(simulator, **fields):
    told = ended_an_hour_ago(simulator, **fields)
    simulator.put(told)
    return told


def test_a_session_that_our_tables_do_not_know_tells_its_story(account, signed_in, simulator):
    told = put(simulator, seconds=90, story=True)
    status, timeline = read(signed_in, told["id"], "timeline")
    assert status == 200
    assert Session.objects.filter(pk=told["id"]).exists()
    kinds = {event["kind"] for event in timeline["events"]}
    assert {"navigation", "load"} <= kinds
    assert timeline["masked"] is True
    assert set(timeline) == {"events", "requests", "console", "masked"}
    times = [event["t"] for event in timeline["events"]]
    assert times == sorted(times)
    assert all(0 <= t <= 91_000 for t in times)
    names = ["id", "page", "method", "url", "status", "error", "type", "start", "duration_ms", "size", "from_cache"]
    assert all(list(request) == names for request in timeline["requests"])
    ids = {request["id"] for request in timeline["requests"]}
    assert len(ids) == len(timeline["requests"])
    assert {event["request_id"] for event in timeline["events"] if "request_id" in event} <= ids


def test_the_har_is_read_by_a_library_of_others(account, signed_in, simulator):
    told = put(simulator, seconds=90, story=True)
    response = signed_in.get(f"/sessions/{told['id']}/har/")
    assert response["Content-Disposition"] == f'attachment; filename="session-{told["id"][:8]}.har"'
    har = json.loads(response.content)
    parser = HarParser(har)
    sent = [r for r in read(signed_in, told["id"], "timeline")[1]["requests"] if not r["url"].startswith("data:")]
    assert len(parser.har_data["entries"]) == len(sent)
    assert parser.pages
    assert sum(len(page.entries) for page in parser.pages) == len(sent)


@pytest.mark.parametrize(
    ("fields", "cause", "words"),
    [
        ({"status": "TIMED_OUT", "seconds": 300}, "timed_out_idle", "no command for the last"),
        ({"status": "COMPLETED"}, "closed_by_client", "closed the browser"),
        ({"status": "ERROR"}, "crashed", "crashed"),
        ({"status": "LOST"}, "not_known", "LOST"),
    ],
)
def test_the_verdict_says_what_the_evidence_shows(account, signed_in, simulator, fields, cause, words):
    told = ended_an_hour_ago(simulator, seconds=fields.get("seconds", 60), story=True)
    told["status"] = fields["status"]
    if cause == "timed_out_idle":
        told["expiresAt"] = told["endedAt"]
        started = datetime.fromisoformat(told["startedAt"]).timestamp() * 1000
        entry = {"method": "Page.navigate", "pageId": 0, "request": {"params": {"url": "https://a.example/"}}}
        told |= {"story": False, "logs": [entry | {"sessionId": told["id"], "timestamp": started + 62_000}]}
    simulator.put(told)
    status, evidence = read(signed_in, told["id"], "evidence")
    assert status == 200
    assert evidence["verdict"]["cause"] == cause
    assert words in evidence["verdict"]["text"]
    assert isinstance(evidence["verdict"]["inferred"], bool)
    if cause == "timed_out_idle":
        assert evidence["verdict"]["text"] == "Timed out after 5 min: no command for the last 3 min 58 s"
        assert evidence["log"]["coverage"] == 0


def test_nothing_logged_is_said_so(account, signed_in, simulator):
    told = put(simulator, logs=[])
    _, evidence = read(signed_in, told["id"], "evidence")
    assert evidence["log"] == {"entries": 0, "from": None, "to": None, "coverage": 0}
    assert evidence["replay"] == {"pages": 0, "coverage": 0}
    _, timeline = read(signed_in, told["id"], "timeline")
    assert timeline == {"events": [], "requests": [], "console": [], "masked": True}
    assert json.loads(signed_in.get(f"/sessions/{told['id']}/har/").content)["log"]["entries"] == []


def test_replay_and_log_cover_the_run_as_far_as_they_go(account, signed_in, simulator):
    told = ended_an_hour_ago(simulator, seconds=100)
    start = datetime.fromisoformat(told["startedAt"])
    stamps = [(start + timedelta(seconds=s)).timestamp() * 1000 for s in (50, 10, 20, -30)]
    entries = [{"method": "Page.loadEventFired", "pageId": 1, "sessionId": "s", "timestamp": at} for at in stamps]
    pages = [
        {"pageId": "0", "url": "x", "startTimeMs": 0, "endTimeMs": 4000},
        {"pageId": "1", "url": "x", "startTimeMs": 2000, "endTimeMs": 6000},
    ]
    simulator.put(told | {"logs": entries, "replays": pages})
    _, evidence = read(signed_in, told["id"], "evidence")
    assert evidence["log"]["coverage"] == pytest.approx(0.5)
    assert datetime.fromisoformat(evidence["log"]["from"]) == start - timedelta(seconds=30)
    assert datetime.fromisoformat(evidence["log"]["to"]) == start + timedelta(seconds=50)
    assert evidence["replay"] == {"pages": 2, "coverage": pytest.approx(0.06)}


@pytest.mark.parametrize("part", ["timeline", "har", "evidence"])
def test_upstream_away_is_said_in_json(account, signed_in, simulator, part):
    told = put(simulator, story=True)
    simulator.fault(f"GET /v1/sessions/{told['id']}/logs", "html_502")
    status, answer = read(signed_in, told["id"], part)
    assert status in (502, 504)
    assert "does not answer" in answer["error"]["message"]


def test_an_ended_sessions_log_is_read_once_and_kept_for_this_user_alone(account, signed_in, simulator, tmp_path):
    told = put(simulator, story=True)
    first = read(signed_in, told["id"], "timeline")
    (file,) = (tmp_path / "logs").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert told["id"] not in file.name
    simulator.fault(f"GET /v1/sessions/{told['id']}/logs", "html_502")
    assert read(signed_in, told["id"], "timeline") == first


def test_a_running_sessions_log_is_never_kept(account, signed_in, simulator, tmp_path):
    running = simulator.session()
    simulator.put(running | {"logs": []})
    assert read(signed_in, running["id"], "timeline")[1]["events"] == []
    simulator.put(running | {"logs": [{"method": "Browser.close", "pageId": 0, "sessionId": "s"}]})
    assert [event["kind"] for event in read(signed_in, running["id"], "timeline")[1]["events"]] == ["browser_closed"]
    assert not (tmp_path / "logs").exists()
    assert read(signed_in, running["id"], "evidence")[1]["verdict"]["cause"] == "still_running"


def test_what_is_kept_stays_within_its_bounds():
    for number in range(KEPT.most_files + 5):
        KEPT.keep(b"[]", 1, f"s{number}", "v")
    assert len(list(KEPT.folder.iterdir())) <= KEPT.most_files
    assert KEPT.read(1, f"s{number}", "v") == b"[]"
    assert KEPT.read(1, f"s{number}", "another") is None


def test_uncovering_takes_a_post_of_a_person_and_is_recorded(account, signed_in, simulator, user):
    told = put(simulator, seconds=90, story=True)
    path = f"/sessions/{told['id']}/har/"
    covered = signed_in.get(path).content.decode()
    assert "sim-0123456789abcdef" not in covered
    assert signed_in.get(f"{path}?secrets=shown").status_code == 400
    assert not AuditEvent.objects.filter(action="session.secrets_shown").exists()
    response = signed_in.post(path, {"secrets": "shown"})
    assert "WITH-SECRETS" in response["Content-Disposition"]
    assert any(secret in response.content.decode() for secret in ("sim-0123456789abcdef", "c2ltdWxhdGVk"))
    event = AuditEvent.objects.get(action="session.secrets_shown")
    assert (event.actor, event.session_id, event.detail) == (user, told["id"], "HAR")
    timeline = json.loads(signed_in.post(f"/sessions/{told['id']}/timeline/?format=json", {"secrets": "shown"}).content)
    assert timeline["masked"] is False


def token_for(account, user, project_ids=None, right="read"):
    text = Token.new_text()
    Token.objects.create(
        owner=user,
        account=account,
        right=right,
        project_ids=project_ids,
        token_hash=Token.hash_of(text),
        prefix=text[:10],
    )
    return {"HTTP_AUTHORIZATION": f"Bearer {text}"}


def test_a_program_reads_covered_logs_of_its_own_projects(account, client, simulator, user):
    for project in simulator.projects:
        make_project(account, id=project)
    told = put(simulator, story=True)
    store_sessions(account, [account.client().sessions.retrieve(told["id"])])
    headers = token_for(account, user)
    assert read(client, told["id"], "timeline", **headers)[1]["masked"] is True
    assert client.get(f"/sessions/{told['id']}/har/", **headers).status_code == 200
    other = token_for(account, user, [simulator.projects[1]])
    for part in ("timeline", "har", "evidence"):
        assert read(client, told["id"], part, **other)[0] == 404
    operate = token_for(account, user, right="operate")
    path = f"/sessions/{told['id']}/timeline/"
    assert client.post(path, {"secrets": "shown"}, **operate).status_code == 403
    assert client.get(path).status_code in (302, 401)


def test_an_id_that_nobody_knows_is_404(account, signed_in):
    for part in ("timeline", "har", "evidence"):
        assert read(signed_in, "b81c04ef-nobody", part)[0] == 404


def test_people_are_led_to_the_page(account, signed_in, simulator):
    told = put(simulator, story=True)
    response = signed_in.get(f"/sessions/{told['id']}/timeline/", HTTP_ACCEPT="text/html")
    assert response.status_code == 302
    assert datetime.now(UTC) > datetime.fromisoformat(told["endedAt"])


def test_a_har_of_a_part_holds_its_requests_and_pages_alone_and_its_name_says_so(account, signed_in, simulator):
    told = put(simulator, seconds=90, story=True)
    address = f"/sessions/{told['id']}/har/"
    whole = json.loads(signed_in.get(address).content)["log"]
    answer = signed_in.get(address, {"from": "20000", "to": "40500"})
    part = json.loads(answer.content)["log"]
    assert answer["Content-Disposition"].endswith(f'session-{told["id"][:8]}-from-20s-to-40.5s.har"')
    shown = signed_in.get(
        f"/sessions/{told['id']}/network/", {"from": "20000", "to": "40500"}, headers={"HX-Request": "1"}
    )
    assert f'href="{address}?from=20000&amp;to=40500"' in shown.content.decode()
    ids = [entry["_requestId"] for entry in part["entries"]]
    assert 0 < len(ids) < len(whole["entries"])
    assert [entry for entry in whole["entries"] if entry["_requestId"] in ids] == part["entries"]
    assert {page["id"] for page in part["pages"]} == {
        entry["pageref"] for entry in part["entries"] if "pageref" in entry
    }
    start = datetime.fromisoformat(told["startedAt"])
    iso = [(start + timedelta(seconds=s)).isoformat() for s in (20, 40.5)]
    assert json.loads(signed_in.get(address, dict(zip(("from", "to"), iso, strict=True))).content)["log"] == part
    assert signed_in.get(address, {"from": "80000"})["Content-Disposition"].endswith('-from-80s.har"')
    secret = signed_in.post(f"{address}?from=20000&to=40500", {"secrets": "shown"})
    assert secret["Content-Disposition"].endswith('-from-20s-to-40.5s-WITH-SECRETS.har"')
    assert len(json.loads(secret.content)["log"]["entries"]) == len(ids)


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"from": "noon"}, "from"),
        ({"to": "nan"}, "to"),
        ({"from": "2000", "to": "1000"}, "from"),
        ({"to": "1e99"}, "to"),
    ],
)
def test_a_part_that_is_none_is_a_400_of_the_har(account, signed_in, simulator, asked, parameter):
    told = put(simulator, logs=[])
    answer = signed_in.get(f"/sessions/{told['id']}/har/", asked)
    assert (answer.status_code, answer.json()["error"]["parameter"]) == (400, parameter)
