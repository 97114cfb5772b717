"""The first line of a session's page: what its row proves at once, then what its evidence says."""

import html
import json
import re
from datetime import datetime, timedelta

import pytest

from sessions_app.models import Account
from tests.upstream import ended_an_hour_ago, stamp

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def first_line(client, id):
    return " ".join(client.get(f"/sessions/{id}/first-line/", headers=FRAGMENT).content.decode().split())


def words_of(shown):
    """What a reader sees, without what stands in attributes."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def entry(id, at_ms, method, **params):
    return {"method": method, "pageId": 0, "sessionId": id, "timestamp": at_ms, "request": {"params": params}}


def failing(told, *at_s):
    """A script that went to a page, and whose calls failed at these seconds; its log ends at 1:02."""
    id, start = told["id"], datetime.fromisoformat(told["startedAt"]).timestamp() * 1000
    entries = [entry(id, start + 1000, "Page.navigate", url="https://shop.example/")]
    for number, second in enumerate(at_s):
        about = {"requestId": f"r{number}", "type": "Fetch", "wallTime": start / 1000 + second}
        url = f"https://api.shop.example/pay?token=abcdefgh{number}"
        sent = {"url": url, "method": "POST", "headers": {}}
        entries.append(entry(id, start + second * 1000, "Network.requestWillBeSent", request=sent, **about))
        failed = {"requestId": f"r{number}", "errorText": "net::ERR_CONNECTION_REFUSED", "type": "Fetch"}
        entries.append(entry(id, start + second * 1000 + 50, "Network.loadingFailed", **failed))
    entries.append(entry(id, start + 62_000, "Page.reload"))
    return told | {"logs": entries}


def timed_out(simulator, seconds=300, **fields):
    told = ended_an_hour_ago(simulator, seconds=seconds) | {"status": "TIMED_OUT"}
    return told | {"expiresAt": told["endedAt"]} | fields


def test_it_says_at_once_what_the_row_proves_and_then_what_the_evidence_says(account, signed_in, simulator):
    told = failing(timed_out(simulator), 40, 50)
    simulator.put(told)
    page = signed_in.get(f"/sessions/{told['id']}/").content.decode()
    assert "Timed out after 5 min<" in page
    assert f'hx-get="/sessions/{told["id"]}/first-line/"' in page
    shown = words_of(first_line(signed_in, told["id"]))
    assert shown.startswith("Timed out after 5 min: no command for the last 3 min 58 s inferred")
    assert "Before that, 2 requests to api.shop.example failed. Its limit was 5 min." in shown
    scripts = json.loads(signed_in.get(f"/sessions/{told['id']}/evidence/?format=json").content)
    assert shown.startswith(scripts["verdict"]["text"])


def test_what_failed_long_before_the_end_or_in_a_completed_session_is_not_brought_up(account, signed_in, simulator):
    early = failing(timed_out(simulator, seconds=600), 1)
    done = failing(timed_out(simulator), 40) | {"status": "COMPLETED"}
    simulator.put(early, done)
    for told in (early, done):
        assert "Before that" not in first_line(signed_in, told["id"])


@pytest.mark.parametrize(
    ("fields", "days", "line"),
    [
        ({"logs": []}, None, "Nothing logged, no replay, kept until: not known"),
        ({"logs": []}, 31, r"Nothing logged, no replay, kept until \d+ \w+( \d+)?"),
        (
            {"logs": [], "replays": [{"pageId": "0", "url": "x", "startTimeMs": 0, "endTimeMs": 4000}]},
            None,
            "Nothing logged, replay 4 s of 5 min, kept until: not known",
        ),
        (
            {"logs": [], "replays": [{"pageId": "0", "url": "x", "startTimeMs": 0, "endTimeMs": 300_000}]},
            None,
            "Nothing logged, replay 5 min, kept until: not known",
        ),
    ],
)
def test_what_there_is_to_judge_by_stands_below(account, signed_in, simulator, fields, days, line):
    Account.objects.update(kept_days=days)
    told = timed_out(simulator) | fields
    simulator.put(told)
    shown = first_line(signed_in, told["id"])
    said = re.search(r'hx-target="#evidence-said".*?<a href="([^"]+)">(.*?)</a>', shown)
    assert said[1] == f"/sessions/{told['id']}/evidence/"
    assert re.fullmatch(line, said[2])


def test_the_accounts_plan_goes_before_the_setting(account, signed_in, simulator, settings):
    settings.KEPT_DAYS = 3000
    told = timed_out(simulator, logs=[])
    simulator.put(told)
    ended = datetime.fromisoformat(told["endedAt"])
    assert f"{ended + timedelta(days=3000):%Y}" in first_line(signed_in, told["id"])
    Account.objects.update(kept_days=7)
    assert f"kept until {ended + timedelta(days=7):%-d %b}" in first_line(signed_in, told["id"])


def test_while_upstream_is_away_the_rows_words_stay_and_what_rests_on_the_log_is_not_known_yet(
    account, signed_in, simulator
):
    told = timed_out(simulator, logs=[])
    simulator.put(told)
    signed_in.get(f"/sessions/{told['id']}/")
    simulator.fault(f"GET /v1/sessions/{told['id']}/logs", "html_502")
    shown = first_line(signed_in, told["id"])
    assert "Timed out after 5 min<" in shown
    assert "Its limit was 5 min." in shown
    assert "not known yet" in shown
    assert "does not answer" not in shown


def test_a_log_that_upstream_does_not_have_is_no_failure(account, signed_in, simulator):
    told = timed_out(simulator)
    simulator.put(told)
    signed_in.get(f"/sessions/{told['id']}/")
    for part in ("logs", "replays"):
        simulator.fault(f"GET /v1/sessions/{told['id']}/{part}", "status", status=404)
    shown = words_of(first_line(signed_in, told["id"]))
    assert "Browserbase has no log of it, so what it was doing is not known" in shown
    assert "No log, no replay" in shown


def test_a_running_one_keeps_its_rows_words_and_says_what_its_log_says(account, signed_in, simulator):
    running = simulator.session(logs=[])
    simulator.put(running)
    page = signed_in.get(f"/sessions/{running['id']}/").content.decode()
    assert "Running for" in page
    assert 'hx-trigger="load, every 15s' in page
    shown = first_line(signed_in, running["id"])
    assert "Nothing is logged so far." in shown
    assert "Nothing logged, replay once it is over" in shown
    assert "verdict-title" not in shown
    tag = signed_in.get(f"/sessions/{running['id']}/first-line/", headers=FRAGMENT)["HX-PTag"]
    again = signed_in.get(f"/sessions/{running['id']}/first-line/", headers=FRAGMENT | {"HX-PTag": tag})
    assert again.status_code == 304


def test_a_running_ones_last_command_is_told(account, signed_in, simulator):
    running = simulator.session()
    start = datetime.fromisoformat(running["startedAt"])
    running["logs"] = [entry(running["id"], start.timestamp() * 1000 + 5000, "Page.navigate", url="https://a.example/")]
    simulator.put(running)
    assert "Its last logged command came" in first_line(signed_in, running["id"])


def test_markup_in_a_log_stays_text(account, signed_in, simulator):
    told = timed_out(simulator)
    logged = failing(told, 50)
    logged["logs"][1]["request"]["params"]["request"]["url"] = "https://<script>alert(1)</script>/"
    logged["status"] = "<b>ODD</b>"
    simulator.put(logged | {"endedAt": stamp(datetime.fromisoformat(told["endedAt"]))})
    assert "<script>" not in first_line(signed_in, told["id"])
    assert "<b>ODD" not in first_line(signed_in, told["id"])
