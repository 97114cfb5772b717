"""The pages of extensions: what a session was started with, uploading one, deleting one."""

import io
import struct
import zipfile
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sessions_app.forms import extension_zip
from sessions_app.models import AuditEvent, Extension, Session
from sessions_app.pulls import belongings, projects, sessions
from tests.conftest import make_account
from tests.hostile import CORPUS
from tests.rows import make_session
from tests.upstream import a_zip

pytestmark = pytest.mark.django_db
URL = "/extensions/"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def ready(account, simulator):
    projects.pull(account)
    return account


def zip_of(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "{}")
    return file.getvalue()


def upload(
    client, content: bytes, name: str = "blocker.zip", headers: dict[str, str] | None = None, **form: Any
) -> Any:
    file = SimpleUploadedFile(name, content, "application/zip")
    return client.post(f"{URL}new/", {"file": file} | form, headers=headers, follow=True)


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


def make_extension(account, simulator, name: str = "blocker.zip") -> Extension:
    made = simulator.http.post("/v1/extensions", files={"file": (name, a_zip())}).raise_for_status().json()
    return Extension.objects.create(pk=made["id"], account=account, name=name)


# ---- What becomes known


def test_a_session_that_is_started_here_is_known_to_use_its_extension(signed_in, ready, simulator):
    extension = make_extension(ready, simulator)
    signed_in.post("/sessions/new/", {"project": simulator.projects[0], "extension_id": extension.pk})
    session = Session.objects.get()
    assert session.extension_id == extension.pk
    sessions.pull(ready)
    session.refresh_from_db()
    assert session.extension_id == extension.pk
    extension.refresh_from_db()
    assert extension.last_used_at == session.started_at
    (found,) = signed_in.get("/sessions/", {"q": f"extension:{extension.pk}", "format": "json"}).json()["results"]
    assert found["id"] == session.pk
    assert session.pk in text_of(signed_in.get(f"{URL}{extension.pk}/"))


@pytest.mark.parametrize("body", [{"extensionId": "e"}, {"browserSettings": {"extensionId": "e"}}])
def test_a_script_that_starts_one_with_it_makes_it_known(signed_in, ready, simulator, body):
    signed_in.post("/sessions/new/", body, content_type="application/json")
    assert (Session.objects.get().extension_id, Extension.objects.get().pk) == ("e", "e")


def test_what_is_known_of_one_is_read_in_the_background(ready, simulator):
    extension = make_extension(ready, simulator, "reader.zip")
    Extension.objects.update(name="")
    belongings.learn()
    extension.refresh_from_db()
    assert (extension.name, extension.project_id) == ("reader.zip", simulator.projects[0])


# ---- Uploading one


def test_an_upload_is_at_upstream_and_on_the_record(signed_in, ready, simulator, user):
    page = text_of(upload(signed_in, a_zip()))
    known = Extension.objects.get()
    assert simulator.get(f"/v1/extensions/{known.pk}")["fileName"] == "blocker.zip"
    assert (known.name, known.project_id, known.created_by) == ("blocker.zip", simulator.projects[0], user)
    (event,) = AuditEvent.objects.filter(belonging_id=known.pk)
    assert (event.action, event.actor) == ("extension.uploaded", user)
    assert "“blocker.zip” is uploaded" in page


def test_a_big_file_is_streamed_from_disk_and_arrives_whole(signed_in, ready, simulator):
    upload(signed_in, a_zip(8_000_000))
    assert Extension.objects.get()


def test_a_page_that_shows_progress_is_led_on_by_a_header(signed_in, ready):
    answer = upload(signed_in, a_zip(), headers=FRAGMENT)
    assert answer.headers["HX-Redirect"] == f"{URL}{Extension.objects.get().pk}/"
    refused = text_of(upload(signed_in, b"no zip", headers=FRAGMENT))
    assert refused.lstrip().startswith("<form")
    assert "It is no zip file" in refused


