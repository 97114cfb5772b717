from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.models import Session
from sessions_app.pulls import live, sessions
from tests.conftest import make_account
from tests.rows import make_session


def statuses() -> dict[str, str]:
    return dict(Session.objects.values_list("id", "status"))


def test_running_and_pending_sessions_become_rows(account, simulator):
    running, pending = simulator.session("RUNNING"), simulator.session("PENDING")
    simulator.put(running, pending, simulator.session("COMPLETED"))
    pull = live.pull(account)
    assert (pull.outcome, pull.rows, pull.changed) == ("ok", 2, 2)
    assert statuses() == {running["id"]: "RUNNING", pending["id"]: "PENDING"}


def test_a_session_that_left_the_list_is_read_until_a_read_shows_its_end(account, simulator):
    session = simulator.session("RUNNING")
    simulator.put(session)
    live.pull(account)
    session = simulator.change(session, status="HIBERNATED")  # in no list of ours, and not ended
    live.pull(account)
    assert statuses() == {session["id"]: "HIBERNATED"}
    simulator.change(session, status="TIMED_OUT")
    live.pull(account)
    assert statuses() == {session["id"]: "TIMED_OUT"}


def test_a_session_that_the_list_shows_again_is_live_again(account, simulator):
    session = simulator.session("RUNNING")
    simulator.put(session)
    live.pull(account)
    session = simulator.change(session, status="HIBERNATED")
    live.pull(account)
    simulator.change(session, status="RUNNING")
    live.pull(account)
    assert statuses() == {session["id"]: "RUNNING"}


def test_a_hundred_sessions_that_ended_at_once_are_all_seen(account, simulator):
    started = [simulator.session("RUNNING") for _ in range(100)]
    simulator.put(*started)
    live.pull(account)
    simulator.put(*(session | {"status": "COMPLETED", "updatedAt": session["expiresAt"]} for session in started))
    live.pull(account)
    live.pull(account)
    assert set(statuses().values()) == {"COMPLETED"}


def test_one_that_cannot_be_read_costs_only_itself_and_is_reported(account, simulator):
    bad, good = simulator.session("RUNNING"), simulator.session("RUNNING")
    simulator.put(bad, good)
    live.pull(account)
    simulator.change(bad, status="COMPLETED")
    simulator.change(good, status="COMPLETED")
    simulator.fault(f"GET /v1/sessions/{bad['id']}", "bad_json")
    pull = live.pull(account)
    assert statuses() == {bad["id"]: "RUNNING", good["id"]: "COMPLETED"}
    assert (pull.outcome, len(pull.problems)) == ("ok", 1)
    assert bad["id"] in pull.problems[0]


def test_those_longest_unread_are_read_first_so_that_none_is_left_out(account, simulator, monkeypatch):
    strays = [simulator.session("HIBERNATED", endedAt=None) for _ in range(5)]
    simulator.put(*strays)
    sessions.pull(account)
    monkeypatch.setattr(live, "READS_PER_PULL", 3)
    live.pull(account)
    live.pull(account)
    assert not Session.objects.filter(checked_at=None).exists()


def test_a_session_unknown_to_upstream_is_kept_as_missing_and_read_more_and_more_rarely(account, simulator):
    row = make_session(account, status="RUNNING")
    assert live.pull(account).problems
    row.refresh_from_db()
    assert row.status == "RUNNING"
    assert row.missing_since is not None
    assert live.pull(account).problems == []
    now = timezone.now()
    Session.objects.update(missing_since=now - timedelta(hours=2), checked_at=now - timedelta(minutes=30))
    assert live.pull(account).problems == []
    Session.objects.update(checked_at=now - timedelta(hours=1, minutes=10))
    assert len(live.pull(account).problems) == 1


def test_a_missing_session_that_comes_back_is_stored(account, simulator):
    row = make_session(account, status="RUNNING", missing_since=timezone.now(), checked_at=timezone.now())
    simulator.put(simulator.session("RUNNING", id=row.pk))
    live.pull(account)
    row.refresh_from_db()
    assert row.missing_since is None


def test_another_accounts_sessions_are_not_looked_for(account, simulator):
    make_session(make_account("other", simulator.url, "bb_other"), status="RUNNING")
    assert live.pull(account).problems == []


@pytest.mark.parametrize("fault", ["unknown_values", "html_502", "bad_json", "half_body", "reset"])
def test_whatever_the_list_answers_the_pull_is_recorded_and_nothing_is_lost(account, simulator, fault):
    session = simulator.session("RUNNING")
    simulator.put(session)
    live.pull(account)
    simulator.fault("GET /v1/sessions", fault)
    pull = live.pull(account)
    assert pull.outcome == ("ok" if fault == "unknown_values" else "failed")
    simulator.clear_faults()
    assert live.pull(account).outcome == "ok"
    assert statuses() == {session["id"]: "RUNNING"}


def test_unknown_words_and_fields_are_kept_as_they_came(account, simulator):
    session = simulator.session("RUNNING")
    simulator.put(session)
    simulator.fault("GET /v1/sessions", "unknown_values")
    live.pull(account)
    row = Session.objects.get()
    assert row.status not in ("RUNNING", "PENDING", "COMPLETED", "ERROR", "TIMED_OUT")
    assert row.region != session["region"]
    assert set(row.raw) - set(session)
