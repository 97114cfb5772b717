"""A log that several parts of a page ask for at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sessions_app.browserbase.errors import UpstreamError
from sessions_app.inspector.opening import open_log
from tests.rows import make_session


def failure_of(session):
    try:
        return open_log(session)
    except UpstreamError as error:
        return error


@pytest.mark.django_db
def test_all_who_wait_for_a_log_that_cannot_be_read_are_told_after_one_try(account, simulator):
    told = simulator.session()
    simulator.put(told)
    session = make_session(account, id=told["id"])
    simulator.fault(f"GET /v1/sessions/{told['id']}/logs", "status", status=500)
    assert isinstance(failure_of(session), UpstreamError)
    [fault] = simulator.get("/_sim/faults")
    tries = fault["hits"]
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(failure_of, [session] * 3))
    assert all(isinstance(one, UpstreamError) for one in found)
    [fault] = simulator.get("/_sim/faults")
    assert fault["hits"] == 2 * tries
    simulator.clear_faults()
    assert len(open_log(session)) == 0
