"""What a session's browser downloaded, out of zips as good and as bad as they come; and what it is given."""

import base64
import html
import io
import re
import struct
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sessions_app.actions import upload
from sessions_app.inspector.files.names import harmless
from sessions_app.inspector.files.reading import KEPT
from sessions_app.models import AuditEvent, Token
from tests.upstream import ended_an_hour_ago

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def left(simulator, files, **fields):
    """A session that is over and left these files: a list of (name, text), or a zip."""
    if isinstance(files, bytes):
        told = {"files": base64.b64encode(files).decode()}
    else:
        told = {"files": [{"name": name, "text": text} for name, text in files]}
    session = ended_an_hour_ago(simulator, **fields) | told
    simulator.put(session)
    return session["id"]


def zipped(*entries, **how):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", **how) as file:
        for name, data in entries:
            file.writestr(name, data)
    return content.getvalue()


def tab(client, id, query=""):
    return client.get(f"/sessions/{id}/files/{query}", headers=FRAGMENT).content.decode()


def content_of(response):
    return b"".join(response.streaming_content)


def links(shown):
    return [address.replace("&amp;", "&") for address in re.findall(r'class="file-name" href="([^"]+)"', shown)]


def test_each_file_alone_and_all_of_them_are_saved_and_never_shown(account, signed_in, simulator):
    id = left(simulator, [("report <b>.html", "<script>alert(1)</script>"), ("größe.csv", "a,b")])
    shown = tab(signed_in, id)
    assert "2 files" in shown
    assert "report &lt;b&gt;.html" in shown
    first, second = links(shown)
    response = signed_in.get(first)
    assert content_of(response) == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="report _b_.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Content-Length"] == "25"
    assert signed_in.get(second)["Content-Disposition"] == "attachment; filename*=utf-8''gr%C3%B6%C3%9Fe.csv"
    everything = signed_in.get(f"/sessions/{id}/files.zip")
    assert everything["Content-Disposition"] == f'attachment; filename="session-{id[:8]}-files.zip"'
    with zipfile.ZipFile(io.BytesIO(content_of(everything))) as file:
        assert file.namelist() == ["report <b>.html", "größe.csv"]


def test_the_zip_is_read_once_kept_for_this_user_alone_and_read_anew_when_asked(account, signed_in, simulator):
    id = left(simulator, [("a.txt", "one")])
    (first,) = links(tab(signed_in, id))
    (kept,) = KEPT.folder.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert id not in kept.name
    simulator.fault(f"GET /v1/sessions/{id}/downloads", "html_502")
    assert content_of(signed_in.get(first)) == b"one"
    assert "a.txt" in tab(signed_in, id)
    again = tab(signed_in, id, "?again")
    assert "does not answer" in again
    assert "Look again" in again


def test_scripts_get_a_list(account, signed_in, simulator, client, user):
    id = left(simulator, [("a.txt", "one")])
    file = {"number": 0, "name": "a.txt", "size": 3, "check": "7a6c86f1", "trouble": None}
    assert signed_in.get(f"/sessions/{id}/files/?format=json").json() == {"files": [file]}
    token = token_for(account, user)
    assert client.get(f"/sessions/{id}/files/", headers=token).json() == {"files": [file]}
    assert content_of(client.get(f"/sessions/{id}/files/0/", headers=token)) == b"one"
    missing = client.get(f"/sessions/{id}/files/7/", headers=token)
    assert (missing.status_code, list(missing.json()["error"])) == (404, ["message"])


def token_for(account, user):
    text = Token.new_text()
    Token.objects.create(owner=user, account=account, right="read", token_hash=Token.hash_of(text), prefix=text[:10])
    return {"Authorization": f"Bearer {text}"}


def test_nothing_downloaded_is_said_as_not_known(account, signed_in, simulator):
    words = "Nothing was downloaded, or Browserbase does not have it yet."
    assert words in tab(signed_in, left(simulator, []))


def test_a_link_of_an_older_list_does_not_lead_to_another_file(account, signed_in, simulator):
    running = simulator.session() | {"files": [{"name": "a", "text": "one"}]}
    simulator.put(running)
    (first,) = links(tab(signed_in, running["id"]))
    simulator.put(running | {"files": [{"name": "b", "text": "two"}]})
    assert "b</a>" in tab(signed_in, running["id"])
    response = signed_in.get(first)
    assert response.status_code == 409
    assert "open the list again" in response.content.decode()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\boot.ini", "a/../../b", "..\\x", "x\x00y"])
