"""Contexts and extensions that programs make and delete through the gateway: known here, and on the record."""

from typing import Any

from sessions_app.models import AuditEvent, Context, Extension, Session
from sessions_app.pulls import belongings
from tests.conftest import eventually
from tests.proxy.conftest import Gateway
from tests.upstream import Simulator, a_zip


def events() -> list[tuple[Any, ...]]:
    return list(
        AuditEvent.objects.exclude(belonging_id="").order_by("at").values_list("action", "actor_name", "belonging_id")
    )


def test_a_context_is_known_with_its_maker_and_named_once_it_was_read(gateway: Gateway, simulator: Simulator) -> None:
    program = gateway.http()
    id = program.post("/v1/contexts", json={"name": "shop", "projectId": simulator.projects[1]}).json()["id"]
    known = eventually(lambda: Context.objects.filter(pk=id, created_by=gateway.user).first())
    assert (known.account, known.read_at) == (gateway.account, None)
    belongings.learn()
    known.refresh_from_db()
    assert (known.name, known.project_id, known.created_by) == ("shop", simulator.projects[1], gateway.user)

    assert program.delete(f"/v1/contexts/{id}").status_code == 204
    gone = eventually(lambda: Context.objects.filter(pk=id).exclude(gone_since=None).first())
    assert gone.deleted_by == gateway.user
    assert events() == [("context.created", "ada", id), ("context.deleted", "ada", id)]
    assert "By token sg_" in AuditEvent.objects.first().detail


def test_an_extension_is_known_with_its_file_and_the_sessions_it_is_in(gateway: Gateway, simulator: Simulator) -> None:
    program = gateway.http()
    id = program.post("/v1/extensions", files={"file": ("reader.zip", a_zip())}).json()["id"]
    known = eventually(lambda: Extension.objects.filter(pk=id).first())
    assert (known.name, known.project_id, known.created_by) == ("reader.zip", simulator.projects[0], gateway.user)
    session = program.post("/v1/sessions", json={"extensionId": id}).json()["id"]
    assert Session.objects.get(pk=session).extension_id == id
    known.refresh_from_db()
    assert known.last_used_at == Session.objects.get(pk=session).started_at
    assert program.delete(f"/v1/extensions/{id}").status_code == 204
    eventually(lambda: Extension.objects.exclude(gone_since=None).exists())


def test_what_upstream_refused_is_not_recorded_and_what_is_not_known_here_is(
    gateway: Gateway, simulator: Simulator
) -> None:
    program = gateway.http()
    assert program.delete("/v1/contexts/never-was").status_code == 404
    there = simulator.http.post("/v1/contexts", json={}).json()["id"]
    assert program.delete(f"/v1/contexts/{there}").status_code == 204
    eventually(events)
    assert events() == [("context.deleted", "ada", there)]
    assert not Context.objects.exists()
