"""/v1/extensions: what is taken for one, whose it is, and sessions that ask for it."""

from typing import Any

import httpx
import pytest

from tests.upstream import Simulator, a_zip


def upload(simulator: Simulator, content: bytes, name: str = "nothing.zip") -> httpx.Response:
    return simulator.http.post("/v1/extensions", files={"file": (name, content)})


def test_an_uploaded_zip_is_an_extension_of_the_keys_first_project(simulator: Simulator) -> None:
    answer = upload(simulator, a_zip())
    assert answer.status_code == 201
    made = answer.json()
    assert (made["fileName"], made["projectId"]) == ("nothing.zip", simulator.projects[0])
    assert made["createdAt"] == made["updatedAt"]
    assert simulator.get(f"/v1/extensions/{made['id']}") == made


def test_a_large_one_is_taken_too(simulator: Simulator) -> None:
    assert upload(simulator, a_zip(padding=5_000_000)).status_code == 201


@pytest.mark.parametrize(
    ("request_parts", "status"),
    [
        ({"files": {"file": ("notes.txt", b"no zip")}}, 400),
        ({"files": {"file": ("empty.zip", b"")}}, 400),
        ({"files": {"another": ("a.zip", b"PK")}}, 400),
        ({"files": {"another": ("a.zip", b"PK")}, "data": {"file": "PK"}}, 400),
        ({"content": b"", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": b"--x\r\n\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
        ({"content": b"PK", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"content": b"PK", "headers": {"Content-Type": "application/zip"}}, 415),
        ({"json": {"file": "PK"}}, 415),
        ({}, 415),
    ],
)
def test_what_is_no_zip_in_a_form_is_refused(simulator: Simulator, request_parts: dict[str, Any], status: int) -> None:
    answer = simulator.http.post("/v1/extensions", **request_parts)
    assert (answer.status_code, answer.json()["statusCode"]) == (status, status)


def test_a_deleted_extension_is_gone(simulator: Simulator) -> None:
    path = f"/v1/extensions/{upload(simulator, a_zip()).json()['id']}"
    answer = simulator.http.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert simulator.http.delete(path).status_code == 404
    assert simulator.http.get(path).status_code == 404


def test_another_keys_extension_is_not_found(simulator: Simulator, other_simulator: Simulator) -> None:
    path = f"/v1/extensions/{upload(other_simulator, a_zip()).json()['id']}"
    assert simulator.http.get(path).status_code == 404
    assert simulator.http.delete(path).status_code == 404
    assert other_simulator.get(path)
    assert httpx.post(f"{simulator.url}/v1/extensions", files={"file": a_zip()}).status_code == 401


@pytest.mark.parametrize(
    "named", [lambda id_: {"extensionId": id_}, lambda id_: {"browserSettings": {"extensionId": id_}}]
)
def test_a_session_cannot_ask_for_one_that_is_gone(
    simulator: Simulator, other_simulator: Simulator, named: Any
) -> None:
    extension_id = upload(simulator, a_zip()).json()["id"]
    assert simulator.http.post("/v1/sessions", json=named(extension_id)).status_code == 201
    assert simulator.http.post("/v1/sessions", json=named("of an account elsewhere")).status_code == 201
    assert other_simulator.http.post("/v1/sessions", json=named(extension_id)).status_code == 404
    simulator.http.delete(f"/v1/extensions/{extension_id}")
    assert simulator.http.post("/v1/sessions", json=named(extension_id)).status_code == 404