def bomb() -> bytes:
    """A zip whose list of files claims to be of 4 GB, which nobody should read."""
    content = bytearray(zip_of("manifest.json"))
    struct.pack_into("<I", content, content.rindex(extension_zip.END) + 12, 2**32 - 1)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no zip at all", "It is no zip file"),
        (b"PK\x03\x04 begins like one", "It is no zip file"),
        (a_zip()[:-30], "It is no zip file"),
        (zip_of("background.js"), "no manifest.json at its root"),
        (zip_of("built/manifest.json", "built/a.js"), "lies in the folder built/"),
        (b"", "The submitted file is empty"),
    ],
)
def test_what_is_no_extension_is_told_before_anything_is_sent(signed_in, ready, content, words):
    page = text_of(upload(signed_in, content))
    assert words in page
    assert "Nothing was sent to Browserbase" in page
    assert not AuditEvent.objects.exists()


def test_without_a_file_it_asks_for_one(signed_in, ready):
    assert "Choose a zip file" in text_of(signed_in.post(f"{URL}new/"))


def test_a_list_too_long_to_read_is_left_to_upstream():
    assert extension_zip.problem_of(io.BytesIO(bomb())) == ""


def test_a_file_that_is_too_big_is_told(tmp_path):
    with (tmp_path / "big.zip").open("w+b") as file:
        file.truncate(extension_zip.MOST_BYTES + 1)
        assert "bigger than 100 MB" in extension_zip.problem_of(file)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"fault": "reset", "when": "after"}, "under an id that nobody was told"),
        ({"fault": "status", "status": 413}, "finds this file too big"),
        ({"fault": "status", "status": 415}, "does not take this for a zip file"),
        ({"fault": "status", "status": 429}, "nothing was made"),
        ({"fault": "status", "status": 401}, "refused this account's key"),
    ],
)
def test_whatever_upstream_says_is_told_and_the_file_is_not_sent_again(signed_in, ready, simulator, fault, words):
    simulator.fault("POST /v1/extensions", count=1, **fault)
    page = text_of(upload(signed_in, a_zip()))
    assert words in page
    assert not Extension.objects.exists()
    assert AuditEvent.objects.get().succeeded is False


def test_with_several_accounts_one_is_chosen(signed_in, ready, simulator, other_simulator):
    other = make_account("other", other_simulator.url, other_simulator.key)
    assert "This field is required" in text_of(upload(signed_in, a_zip()))
    upload(signed_in, a_zip(), account=other.pk)
    assert Extension.objects.get().account == other


def test_the_same_upload_sent_twice_is_one(signed_in, ready, broker):
    first, second = (upload(signed_in, a_zip(), token="one-time") for _ in range(2))
    assert first.redirect_chain == second.redirect_chain
    assert Extension.objects.count() == 1


def test_without_an_account_it_says_what_is_missing(signed_in):
    assert "add_account" in text_of(upload(signed_in, a_zip()))


# ---- The rest is as with contexts


def test_its_page_shows_what_upstream_says(signed_in, ready, simulator):
    extension = make_extension(ready, simulator)
    assert "blocker.zip" in text_of(signed_in.get(reverse("extension_fields", args=[extension.pk])))


def test_deleting_says_what_would_break_and_does_it(signed_in, ready, simulator, user):
    extension = make_extension(ready, simulator)
    make_session(ready, extension_id=extension.pk, status="RUNNING", created_by=user)
    address = reverse("delete_extension", args=[extension.pk])
    assert "1 session runs with it now" in text_of(signed_in.get(address))
    assert "has to be ticked" in text_of(signed_in.post(address))
    assert "is deleted" in text_of(signed_in.post(address, {"sure": "1"}, follow=True))
    assert simulator.http.get(f"/v1/extensions/{extension.pk}").status_code == 404
    assert "ada deleted it" in text_of(signed_in.get(f"{URL}{extension.pk}/"))


def test_a_script_reads_the_list(signed_in, ready, simulator):
    extension = make_extension(ready, simulator)
    (one,) = signed_in.get(URL, {"format": "json"}).json()["results"]
    assert (one["id"], one["name"], one["sessions"]) == (extension.pk, "blocker.zip", 0)


def test_hostile_file_names_are_text(signed_in, ready, simulator):
    for text in CORPUS:
        upload(signed_in, a_zip(), name=f"x{text.replace(chr(47), chr(45))}")
    page = signed_in.get(URL).content.decode()
    assert "<pwned-tag" not in page
