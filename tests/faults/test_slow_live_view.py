"""Many people wait for live views that upstream does not give; nobody else notices."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from django.conf import settings
from django.test import Client

from sessions_app.pulls.store import store_sessions
from tests.processes import start_web

#: More than the web process has places in its database pool.
WATCHERS = 24


@pytest.mark.django_db(transaction=True)
def test_waiting_for_upstream_holds_no_database_connection(account, simulator, user, tmp_path):
    session = simulator.session()
    simulator.put(session)
    store_sessions(account, [account.client().sessions.retrieve(session["id"])])
    signed_in = Client()
    signed_in.force_login(user)
    cookies = {settings.SESSION_COOKIE_NAME: signed_in.cookies[settings.SESSION_COOKIE_NAME].value}
    simulator.fault(f"GET /v1/sessions/{session['id']}/debug", "hang")
    process, url = start_web(tmp_path)
    try:
        with httpx.Client(base_url=url, cookies=cookies, timeout=20) as http, ThreadPoolExecutor(WATCHERS) as threads:
            page = f"/sessions/{session['id']}/"
            part = {"HX-Request": "true"}
            watching = [threads.submit(http.get, f"{page}live/", headers=part) for _ in range(WATCHERS)]
            for _ in range(10):
                assert http.get(f"{page}?format=json").status_code == 200
            assert not any(watch.done() for watch in watching)
            simulator.clear_faults()
            assert {watch.result().status_code for watch in watching} == {200}
    finally:
        process.stop()
    assert "Traceback" not in process.text()
