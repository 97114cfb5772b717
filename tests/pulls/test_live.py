from sessions_app.models import Session
from sessions_app.pulls import live


def test_running_and_pending_sessions_become_rows(account, simulator):
    running, pending = simulator.session("RUNNING"), simulator.session("PENDING")
    simulator.put(running, pending, simulator.session("COMPLETED"))
    pull = live.pull(account)
    assert (pull.outcome, pull.rows, pull.changed) == ("ok", 2, 2)
    assert set(Session.objects.values_list("id", "status")) == {(running["id"], "RUNNING"), (pending["id"], "PENDING")}
