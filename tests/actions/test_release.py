from datetime import timedelta

import pytest
from django.utils import timezone

from sessions_app.actions import attempts, release
from sessions_app.actions.carrier import due_by_account
from sessions_app.models import AuditEvent, Session, Wish
from sessions_app.pulls import live
from tests.conftest import eventually, make_account
from tests.rows import make_session


@pytest.fixture
def running(account, simulator):
    """A session that upstream runs and our table knows."""
    created = simulator.create(keepAlive=True)
    live.pull(account)
    return Session.objects.get(pk=created["id"])


def make_due(wish: Wish) -> Wish:
    Wish.objects.filter(pk=wish.pk).update(due_at=timezone.now())
    wish.refresh_from_db()
    return wish


def step(wish: Wish) -> Wish:
    """What the worker does at the next due time, without the wait."""
    attempts.keep(map(attempts.make, attempts.take([make_due(wish).pk])))
    wish.refresh_from_db()
    return wish


def waits_s(wish: Wish) -> float:
    return (wish.due_at - timezone.now()).total_seconds()


def record_of(session: Session) -> list[tuple[str, bool]]:
    return list(AuditEvent.objects.filter(session_id=session.pk).order_by("pk").values_list("action", "succeeded"))


def test_asking_writes_wish_and_record_together(running, user):
    wish = release.ask(running, user, "192.0.2.7")
    assert (wish.state, wish.asked_by, wish.session) == ("asked", user, running)
    event = AuditEvent.objects.get()
    assert (event.action, event.actor, event.actor_name, event.address) == (
        "session.end_asked",
        user,
        "ada",
        "192.0.2.7",
    )
    assert event.session_id == running.pk


def test_asking_twice_is_one_wish_and_one_record(running, user):
    assert release.ask(running, user) == release.ask(running, None)
    assert Wish.objects.count() == AuditEvent.objects.count() == 1


def test_asking_for_the_end_of_an_ended_session_is_done_without_a_call(account, user, simulator):
    ended = make_session(account, status="COMPLETED")
    simulator.fault("POST /v1/sessions", "hang")
    wish = release.ask(ended, user)
    assert (wish.state, wish.session_id) == ("done", ended.pk)
    assert not Wish.objects.open().exists()


def test_a_wish_is_done_when_a_read_shows_the_end(running, user):
    wish = release.ask(running, user)
    step(wish)
    assert (wish.state, wish.tries, wish.last_error) == ("asked", 1, "")
    eventually(lambda: step(wish).state == "done", every_s=0.3)
    running.refresh_from_db()
    assert running.status == "COMPLETED"
    assert record_of(running) == [("session.end_asked", True), ("session.end_tried", True), ("session.ended", True)]


def test_an_accepted_request_is_followed_by_a_read_soon_and_not_by_another_request(running, user, simulator):
    simulator.fault("GET /v1/sessions/", "unknown_values")  # what is read never looks ended
    wish = step(release.ask(running, user))
    assert 0 < waits_s(wish) <= 1
    step(wish)
    assert 0 < waits_s(wish) <= 2
    assert wish.tries == 1


def test_a_request_that_was_accepted_and_did_nothing_is_made_again(running, user, simulator):
    simulator.fault("GET /v1/sessions/", "unknown_values")
    wish = step(release.ask(running, user))
    Wish.objects.update(accepted_at=timezone.now() - timedelta(seconds=6))
    assert step(wish).tries == 2


@pytest.mark.parametrize("fault", [{"status": 500}, {"status": 404}, {"status": 401}, {"status": 403}, {"status": 409}])
def test_a_refused_wish_stays_open_with_words_and_is_tried_again_within_ten_seconds(running, user, simulator, fault):
    simulator.fault("POST /v1/sessions/", "status", **fault)
    wish = step(release.ask(running, user))
    assert wish.state == "asked"
    assert str(fault["status"]) in wish.last_error
    assert waits_s(wish) <= 10
    simulator.clear_faults()
    step(wish)
    eventually(lambda: step(wish).state == "done", every_s=0.3)


def test_a_wish_waits_as_long_as_retry_after_says(running, user, simulator):
    simulator.fault("POST /v1/sessions/", "status", status=429, headers={"retry-after": "90"})
    wish = step(release.ask(running, user))
    assert 80 < waits_s(wish) <= 90
    assert "429" in wish.last_error


def test_a_refused_release_of_an_ended_session_is_done_by_the_read_that_follows(running, user, simulator):
    wish = release.ask(running, user)
    simulator.change(simulator.get(f"/v1/sessions/{running.pk}"), status="TIMED_OUT")
    simulator.fault("POST /v1/sessions/", "status", status=409)
    assert step(wish).state == "done"
    running.refresh_from_db()
    assert running.status == "TIMED_OUT"


