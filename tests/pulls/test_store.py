import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from sessions_app import browserbase
from sessions_app.browserbase.schemas import MAX_ID
from sessions_app.models import AuditEvent, Session, Wish
from sessions_app.pulls.store import store_sessions
from tests.conftest import make_account
from tests.rows import make_session

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def answer(minute: float | None = 0, status: str = "RUNNING", id: str = "one", **fields) -> browserbase.Session:
    """Upstream's word on a session, updated so many minutes after noon."""
    updated_at = None if minute is None else NOON + timedelta(minutes=minute)
    defaults = {"project_id": "p", "created_at": NOON, "started_at": NOON, "updated_at": updated_at}
    raw = {"id": id, "status": status, "minute": minute}
    return browserbase.Session(id=id, status=status, **(defaults | {"raw": raw} | fields))


def status(id: str = "one") -> str:
    return Session.objects.get(pk=id).status


def versions() -> dict[str, tuple[str, str]]:
    """Each row's xmin and xmax: they differ once anything wrote or locked it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, xmin::text, xmax::text FROM sessions_app_session")
        return {row[0]: row[1:] for row in cursor.fetchall()}


def test_a_new_session_is_stored_with_every_field(account):
    before = timezone.now()
    full = answer(
        1,
        region="eu-central-1",
        expires_at=NOON + timedelta(hours=1),
        keep_alive=True,
        context_id="ctx",
        proxy_bytes=2**40,
        user_metadata={"a.b": 1, "nested": {"ключ": ["x", None, 1.5]}},
    )
    assert store_sessions(account, [full]) == ["one"]
    row = Session.objects.get()
    for name in ("status", "region", "updated_at", "started_at", "expires_at", "keep_alive", "context_id", "raw"):
        assert getattr(row, name) == getattr(full, name)
    assert (row.project_id, row.account, row.proxy_bytes, row.user_metadata) == (
        "p",
        account,
        2**40,
        {"a.b": 1, "nested": {"ключ": ["x", None, 1.5]}},
    )
    assert row.first_seen >= before
    assert row.changed_at >= before
    assert row.created_by is None


@pytest.mark.parametrize("metadata", [None, "text", 3, [], ["a"], True])
def test_metadata_that_is_no_object_is_kept_as_it_is(account, metadata):
    store_sessions(account, [answer(user_metadata=metadata)])
    assert Session.objects.get().user_metadata == metadata


@pytest.mark.parametrize(
    ("stored", "later", "kept"),
    [
        ((5, "RUNNING"), (4, "COMPLETED"), "RUNNING"),
        ((5, "COMPLETED"), (4, "RUNNING"), "COMPLETED"),
        ((5, "COMPLETED"), (6, "RUNNING"), "RUNNING"),
        ((5, "RUNNING"), (6, "COMPLETED"), "COMPLETED"),
        ((5, "RUNNING"), (5, "COMPLETED"), "COMPLETED"),
        ((5, "COMPLETED"), (5, "RUNNING"), "COMPLETED"),
        ((5, "PENDING"), (5, "RUNNING"), "RUNNING"),
        ((5, "COMPLETED"), (5, "ERROR"), "ERROR"),
        ((5, "RUNNING"), (None, "COMPLETED"), "COMPLETED"),
        ((5, "COMPLETED"), (None, "RUNNING"), "COMPLETED"),
        ((5, "PENDING"), (None, "RUNNING"), "RUNNING"),
        ((None, "COMPLETED"), (5, "RUNNING"), "COMPLETED"),
        ((None, "PENDING"), (None, "RUNNING"), "RUNNING"),
    ],
)
def test_the_newer_answer_or_the_ended_status_wins_in_whatever_order_they_come(account, stored, later, kept):
    store_sessions(account, [answer(*stored)])
    changed = store_sessions(account, [answer(*later)])
    assert status() == kept
    assert changed == ([] if kept == stored[1] else ["one"])


@pytest.mark.parametrize("order", [1, -1])
def test_two_answers_about_one_session_in_one_list_are_judged_alike(account, order):
    store_sessions(account, [answer(5, "RUNNING"), answer(6, "COMPLETED")][::order])
    assert status() == "COMPLETED"


def test_an_unknown_status_with_an_end_counts_as_ended(account):
    store_sessions(account, [answer(5, "EVAPORATED", ended_at=NOON)])
    assert Session.objects.get().is_ended
    assert not Session.objects.unended().exists()
    store_sessions(account, [answer(5, "RUNNING")])
    assert status() == "EVAPORATED"


def test_a_time_far_ahead_of_us_counts_as_now_and_so_gives_way_to_the_next_true_one(account):
    ahead = timezone.now() + timedelta(days=400)
    store_sessions(account, [answer(updated_at=ahead)])
    assert Session.objects.get().updated_at <= timezone.now()
    store_sessions(account, [answer(0, "COMPLETED", updated_at=timezone.now() + timedelta(seconds=1))])
    assert status() == "COMPLETED"


def test_the_same_answer_with_a_time_far_ahead_changes_nothing(account):
    ahead = answer(updated_at=timezone.now() + timedelta(hours=1))
    store_sessions(account, [ahead])
    before = versions()
    assert store_sessions(account, [ahead]) == []
    assert versions() == before


def test_a_time_a_little_ahead_is_believed(account):
    soon = timezone.now() + timedelta(minutes=4)
    store_sessions(account, [answer(updated_at=soon)])
    assert Session.objects.get().updated_at == soon


def test_unchanged_rows_are_not_written_to_nor_locked(account):
    sessions = [answer(id=f"s{number}") for number in range(10)]
    assert len(store_sessions(account, sessions)) == 10
    before = versions()
    changed = store_sessions(account, [*sessions[:9], answer(1, "COMPLETED", id="s9")])
    assert changed == ["s9"]
    after = versions()
    assert {id for id in after if after[id] != before[id]} == {"s9"}


def test_an_older_answer_does_not_touch_the_row(account):
    store_sessions(account, [answer(5)])
    before = versions()
    store_sessions(account, [answer(4, "COMPLETED")])
    assert versions() == before


def test_what_is_ours_stays_when_upstream_changes_the_rest(account, user):
    store_sessions(account, [answer(0)])
    Session.objects.update(created_by=user)
    before = Session.objects.get()
    store_sessions(account, [answer(1, "COMPLETED")])
    after = Session.objects.get()
    assert (after.created_by, after.first_seen) == (user, before.first_seen)
    assert after.changed_at > before.changed_at


def test_started_at_falls_back_and_does_not_jump_about(account):
    store_sessions(account, [answer(0, "PENDING", started_at=None, created_at=None)])
    first_sight = Session.objects.get().started_at
    assert first_sight == Session.objects.get().first_seen
    store_sessions(account, [answer(1, "PENDING", started_at=None, created_at=NOON)])
    assert Session.objects.get().started_at == first_sight
    store_sessions(account, [answer(2, started_at=NOON + timedelta(seconds=2))])
    store_sessions(account, [answer(3, "COMPLETED", started_at=None)])
    assert Session.objects.get().started_at == NOON + timedelta(seconds=2)


def test_started_at_is_created_at_while_upstream_names_none(account):
    store_sessions(account, [answer(0, "PENDING", started_at=None)])
    assert Session.objects.get().started_at == NOON


def test_a_session_stays_with_the_account_that_brought_it_first(account):
    other = make_account("other", account.base_url, "bb_other")
    store_sessions(account, [answer(0)])
    store_sessions(other, [answer(1, "COMPLETED")])
    assert Session.objects.get().account == account


def test_an_account_whose_key_went_bad_hands_its_sessions_to_one_that_sees_them(account):
    other = make_account("other", account.base_url, "bb_other")
    store_sessions(account, [answer(0), answer(0, id="unseen")])
    account.bad_key_since = timezone.now()
    account.save()
    store_sessions(other, [answer(0)])
    assert Session.objects.get(pk="one").account == other
    assert Session.objects.get(pk="unseen").account == account


def test_a_session_that_upstream_knows_again_is_not_missing(account):
    store_sessions(account, [answer(0)])
    Session.objects.update(missing_since=timezone.now())
    store_sessions(account, [answer(0)])
    assert Session.objects.get().missing_since is None


def test_a_session_whose_project_no_list_shows_is_kept(account):
    store_sessions(account, [answer(project_id="nobody's"), answer(id="without", project_id="")])
    assert set(Session.objects.values_list("project_id", flat=True)) == {"nobody's", None}


def test_a_wish_is_done_by_whichever_answer_shows_the_end_and_recorded_once(account, user):
    row = make_session(account, status="RUNNING", updated_at=NOON)
    wish = Wish.objects.create(session=row, asked_by=user)
    ended = answer(1, "COMPLETED", id=row.pk, ended_at=NOON)
    store_sessions(account, [ended])
    store_sessions(account, [ended])
    wish.refresh_from_db()
    assert wish.state == "done"
    event = AuditEvent.objects.get(action="session.ended")
    assert (event.session_id, event.actor, event.actor_name) == (row.pk, user, "ada")


def test_thousands_of_sessions_are_stored_and_stored_again_unchanged(account):
    sessions = [answer(id=f"s{number:05}", user_metadata={"run": number}) for number in range(5_000)]
    assert len(store_sessions(account, sessions)) == 5_000
    before = versions()
    assert store_sessions(account, sessions) == []
    assert versions() == before


def test_the_longest_and_strangest_ids_are_stored(account):
    letters = [chr(0x1F300 + number % 700) for number in random.Random(7).sample(range(10**6), MAX_ID)]
    id, project_id = "".join(letters), "".join(reversed(letters))
    assert store_sessions(account, [answer(id=id, project_id=project_id, status="x" * 64)]) == [id]


@pytest.mark.parametrize("id", ["../projects", "a/b", "%2e%2e", "'; DROP TABLE", "\\x00", "null", " "])
def test_an_id_is_any_text(account, id):
    assert store_sessions(account, [answer(id=id)]) == [id]
    assert Session.objects.get().pk == id
