import contextlib
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from sessions_app import tasks
from sessions_app.models import Account, Pull
from sessions_app.pulls import due, intervals
from sessions_app.pulls.runs import Result, run
from tests.conftest import make_account
from tests.rows import make_project


def rung() -> list[tuple]:
    """The pulls that lie in the queue, as (kind, account, project), and empties it."""
    pulls = []
    with (
        current_app.connection_for_read() as broker,
        broker.SimpleQueue("celery") as queue,
        contextlib.suppress(queue.Empty),
    ):
        while True:
            message = queue.get_nowait()
            message.ack()
            assert message.headers["expires"] is not None
            pulls.append(tuple(message.payload[0][:3]))
    return pulls


def finished(account, kind="live", outcome="ok", ago_s=0.0, project=None, **fields) -> Pull:
    """The newest run of its kind, which began so many seconds ago and took none."""
    Pull.objects.of(kind, account, project).update(is_newest=False)
    started_at = timezone.now() - timedelta(seconds=ago_s)
    defaults = {"duration_s": 0, "rows": 1, "is_newest": True, "failures_in_a_row": int(outcome == "failed")}
    pull = {"account": account, "kind": kind, "outcome": outcome, "started_at": started_at, "project": project}
    return Pull.objects.create(**(defaults | pull | fields))


def due_in_s(pull: Pull, account: Account) -> float:
    return (intervals.due_at(pull, account) - pull.started_at).total_seconds()


def test_what_never_ran_is_due_for_every_account(account, broker, simulator):
    other = make_account("other", simulator.url, "bb_other")
    due.ring_due()
    kinds = ("projects", "live", "sessions")
    assert set(rung()) == {(kind, one.pk, None) for kind in kinds for one in (account, other)}


def test_what_ran_within_its_interval_is_not_due(account, broker):
    for kind, ago_s in [("projects", 200), ("live", 2), ("sessions", 200)]:
        finished(account, kind, ago_s=ago_s)
    due.ring_due()
    assert rung() == []


def test_what_ran_longer_ago_than_its_interval_is_due(account, broker):
    for kind, ago_s in [("projects", 301), ("live", 6), ("sessions", 301)]:
        finished(account, kind, ago_s=ago_s)
    due.ring_due()
    assert {kind for kind, *_ in rung()} == {"projects", "live", "sessions"}


def test_usage_is_due_per_project_and_a_few_at_once(account, broker):
    for kind in ("projects", "live", "sessions"):
        finished(account, kind)
    projects = [make_project(account) for _ in range(10)]
    account.readable_projects.set(projects)
    finished(account, "usage", project=projects[0])
    due.ring_due()
    pulls = rung()
    assert len(pulls) == due.USAGE_AT_ONCE
    assert {(kind, pk) for kind, pk, _ in pulls} == {("usage", account.pk)}
    assert projects[0].pk not in {project for _, _, project in pulls}


@pytest.mark.parametrize("kind", Pull.Kind.values)
def test_a_failed_pull_is_due_again_within_ten_seconds_however_long_its_interval(account, kind):
    waits = [due_in_s(finished(account, kind, "failed", failures_in_a_row=n), account) for n in range(1, 9)]
    assert waits == sorted(waits)
    assert waits[0] >= 1
    assert waits[-1] == 10


def test_with_a_bad_key_a_try_comes_within_thirty_seconds(account):
    account.bad_key_since = timezone.now()
    assert 10 < due_in_s(finished(account, "live", "failed"), account) <= 30


def test_upstreams_retry_after_holds_every_pull_of_the_account_back(account, broker):
    Account.objects.update(retry_at=timezone.now() + timedelta(minutes=10))
    due.ring_due()
    assert rung() == []


def test_a_run_that_a_dead_worker_left_first_is_due_at_once(account):
    pull = Pull.objects.create(account=account, kind="live", is_newest=True)
    assert intervals.due_at(pull, account) < timezone.now()


@pytest.mark.parametrize(
    ("rows", "duration_s", "interval_s"),
    [(20_000, 10, 300), (100, 0.1, 300), (50_000, 4, 750), (1000, 20, 600)],
)
def test_all_sessions_are_pulled_more_rarely_only_past_twenty_thousand_or_ten_seconds(
    account, rows, duration_s, interval_s
):
    pull = finished(account, "sessions", rows=rows, duration_s=duration_s)
    assert intervals.interval_s(pull) == interval_s
    assert bool(intervals.slowed_because(pull)) == (interval_s != 300)


@pytest.mark.django_db(transaction=True)
def test_two_bells_for_one_pull_are_one_pull(account, simulator):
    for _ in range(2):
        tasks.pull("live", account.pk, None, False)
    assert Pull.objects.count() == 1
    tasks.pull("live", account.pk, None, True)
    assert Pull.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_bell_for_an_account_or_project_that_is_gone_is_nothing(account):
    tasks.pull("live", account.pk + 1, None, True)
    tasks.pull("usage", account.pk, "no such project", True)
    assert not Pull.objects.exists()


def test_a_slow_pull_is_told_in_words(account):
    pull = run("sessions", account, lambda: Result(50_000, 0))
    assert "50,000 sessions" in intervals.slowed_because(pull)
    assert "750 s instead of 300 s" in intervals.slowed_because(pull)