def test_a_session_upstream_does_not_know_is_marked_missing_and_its_wish_stays_open(account, user, simulator):
    gone = make_session(account, status="RUNNING")
    wish = step(release.ask(gone, user))
    gone.refresh_from_db()
    assert gone.missing_since is not None
    assert wish.state == "asked"
    assert "404" in wish.last_error
    assert waits_s(wish) <= 10


def test_a_wish_without_an_end_for_five_minutes_is_stuck_and_still_tried(running, user, simulator):
    simulator.fault("POST /v1/sessions/", "status", status=500)
    wish = release.ask(running, user)
    Wish.objects.update(asked_at=timezone.now() - timedelta(minutes=6))
    step(wish)
    assert (wish.state, wish.tries) == ("stuck", 1)
    assert waits_s(wish) <= 10
    assert step(wish).tries == 2


def test_the_record_tells_each_outcome_of_a_try_once(running, user, simulator):
    wish = release.ask(running, user)
    for seconds in ("30", "20", "10"):
        simulator.fault("POST /v1/sessions/", "status", status=429, headers={"retry-after": seconds})
        step(wish)
    simulator.fault("POST /v1/sessions/", "status", status=403)
    step(wish)
    step(wish)
    simulator.clear_faults()
    step(wish)
    tried = ("session.end_tried", False)
    assert record_of(running) == [("session.end_asked", True), tried, tried, ("session.end_tried", True)]


def test_a_live_pull_that_shows_the_end_finishes_the_wish(running, account, user, simulator):
    wish = release.ask(running, user)
    simulator.change(simulator.get(f"/v1/sessions/{running.pk}"), status="COMPLETED")
    live.pull(account)
    wish.refresh_from_db()
    assert wish.state == "done"


def test_a_wish_that_is_not_due_is_left_alone(running, user):
    wish = release.ask(running, user)
    Wish.objects.update(due_at=timezone.now() + timedelta(seconds=5))
    assert attempts.take([wish.pk]) == []


def test_a_key_that_cannot_be_decrypted_is_told_on_the_wish(running, user, settings):
    from cryptography.fernet import Fernet

    wish = release.ask(running, user)
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    account = running.account
    account.encrypted_key += "="  # not the text that a client was made for before
    account.save()
    step(wish)
    assert "SIGHTGLASS_ENCRYPTION_KEYS" in wish.last_error


def test_a_bad_key_of_one_account_does_not_stop_the_wish_of_another(running, user, simulator):
    bad = make_account("bad", simulator.url, "bb_wrong")
    hopeless = release.ask(make_session(bad, status="RUNNING"), user)
    step(hopeless)
    assert "key" in hopeless.last_error
    wish = step(release.ask(running, user))
    eventually(lambda: step(wish).state == "done", every_s=0.3)


def test_a_wish_that_somebody_tries_is_nobody_elses_until_a_killed_worker_would_be_noticed(running, user):
    wish = release.ask(running, user)
    assert attempts.take([wish.pk]) == [wish]
    assert attempts.take([wish.pk]) == []
    wish.refresh_from_db()
    assert 0 < waits_s(wish) <= 10


def test_a_wish_whose_session_ended_unnoticed_is_not_tried(account, user):
    session = make_session(account, status="RUNNING")
    wish = release.ask(session, user)
    Session.objects.update(status="COMPLETED")
    assert attempts.take([wish.pk]) == []


def test_many_tries_are_kept_in_one_go_each_on_its_own_row(account, user, simulator):
    created = [simulator.create(keepAlive=True)["id"] for _ in range(3)]
    live.pull(account)
    simulator.fault(f"POST /v1/sessions/{created[0]}", "status", status=403)
    wishes = [release.ask(Session.objects.get(pk=pk), user) for pk in created]
    attempts.keep(map(attempts.make, attempts.take([wish.pk for wish in wishes])))
    refused, *taken = (Wish.objects.get(pk=wish.pk) for wish in wishes)
    assert (refused.tries, refused.accepted_at) == (1, None)
    assert "403" in refused.last_error
    assert all(wish.tries == 1 and wish.accepted_at and not wish.last_error for wish in taken)


def test_what_was_asked_just_now_comes_before_what_has_been_tried_and_each_account_has_its_turn(account, user):
    other = make_account("other", account.base_url, "bb_other")
    long_ago = timezone.now() - timedelta(seconds=30)
    tried, asked, theirs = (release.ask(make_session(one, status="RUNNING"), user) for one in (account, account, other))
    Wish.objects.filter(pk=tried.pk).update(last_tried_at=long_ago, asked_at=long_ago)
    assert due_by_account() == {account.pk: [asked.pk, tried.pk], other.pk: [theirs.pk]}
