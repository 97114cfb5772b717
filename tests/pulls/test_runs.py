import threading
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.models import Account, Pull
from sessions_app.pulls import live, projects
from sessions_app.pulls.runs import MAX_PROBLEMS, Result, run
from tests.conftest import make_account
from tests.rows import make_project


def fine() -> Result:
    return Result(rows=1, changed=0)


def test_a_run_that_goes_well_is_recorded_with_what_it_brought(account):
    pull = run("live", account, lambda: Result(rows=7, changed=3, problems=["one"]))
    pull.refresh_from_db()
    assert (pull.outcome, pull.rows, pull.changed, pull.problems, pull.error) == ("ok", 7, 3, ["one"], "")
    assert pull.duration_s >= 0
    assert pull.last_ok_at == pull.started_at


def test_very_many_problems_are_counted_not_listed(account):
    pull = run("live", account, lambda: Result(0, 0, [f"p{number}" for number in range(1000)]))
    assert len(pull.problems) == MAX_PROBLEMS + 1
    assert pull.problems[-1] == "and 980 more"


def test_failures_in_a_row_are_counted_and_remember_their_beginning_and_the_last_good_run(account, simulator):
    good = live.pull(account)
    simulator.fault("GET /v1/sessions", "html_502")
    first, second = live.pull(account), live.pull(account)
    assert (second.outcome, second.failures_in_a_row) == ("failed", 2)
    assert (second.failing_since, second.last_ok_at) == (first.started_at, good.started_at)
    simulator.clear_faults()
    again = live.pull(account)
    assert (again.failures_in_a_row, again.failing_since) == (0, None)


def test_a_bad_key_is_marked_on_the_account_until_it_works(account, simulator):
    simulator.fault("GET /v1/projects", "status", status=401)
    projects.pull(account)
    account.refresh_from_db()
    assert account.bad_key_since is not None
    simulator.clear_faults()
    projects.pull(account)
    account.refresh_from_db()
    assert account.bad_key_since is None


def test_upstreams_own_retry_after_holds_back_the_account(account, simulator):
    simulator.fault("GET /v1/sessions", "status", status=429, headers={"retry-after": "120"})
    live.pull(account)
    account.refresh_from_db()
    assert timedelta(seconds=100) < account.retry_at - timezone.now() <= timedelta(seconds=120)


def test_an_error_of_ours_is_recorded_and_logged_and_not_raised(account, caplog):
    def broken() -> Result:
        raise KeyError("the key is bb_secret")

    pull = run("live", account, broken)
    assert pull.outcome == "failed"
    assert "bb_secret" not in pull.error
    assert "Pulling live" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_run_whose_database_goes_away_is_lost_without_a_traceback(account, caplog):
    def cut() -> Result:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return fine()

    with pytest.raises((OperationalError, InterfaceError)):
        run("live", account, cut)
    connection.close()
    assert "Traceback" not in caplog.text
    assert run("live", account, fine).outcome == "ok"
    assert sorted(Pull.objects.values_list("outcome", flat=True)) == ["lost", "ok"]


@pytest.mark.django_db(transaction=True)
def test_two_runs_of_one_kind_at_once_are_one(account):
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Result:
        begun.set()
        go_on.wait(20)
        return fine()

    def first() -> None:
        try:
            run("live", account, slow)
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(20)
    assert run("live", account, fine) is None
    assert run("sessions", account, fine).outcome == "ok"
    go_on.set()
    thread.join(20)
    assert Pull.objects.filter(kind="live").count() == 1


def test_a_run_whose_process_died_is_called_lost_by_the_next(account):
    Pull.objects.create(account=account, kind="live", is_newest=True)
    assert run("live", account, fine).outcome == "ok"
    assert sorted(Pull.objects.values_list("outcome", flat=True)) == ["lost", "ok"]


def test_the_newest_run_of_each_account_kind_and_project_is_found_by_one_query(account, simulator):
    other = make_account("other", simulator.url, "bb_other")
    project = make_project(account)
    project.readers.add(account)
    for _ in range(3):
        newest = {
            run("live", account, fine),
            run("live", other, fine),
            run("usage", account, fine, project),
            run("usage", account, fine, unread := make_project(account)),
        }
    with CaptureQueriesContext(connection) as queries:
        found = set(Pull.objects.newest())
        names = {(pull.account.name, pull.kind, pull.project and pull.project.name) for pull in found}
    assert len(queries) == 1
    assert found == {pull for pull in newest if pull.project != unread}
    assert ("main", "usage", project.name) in names


def test_the_newest_runs_are_found_quickly_in_a_long_history(account):
    run("live", account, fine)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO sessions_app_pull
                (account_id, kind, started_at, outcome, error, problems, failures_in_a_row, is_newest)
            SELECT %s, 'live', now() - interval '1 hour', 'ok', '', '[]', 0, false FROM generate_series(1, 100000)
            """,
            [account.pk],
        )
        cursor.execute("ANALYZE sessions_app_pull")
    assert "Seq Scan on sessions_app_pull" not in Pull.objects.newest().explain()
    assert len(Pull.objects.newest()) == 1


def test_the_run_that_goes_on_now_does_not_hide_the_last_result(account):
    done = run("live", account, fine)
    assert run("live", account, lambda: Result(len(Pull.objects.newest().filter(pk=done.pk)), 0)).rows == 1


def test_usage_read_through_another_account_continues_the_same_history(account, simulator):
    other = make_account("other", simulator.url, simulator.key)
    project = make_project(account)
    project.readers.set([account, other])
    run("usage", account, fine, project)
    second = run("usage", other, fine, project)
    assert list(Pull.objects.newest()) == [second]


def test_freshness_is_that_of_the_account_furthest_behind(account, user, simulator):
    assert Pull.objects.freshness(user) is None
    first = run("live", account, fine)
    run("sessions", account, fine)
    other = make_account("other", simulator.url, "bb_other")
    run("live", other, fine)
    assert Pull.objects.freshness(user) == first.started_at


def test_freshness_leaves_out_accounts_whose_key_is_bad_unless_all_are(account, user, simulator):
    first = run("live", account, fine)
    other = make_account("other", simulator.url, "bb_other")
    second = run("live", other, fine)
    Account.objects.filter(pk=account.pk).update(bad_key_since=timezone.now())
    assert Pull.objects.freshness(user) == second.started_at
    Account.objects.update(bad_key_since=timezone.now())
    assert Pull.objects.freshness(user) == first.started_at


def test_runs_are_forgotten_after_a_day_but_for_the_newest(account):
    for _ in range(3):
        run("live", account, fine)
    Pull.objects.update(started_at=timezone.now() - timedelta(hours=25))
    fresh = run("sessions", account, fine)
    assert Pull.objects.prune() == 2
    assert {pull.kind for pull in Pull.objects.newest()} == {"live", "sessions"}
    assert fresh in Pull.objects.all()