def test_names_that_lead_elsewhere_are_saved_harmlessly_and_not_given_away_in_a_zip(
    account, signed_in, simulator, name
):
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = name
    id = left(simulator, zipped((info, "data"), ("fine.txt", "fine")))
    shown = tab(signed_in, id)
    assert "its name leads elsewhere" in shown
    assert "files.zip" not in shown
    response = signed_in.get(links(shown)[0])
    saved_as = re.search(r'filename="([^"]+)"', response["Content-Disposition"])[1]
    assert not re.search(r"[/\\:\x00]|^\.", saved_as)
    assert content_of(response) == b"data"
    refused = signed_in.get(f"/sessions/{id}/files.zip")
    assert refused.status_code == 422
    assert "one by one" in refused.content.decode()


def test_a_link_in_a_zip_is_not_given_away_in_it(account, signed_in, simulator):
    """Whoever unpacks it would write through the link, to wherever it points."""
    info = zipfile.ZipInfo("folder")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    id = left(simulator, zipped((info, "/etc"), ("folder/passwd", "data")))
    assert "files.zip" not in tab(signed_in, id)
    assert signed_in.get(f"/sessions/{id}/files.zip").status_code == 422


def test_a_file_without_a_name_hides_no_other(account, signed_in, simulator):
    info = zipfile.ZipInfo("x")
    info.filename = info.orig_filename = ""
    id = left(simulator, zipped((info, "nameless"), ("fine.txt", "fine")))
    shown = tab(signed_in, id)
    assert "fine.txt" in shown
    response = signed_in.get(links(shown)[0])
    assert response["Content-Disposition"] == 'attachment; filename="file-1"'
    assert content_of(response) == b"nameless"


@pytest.mark.parametrize(
    ("name", "saved_as"),
    [
        ("a/b/report.pdf", "report.pdf"),
        ("\u202egnp.exe", "gnp.exe"),
        ("...", "otherwise"),
        ("", "otherwise"),
        ("con.txt", "_con.txt"),
        ('we"ird|name?.txt', "we_ird_name_.txt"),
        ("x" * 300 + ".csv", "x" * 146 + ".csv"),
        (".bashrc", "bashrc"),
    ],
)
def test_a_name_becomes_one_that_can_be_saved_anywhere(name, saved_as):
    assert harmless(name, "otherwise") == saved_as


def lying(data, claimed):
    """A zip whose file claims another size than it has, in its head and in the list at the end."""
    content = bytearray(zipped(("big.bin", data), compression=zipfile.ZIP_DEFLATED))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(mark) + offset, claimed)
    return bytes(content)


def crc_lies(data):
    content = bytearray(zipped(("big.bin", data)))
    for mark, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        struct.pack_into("<I", content, content.index(mark) + offset, 7)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [lying(bytes(5_000_000), 10), lying(b"short", 4_000_000), crc_lies(b"data")],
    ids=["longer than it says", "shorter", "another check sum"],
)
def test_a_file_that_is_not_what_the_zip_says_is_refused_in_words(account, signed_in, simulator, content):
    id = left(simulator, content)
    response = signed_in.get(links(tab(signed_in, id))[0])
    assert response.status_code == 422
    assert "This file is broken" in response.content.decode()


def test_a_bomb_is_shown_with_its_size_and_not_unpacked(account, signed_in, simulator):
    id = left(simulator, lying(b"x", 0xFFFFFFF0))
    shown = tab(signed_in, id)
    assert "4.3 GB" in shown
    assert "more than 2.1 GB is not unpacked here" in shown
    assert links(shown) == []
    assert signed_in.get(f"/sessions/{id}/files/0/").status_code == 422


def encrypted():
    content = bytearray(zipped(("secret.bin", b"data")))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (encrypted(), "encrypted"),
        (zipped(("a", b"data"), compression=zipfile.ZIP_LZMA), "packed in a rare way"),
        (b"this is no zip", "no zip that can be read"),
        (zipped(("a", b"data"))[:-30], "no zip that can be read"),
        (b"", "Nothing was downloaded"),
    ],
    ids=["encrypted", "rarely packed", "text", "cut off", "empty"],
)
def test_other_bad_zips_are_said_in_words(account, signed_in, simulator, content, words):
    assert words in tab(signed_in, left(simulator, content))


