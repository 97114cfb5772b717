"""The tab of evidence: what there is, what is missing, what the verdict rests on."""

import html
import re
from datetime import datetime

import pytest
from django.conf import settings
from django.test import Client

from sessions_app.inspector.grounds import GROUNDS
from sessions_app.models import Account
from sessions_app.views.inspector.evidence_words import per_cent
from tests.upstream import ended_an_hour_ago

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def tab(client: Client, id: str) -> str:
    shown = client.get(f"/sessions/{id}/evidence/", headers=FRAGMENT).content.decode()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def put(simulator, seconds=900, **fields):
    told = ended_an_hour_ago(simulator, seconds=seconds) | fields
    simulator.put(told)
    return told["id"]


def film(page, begin_s, end_s):
    return {"pageId": str(page), "url": "x", "startTimeMs": begin_s * 1000, "endTimeMs": end_s * 1000}


def entries(told, *at_s, page=0):
    start = datetime.fromisoformat(told["startedAt"]).timestamp() * 1000
    return [{"method": "Page.enable", "pageId": page, "sessionId": "s", "timestamp": start + s * 1000} for s in at_s]


def test_it_is_a_page_to_a_browser_a_part_to_the_page_and_json_to_scripts(account, signed_in, simulator):
    id = put(simulator, logs=[])
    address = f"/sessions/{id}/evidence/"
    assert "<html" in signed_in.get(address, headers={"Accept": "text/html"}).content.decode()
    assert "<html" not in signed_in.get(address, headers=FRAGMENT).content.decode()
    assert signed_in.get(address + "?format=json").json()["verdict"]["cause"] == "released_elsewhere"
    assert signed_in.get(address, headers={"Accept": "application/json"}).json()["log"]["entries"] == 0


def test_a_replay_that_covers_little_is_said_before_anybody_trusts_it(account, signed_in, simulator):
    shown = tab(signed_in, put(simulator, logs=[], replays=[film(0, 0, 4)]))
    assert "The replay covers 4 s of 15 min." in shown
    assert "Film of tab 0 4 s" in shown


def test_an_empty_log_is_nothing_logged_and_not_nothing_happened(account, signed_in, simulator):
    shown = tab(signed_in, put(simulator, logs=[]))
    assert "Nothing was logged. That is not the same as nothing happened" in shown
    assert "There is no replay" in shown


def test_what_the_log_leaves_out_is_said_one_by_one(account, signed_in, simulator):
    told = ended_an_hour_ago(simulator, seconds=900)
    logs = [line for page in range(12) for line in entries(told, 60, 300, page=page)]
    sent = {"url": "https://a.example/", "method": "POST", "headers": {}, "hasPostData": True}
    response = {"url": "https://a.example/", "status": 200, "headers": {}, "mimeType": "text/html"}
    about = {"pageId": 0, "sessionId": "s", "timestamp": logs[0]["timestamp"]}
    told["logs"] = [
        *logs,
        about | {"method": "Network.requestWillBeSent", "request": {"params": {"requestId": "1", "request": sent}}},
        about | {"method": "Network.responseReceived", "request": {"params": {"requestId": "1", "response": response}}},
        about | {"method": "Network.loadingFinished", "request": {"params": {"requestId": "lost"}}},
    ]
    simulator.put(told | {"replays": [film(page, 0, 900) for page in range(10)]})
    shown = tab(signed_in, told["id"])
    for words in (
        "Of its first 1 min nothing is logged.",
        "Of its last 10 min nothing is logged.",
        "The bodies of 1 answer are not in the log.",
        "What 1 request sent along is not in the log",
        "2 of its 12 tabs are not on film: Browserbase films 10 at most.",
        "could not be understood, or placed",
        "Log 26 %, 27 entries",
    ):
        assert words in shown, words
    assert "The replay covers" not in shown


def test_how_long_it_is_kept_is_not_known_until_somebody_says_it(account, signed_in, simulator):
    id = put(simulator, logs=[])
    assert "Not known. It depends on the plan" in tab(signed_in, id)
    Account.objects.update(kept_days=30)
    assert "30 days after its end, by what is noted of the plan of main" in tab(signed_in, id)


def test_the_plans_page_takes_how_long_it_is_kept(account, signed_in):
    assert "Days it keeps logs" in signed_in.get("/usage/plan/").content.decode()
    form = {"account": account.pk, f"{account.pk}-kept_days": "30"}
    assert signed_in.post("/usage/plan/", form).status_code == 302
    account.refresh_from_db()
    assert account.keeps_days == 30
    refused = signed_in.post("/usage/plan/", form | {f"{account.pk}-kept_days": "9999"})
    assert "Give 1 to 3650 days" in refused.content.decode()


def test_upstream_away_is_said_with_a_retry(account, signed_in, simulator):
    id = put(simulator, logs=[])
    signed_in.get(f"/sessions/{id}/")
    simulator.fault(f"GET /v1/sessions/{id}/logs", "html_502")
    shown = tab(signed_in, id)
    assert "does not answer" in shown
    assert "Try again" in shown


def test_a_running_session_has_no_film_yet(account, signed_in, simulator):
    running = simulator.session(logs=[])
    simulator.put(running)
    shown = tab(signed_in, running["id"])
    assert "No film yet" in shown
    assert "so far" in shown


def test_every_cause_has_its_grounds():
    documented = set(re.findall(r"`([a-z_]+)`", causes_in_the_docs()))
    assert documented - {"not_known"} == set(GROUNDS)


def causes_in_the_docs():
    docs = (settings.BASE_DIR / "docs" / "inspector.md").read_text()
    table = docs.partition("### Causes")[2].partition("`inferred` is true")[0]
    return "\n".join(line.split("|")[1] for line in table.splitlines() if line.startswith("| `"))


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (0.001, "under 1 %"), (0.997, "99 %"), (0.9995, "100 %"), (1, "100 %"), (0.29, "29 %")],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share, words):
    assert per_cent(share) == words
