"""/v1/contexts: names, whose they are, and sessions that ask for one."""

from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from tests.upstream import Simulator


def make(simulator: Simulator, **body: Any) -> httpx.Response:
    return simulator.http.post("/v1/contexts", json=body)


def test_a_context_says_how_it_would_be_encrypted(simulator: Simulator) -> None:
    answer = make(simulator)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["cipherAlgorithm"], made["initializationVectorSize"]) == ("AES-256-CBC", 16)
    assert isinstance(load_pem_public_key(made["publicKey"].encode()), RSAPublicKey)
    assert made["uploadUrl"].startswith("https://")


def test_without_project_the_keys_first_is_meant(simulator: Simulator) -> None:
    first, second = simulator.projects
    for body, project in (({}, first), ({"projectId": second}, second)):
        read = simulator.get(f"/v1/contexts/{make(simulator, **body).json()['id']}")
        assert read["projectId"] == project
        assert "name" not in read


def test_an_update_moves_its_time_and_answers_like_a_create(simulator: Simulator) -> None:
    made = make(simulator, name="shop").json()
    before = simulator.get(f"/v1/contexts/{made['id']}")
    assert simulator.http.put(f"/v1/contexts/{made['id']}").json() == made
    after = simulator.get(f"/v1/contexts/{made['id']}")
    assert after["updatedAt"] >= before["updatedAt"]
    assert (after["createdAt"], after["name"]) == (before["createdAt"], "shop")


def test_a_name_is_trimmed_and_unique_within_its_project(simulator: Simulator) -> None:
    made = make(simulator, name="  Straße ").json()
    assert simulator.get(f"/v1/contexts/{made['id']}")["name"] == "Straße"
    taken = make(simulator, name="STRASSE")
    assert (taken.status_code, taken.json()["error"]) == (409, "Conflict")
    assert make(simulator, name="straße", projectId=simulator.projects[1]).status_code == 201
    simulator.http.delete(f"/v1/contexts/{made['id']}")
    assert make(simulator, name="strasse").status_code == 201


@pytest.mark.parametrize("body", [{"name": 7}, {"projectId": 7}, {"projectId": ""}, [], "{"])
def test_a_wrong_body_is_a_400(simulator: Simulator, body: Any) -> None:
    answer = simulator.http.post("/v1/contexts", **({"content": body} if body == "{" else {"json": body}))
    assert (answer.status_code, answer.json()["statusCode"]) == (400, 400)


def test_another_keys_context_or_project_is_not_found(simulator: Simulator, other_simulator: Simulator) -> None:
    assert make(simulator, projectId=other_simulator.projects[0]).status_code == 404
    path = f"/v1/contexts/{make(other_simulator).json()['id']}"
    for method in ("GET", "PUT", "DELETE"):
        assert simulator.http.request(method, path).status_code == 404
        assert simulator.http.request(method, "/v1/contexts/nobody").status_code == 404
    assert other_simulator.get(path)


def test_a_deleted_context_is_gone(simulator: Simulator) -> None:
    path = f"/v1/contexts/{make(simulator).json()['id']}"
    answer = simulator.http.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert simulator.http.delete(path).status_code == 404
    assert simulator.http.get(path).status_code == 404


def test_there_is_no_list(simulator: Simulator) -> None:
    assert simulator.http.get("/v1/contexts").status_code == 405


def test_without_a_key_nothing_is_said(simulator: Simulator) -> None:
    assert httpx.post(f"{simulator.url}/v1/contexts", json={}).status_code == 401
    assert httpx.get(f"{simulator.url}/v1/contexts/nobody").status_code == 401


def with_context(context_id: str) -> dict[str, Any]:
    return {"browserSettings": {"context": {"id": context_id}}}


def test_a_session_has_the_context_it_asks_for(simulator: Simulator, other_simulator: Simulator) -> None:
    context_id = make(simulator).json()["id"]
    assert simulator.create(**with_context(context_id))["contextId"] == context_id
    assert simulator.create(**with_context("of an account elsewhere"))["contextId"] == "of an account elsewhere"
    assert other_simulator.http.post("/v1/sessions", json=with_context(context_id)).status_code == 404
    simulator.http.delete(f"/v1/contexts/{context_id}")
    assert simulator.http.post("/v1/sessions", json=with_context(context_id)).status_code == 404