def test_a_list_without_end_is_not_read(account, signed_in, simulator):
    id = left(simulator, zipped(*((f"{number:0200}", "") for number in range(20_000))))
    assert "Its list of files takes more than 4.2 MB" in tab(signed_in, id)


def test_many_files_twice_the_same_name_and_folders(account, signed_in, simulator):
    entries = [("same.txt", f"{number}") for number in range(2)] + [("folder/", "")]
    with pytest.warns(UserWarning, match="Duplicate name"):
        id = left(simulator, zipped(*entries, *((f"{number}.txt", "") for number in range(500))))
    shown = tab(signed_in, id)
    assert "502 files" in shown
    chunks = re.findall(r'hx-get="([^"]+rows/[^"]*)"', shown)
    found = [links(signed_in.get(html.unescape(one), headers=FRAGMENT).content.decode()) for one in chunks]
    assert [len(rows) for rows in found] == [60] * 8 + [22]
    assert [content_of(signed_in.get(address)) for address in found[0][:2]] == [b"0", b"1"]


def test_zip64_is_read(account, signed_in, simulator):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file, file.open("a.txt", "w", force_zip64=True) as entry:
        entry.write(b"data")
    (address,) = links(tab(signed_in, left(simulator, content.getvalue())))
    assert content_of(signed_in.get(address)) == b"data"


@pytest.mark.parametrize("number", ["5", "999999999999"])
def test_a_file_that_is_not_there_is_a_404(account, signed_in, simulator, number):
    id = left(simulator, [("a", "b")])
    assert signed_in.get(f"/sessions/{id}/files/{number}/").status_code == 404


def give(client, id, name="list.csv", content=b"a,b", **fields):
    return client.post(f"/sessions/{id}/uploads/", {"file": SimpleUploadedFile(name, content), **fields})


def arrived(simulator, id):
    return simulator.get(f"/_sim/sessions/{id}/uploads")


def test_a_file_reaches_the_browser_once_and_is_on_the_record(account, signed_in, simulator, user):
    running = simulator.session()
    simulator.put(running)
    assert "Give it a file" in tab(signed_in, running["id"])
    answer = give(signed_in, running["id"], once="1")
    assert answer.status_code == 200
    assert answer.json() == {"path": f"{upload.FOLDER}list.csv", "message": "File uploaded successfully"}
    assert give(signed_in, running["id"], once="1").status_code == 409
    assert [(one["name"], one["size"]) for one in arrived(simulator, running["id"])] == [("list.csv", 3)]
    event = AuditEvent.objects.get(action="session.file_uploaded")
    assert (event.actor, event.session_id, event.detail, event.succeeded) == (
        user,
        running["id"],
        "list.csv, 3 B.",
        True,
    )
    assert "list.csv, 3 B." in tab(signed_in, running["id"])


def test_an_answer_that_was_lost_is_said_and_nothing_is_sent_again(account, signed_in, simulator):
    running = simulator.session()
    simulator.put(running)
    tab(signed_in, running["id"])
    simulator.fault(f"POST /v1/sessions/{running['id']}/uploads", "reset", when="after")
    answer = give(signed_in, running["id"])
    assert answer.status_code == 502
    assert len(arrived(simulator, running["id"])) == 1
    assert "may have arrived" in answer.json()["error"]["message"]
    event = AuditEvent.objects.get(action="session.file_uploaded")
    assert not event.succeeded
    assert "may have arrived" in event.detail


def test_what_cannot_be_handed_on_is_refused_before(account, signed_in, simulator, monkeypatch):
    over = left(simulator, [])
    assert give(signed_in, over).status_code == 409
    assert "Give it a file" not in tab(signed_in, over)
    running = simulator.session()
    simulator.put(running)
    assert signed_in.post(f"/sessions/{running['id']}/uploads/", {"file": "text"}).status_code == 400
    monkeypatch.setattr("sessions_app.views.inspector.file_uploads.MOST_BYTES", 2)
    assert give(signed_in, running["id"]).status_code == 413
    assert arrived(simulator, running["id"]) == []
    assert upload.MOST_BYTES > 2
