"""What a program does first: it lists, creates, reads and releases, and the session has its owner."""

from sessions_app.models import AuditEvent, Session
from tests.proxy.conftest import Gateway
from tests.upstream import Simulator


def test_created_session_is_stored_at_once_with_its_owner(gateway: Gateway) -> None:
    created = gateway.http().post("/v1/sessions", json={"userMetadata": {"a": "b"}})
    assert created.status_code == 201
    assert created.json()["connectUrl"]
    row = Session.objects.get(pk=created.json()["id"])
    assert row.created_by == gateway.user
    assert row.user_metadata == {"a": "b"}
    assert AuditEvent.objects.get(session_id=row.pk).actor == gateway.user
    assert "connectUrl" not in row.raw


def test_answers_are_upstreams_own_bytes(gateway: Gateway, simulator: Simulator) -> None:
    session = simulator.create(userMetadata={"order": 1})
    for path in (f"/v1/sessions/{session['id']}/logs", "/v1/projects", f"/v1/projects/{simulator.projects[0]}/usage"):
        ours, theirs = gateway.http().get(path), simulator.http.get(path)
        assert (ours.status_code, ours.content) == (theirs.status_code, theirs.content)
        assert ours.headers["content-type"] == theirs.headers["content-type"]
