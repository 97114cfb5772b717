"""Starting a session: sent once, stored and recorded with who asked for it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from sessions_app.actions.create import accounts_for, create, may_have_started
from sessions_app.actions.once import Once
from sessions_app.browserbase import errors
from sessions_app.models import Account, AuditEvent, Session, User
from sessions_app.pulls.store import store_sessions
from tests.conftest import eventually, make_account
from tests.rows import make_project
from tests.upstream import Simulator

pytestmark = pytest.mark.django_db
ADDRESS = "192.0.2.7"


def events() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=AuditEvent.Action.SESSION_CREATED))


def test_a_started_session_is_a_row_of_its_creator_and_stands_in_the_record(account: Account, user: User) -> None:
    session, answer = create(user, [account], {"userMetadata": {"team": "growth"}}, ADDRESS)
    assert (session.pk, session.created_by, session.account) == (answer.id, user, account)
    assert session.user_metadata == {"team": "growth"}
    (event,) = events()
    assert (event.actor, event.address, event.session_id, event.succeeded) == (user, ADDRESS, session.pk, True)


@pytest.mark.django_db(transaction=True)
def test_a_pull_that_saw_it_first_does_not_hide_who_started_it(
    account: Account, user: User, simulator: Simulator
) -> None:
    simulator.fault("POST /v1/sessions", "latency", seconds=1, count=1, when="after")
    with ThreadPoolExecutor(1) as pool:
        creating = pool.submit(create_and_close, user, account)
        eventually(lambda: simulator.get("/v1/sessions"))
        store_sessions(account, account.client().sessions.list().sessions)
        assert Session.objects.get().created_by is None
        session_id = creating.result()
    assert Session.objects.get(pk=session_id).created_by == user


def create_and_close(user: User, account: Account) -> str:
    try:
        return create(user, [account], {}, ADDRESS)[0].pk
    finally:
        connection.close()


def test_what_connects_to_the_browser_is_stored_nowhere(account: Account, user: User) -> None:
    _, answer = create(user, [account], {"userMetadata": {"a": "b"}}, ADDRESS)
    assert answer.connect_url
    assert answer.signing_key
    with connection.cursor() as cursor:
        for table in ("sessions_app_session", "sessions_app_auditevent"):
            cursor.execute(f"SELECT json_agg(t)::text FROM {table} t")  # noqa: S608
            stored = cursor.fetchone()[0]
            assert answer.signing_key not in stored
            assert answer.connect_url not in stored


def test_a_refusal_is_recorded_without_what_was_sent(account: Account, user: User) -> None:
    body = {"timeout": 1, "proxies": [{"type": "external", "server": "http://p:1", "password": "hunter2"}]}
    with pytest.raises(errors.BadRequest) as refusal:
        create(user, [account], body, ADDRESS)
    assert not may_have_started(refusal.value)
    (event,) = events()
    assert (event.succeeded, event.detail) == (False, "Nothing was started: BadRequest (400).")


@pytest.mark.parametrize(
    "fault", [{"fault": "reset"}, {"fault": "half_body"}, {"fault": "bad_json"}, {"fault": "status", "status": 500}]
)
def test_a_lost_answer_is_told_as_such_and_nothing_is_sent_again(
    account: Account, user: User, simulator: Simulator, fault: dict
) -> None:
    simulator.fault("POST /v1/sessions", count=1, when="after", **fault)
    with pytest.raises(errors.UpstreamError) as loss:
        create(user, [account], {}, ADDRESS)
    assert may_have_started(loss.value)
    assert len(simulator.get("/v1/sessions")) == 1
    assert "may have been started" in events()[0].detail


def test_without_upstream_nothing_was_started(user: User) -> None:
    nowhere = make_account("nowhere", "http://127.0.0.1:9", "bb_nobody")
    with pytest.raises(errors.UpstreamDown) as failure:
        create(user, [nowhere], {}, ADDRESS)
    assert not may_have_started(failure.value)


def test_a_project_is_reached_through_a_reader_when_its_own_key_is_refused(
    account: Account, user: User, simulator: Simulator
) -> None:
    stale = make_account("stale", simulator.url, "bb_no_such_key")
    project = make_project(stale, id=simulator.projects[1])
    project.readers.add(account)
    accounts = accounts_for(user, project.id)
    assert accounts == [stale, account]
    session, _ = create(user, accounts, {"projectId": project.id}, ADDRESS)
    assert (session.account, session.project_id) == (account, project.id)
    Account.objects.filter(pk=stale.pk).update(bad_key_since=project.first_seen)
    assert accounts_for(user, project.id) == [account, stale]


def test_without_a_known_project_the_first_account_is_meant(account: Account, user: User) -> None:
    make_account("second", account.base_url, "bb_other_key")
    for project_id in (None, "", "not known", "nul\x00", 7):
        assert accounts_for(user, project_id) == [account]


def test_without_any_account_the_words_say_so(user: User) -> None:
    assert accounts_for(user, None) == []
    with pytest.raises(errors.BadKey, match="no account"):
        create(user, [], {}, ADDRESS)


def test_a_token_is_good_for_one_create_of_one_person(broker: None, user: User) -> None:
    other = User.objects.create_user("grace")
    once = Once(user, "token")
    assert once.claim()
    assert not Once(user, "token").claim()
    assert Once(other, "token").claim()
    once.keep("session")
    assert Once(user, "token").session_id == "session"
    once.forget()
    assert Once(user, "token").claim()


def test_without_a_token_nothing_is_guarded(broker: None, user: User) -> None:
    assert Once(user, "").claim()
    assert Once(user, "").claim()
    assert Once(user, "").session_id == ""


def test_without_the_cache_sessions_are_started_all_the_same(settings, user: User) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    }
    once = Once(user, "token")
    assert once.claim()
    once.keep("session")
    assert Once(user, "token").session_id == ""
    once.forget()
    assert Once(user, "token").claim()
