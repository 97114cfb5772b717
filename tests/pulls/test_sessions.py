from sessions_app.models import Session
from sessions_app.pulls import sessions
from tests.rows import make_session


def test_all_sessions_become_rows_whatever_their_status(account, simulator):
    simulator.put(*(simulator.session(status) for status in ("PENDING", "RUNNING", "ERROR", "TIMED_OUT", "COMPLETED")))
    pull = sessions.pull(account)
    assert (pull.outcome, pull.rows, pull.changed) == ("ok", 5, 5)
    assert sessions.pull(account).changed == 0


def test_a_session_that_the_list_does_not_mention_stays(account, simulator):
    old = make_session(account)
    sessions.pull(account)
    assert Session.objects.filter(pk=old.pk).exists()


def test_fifty_thousand_sessions_are_listed_and_stored(account, simulator):
    simulator.put(*(simulator.session("COMPLETED", userMetadata={"run": number}) for number in range(50_000)))
    pull = sessions.pull(account)
    assert (pull.outcome, pull.rows) == ("ok", 50_000)
    assert Session.objects.count() == 50_000
