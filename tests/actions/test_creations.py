"""A create from the page whose answer was lost is found again, and its session given to whoever asked for it."""

from datetime import timedelta

import pytest

from sessions_app.actions import creations
from sessions_app.actions.create import create
from sessions_app.browserbase import errors
from sessions_app.models import Account, AuditEvent, CreateTry, Session, User
from sessions_app.pulls import live
from tests.upstream import Simulator

pytestmark = pytest.mark.django_db


def lose(user: User, account: Account, simulator: Simulator, **body: object) -> None:
    simulator.fault("POST /v1/sessions", "reset", when="after", count=1)
    with pytest.raises(errors.UpstreamDown):
        create(user, [account], body, "192.0.2.7")


def test_the_pull_brings_it_and_the_sweep_gives_it_its_owner(
    account: Account, user: User, simulator: Simulator
) -> None:
    metadata = {"nested": {"n": [1, 2.5, None]}, "nul": "a\x00b"}
    lose(user, account, simulator, userMetadata=metadata, keepAlive=True, timeout=600, region="us-east-1")
    creations.sweep()
    assert CreateTry.objects.get().state == CreateTry.State.LOST
    live.pull(account)
    creations.sweep()
    assert Session.objects.get().created_by == user
    found = AuditEvent.objects.filter(succeeded=True)
    assert [(event.actor, event.address) for event in found] == [(user, "192.0.2.7")]
    creations.sweep()
    assert found.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"userMetadata": {"who": "else"}},
        {"keepAlive": False},
        {"region": "eu-central-1"},
        {"createdAt": "2020-01-01T00:00:00Z"},
    ],
)
def test_what_looks_different_is_left_alone(
    account: Account, user: User, simulator: Simulator, other: dict[str, object]
) -> None:
    simulator.fault("POST /v1/sessions", "reset", count=1)
    with pytest.raises(errors.UpstreamDown):
        create(user, [account], {"region": "us-west-2", "keepAlive": True, "userMetadata": {"who": "me"}}, None)
    fitting = {"region": "us-west-2", "keepAlive": True, "userMetadata": {"who": "me"}}
    simulator.put(simulator.session(**(fitting | {"createdAt": simulator_now()} | other)))
    live.pull(account)
    creations.sweep()
    assert Session.objects.get().created_by is None


def simulator_now() -> str:
    return creations.timezone.now().isoformat()


def test_two_that_were_lost_get_one_each(account: Account, user: User, simulator: Simulator) -> None:
    other = User.objects.create_user("grace")
    lose(user, account, simulator)
    lose(other, account, simulator)
    live.pull(account)
    creations.sweep()
    assert {session.created_by for session in Session.objects.all()} == {user, other}


def test_a_clock_that_is_ahead_does_not_hide_it(account: Account, user: User, simulator: Simulator) -> None:
    lose(user, account, simulator)
    live.pull(account)
    Session.objects.update(created_at=Session.objects.get().created_at + timedelta(minutes=3))
    lost = CreateTry.objects.get()
    assert creations.find(lost.pk) is creations.Search.NOTHING
    assert creations.find(lost.pk, clock_ahead_s=180) is creations.Search.FOUND


def test_what_takes_impossibly_long_is_lost(account: Account, user: User) -> None:
    attempt = creations.begin(user, account, {}, None)
    creations.note_the_dead()
    attempt.refresh_from_db()
    assert attempt.state == CreateTry.State.OPEN
    CreateTry.objects.update(sent_at=attempt.sent_at - timedelta(minutes=3))
    creations.note_the_dead()
    attempt.refresh_from_db()
    assert attempt.state == CreateTry.State.LOST


def test_rows_are_forgotten_after_a_day(account: Account, user: User) -> None:
    creations.begin(user, account, {}, None)
    creations.sweep()
    assert CreateTry.objects.count() == 1
    old = CreateTry.objects.get().began_at - timedelta(hours=25)
    CreateTry.objects.update(began_at=old, touched_at=old)
    creations.sweep()
    assert CreateTry.objects.count() == 0
