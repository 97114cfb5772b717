"""Stagehand 4's own calls: it brings its extension, runs a session with it, and takes both away."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sessions_app.models import Session
from tests.conftest import eventually
from tests.contract.conftest import Door
from tests.upstream import Simulator, a_zip

BOUNDARY = "----formdata-undici-064893018563"


@pytest.fixture
def stagehand(way: Simulator | Door) -> Iterator[httpx.Client]:
    """Header names in lower case, as a program in Node writes them."""
    with httpx.Client(base_url=way.url, headers=[(b"x-bb-api-key", way.key.encode())], timeout=30) as client:
        yield client


def form(content: bytes) -> list[bytes]:
    """The multipart body in the pieces in which it is written."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="extension.zip"\r\n'
        "Content-Type: application/zip\r\n\r\n"
    )
    pieces = [content[start : start + 65536] for start in range(0, len(content), 65536)]
    return [head.encode(), *pieces, f"\r\n--{BOUNDARY}--\r\n".encode()]


@pytest.mark.parametrize("chunked", [False, True], ids=["with a length", "in chunks"])
def test_stagehands_calls(chunked: bool, stagehand: httpx.Client, way: Simulator | Door, simulator: Simulator) -> None:
    pieces = form(a_zip(padding=3_000_000))
    body: Any = iter(pieces) if chunked else b"".join(pieces)
    upload = stagehand.post(
        "/v1/extensions", content=body, headers={"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    )
    assert (upload.status_code, upload.json()["fileName"]) == (201, "extension.zip")
    extension_id = upload.json()["id"]

    wanted = {
        "browserSettings": {"viewport": {"width": 1288, "height": 711}},
        "extensionId": extension_id,
        "userMetadata": {"stagehand": "true", "stagehand_sdk_language": "typescript", "stagehand_sdk_version": "4.4.0"},
    }
    create = stagehand.post("/v1/sessions", json=wanted)
    assert create.status_code == 201
    made = create.json()
    assert made["userMetadata"] == wanted["userMetadata"]
    assert {"connectUrl", "signingKey", "seleniumRemoteUrl"} <= made.keys()

    release = stagehand.post(f"/v1/sessions/{made['id']}", json={"status": "REQUEST_RELEASE"})
    assert (release.status_code, release.json()["id"]) == (200, made["id"])
    delete = stagehand.delete(f"/v1/extensions/{extension_id}")
    assert (delete.status_code, delete.content) == (204, b"")
    assert simulator.http.get(f"/v1/extensions/{extension_id}").status_code == 404
    eventually(lambda: simulator.get(f"/v1/sessions/{made['id']}")["status"] == "COMPLETED", within_s=8)
    if isinstance(way, Door):
        assert Session.objects.get(pk=made["id"]).created_by == way.token.owner
