"""Many people wait for live views that upstream does not give; nobody else notices."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from sessions_app.pulls.store import store_sessions

#: More than the web process has places in its database pool.
WATCHERS = 24


def test_waiting_for_upstream_holds_no_database_connection(site, cookies, account, simulator):
    session = simulator.session()
    simulator.put(session)
    store_sessions(account, [account.client().sessions.retrieve(session["id"])])
    simulator.fault(f"GET /v1/sessions/{session['id']}/debug", "hang")
    with httpx.Client(base_url=site, cookies=cookies, timeout=20) as http, ThreadPoolExecutor(WATCHERS) as threads:
        page = f"/sessions/{session['id']}/"
        part = {"HX-Request": "true"}
        watching = [threads.submit(http.get, f"{page}live/", headers=part) for _ in range(WATCHERS)]
        for _ in range(10):
            assert http.get(f"{page}?format=json").status_code == 200
        assert not any(watch.done() for watch in watching)
        simulator.clear_faults()
        assert {watch.result().status_code for watch in watching} == {200}
