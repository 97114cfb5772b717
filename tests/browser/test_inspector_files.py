"""Files in a real Chromium: given to a running browser with progress, and saved from what it downloaded."""

import base64
import os
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from sessions_app.actions.upload import FOLDER
from sessions_app.models import AuditEvent
from tests.upstream import ended_an_hour_ago

pytestmark = pytest.mark.timeout(120)


def test_files_are_handed_on_one_after_the_other_and_what_is_too_big_is_not_sent(
    account, simulator, site, reader: Page, tmp_path: Path
):
    running = simulator.session(logs=[])
    simulator.put(running)
    reader.goto(f"{site}/sessions/{running['id']}/files/")
    choose = reader.locator("#upload-file")
    expect(choose).to_be_attached(timeout=15_000)
    big = tmp_path / "big.bin"
    big.write_bytes(os.urandom(6_000_000))
    (tmp_path / "list.csv").write_text("a,b")
    # What was drawn of the progress, as it is too quick to be caught from here.
    reader.evaluate(
        """() => { window.seen = []; new MutationObserver(() => {
            for (const said of document.querySelectorAll(".upload-said")) seen.push(said.textContent)
        }).observe(document.getElementById("uploading"), {subtree: true, childList: true, characterData: true}) }"""
    )
    choose.set_input_files([big, tmp_path / "list.csv"])
    rows = reader.locator("#uploading > li")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text(f"{FOLDER}list.csv", timeout=15_000)
    expect(rows.nth(0)).to_contain_text("File uploaded successfully")
    assert any(words.endswith(" %") for words in reader.evaluate("seen"))
    arrived = simulator.get(f"/_sim/sessions/{running['id']}/uploads")
    assert [(one["name"], one["size"]) for one in arrived] == [("big.bin", 6_000_000), ("list.csv", 3)]
    assert AuditEvent.objects.filter(action="session.file_uploaded", succeeded=True).count() == 2

    reader.evaluate("document.querySelector('[data-upload]').dataset.most = 2")
    choose.set_input_files(tmp_path / "list.csv")
    expect(rows.nth(2)).to_contain_text("It is too big, and was not sent.")
    assert len(simulator.get(f"/_sim/sessions/{running['id']}/uploads")) == 2


def test_what_it_downloaded_is_saved_byte_by_byte_and_nothing_of_it_runs(
    account, simulator, site, reader: Page, tmp_path: Path
):
    random = os.urandom(1_500_000)
    page = b"<script>document.title = 'pwned'</script>"
    told = ended_an_hour_ago(simulator) | {"logs": []}
    told["files"] = [
        {"name": "random.bin", "base64": base64.b64encode(random).decode()},
        {"name": "page.html", "text": page.decode()},
    ]
    simulator.put(told)
    reader.goto(f"{site}/sessions/{told['id']}/files/")
    expect(reader.get_by_role("listitem").filter(has_text="random.bin")).to_contain_text("1.5 MB", timeout=15_000)
    for name, content in (("random.bin", random), ("page.html", page)):
        with reader.expect_download() as download:
            reader.get_by_role("link", name=name).click()
        download.value.save_as(tmp_path / name)
        assert download.value.suggested_filename == name
        assert (tmp_path / name).read_bytes() == content
    with reader.expect_download() as download:
        reader.get_by_role("link", name="All as a zip").click()
    download.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as saved:
        assert saved.read("random.bin") == random


def test_the_record_is_reached_by_its_address_though_its_tab_loads_later(account, simulator, site, reader: Page):
    told = ended_an_hour_ago(simulator) | {"logs": []}
    simulator.put(told)
    reader.set_viewport_size({"width": 1000, "height": 500})
    reader.goto(f"{site}/sessions/{told['id']}/details/#record")
    expect(reader.locator("#record-title")).to_be_in_viewport(timeout=15_000)


def test_the_first_line_comes_into_the_page_and_stays_through_its_refreshes(account, simulator, site, reader: Page):
    told = ended_an_hour_ago(simulator, seconds=900) | {"status": "TIMED_OUT", "logs": []}
    told["replays"] = [{"pageId": "0", "url": "x", "startTimeMs": 0, "endTimeMs": 4000}]
    simulator.put(told)
    reader.goto(f"{site}/sessions/{told['id']}/details/")
    expect(reader.locator(".verdict-title")).to_contain_text("nothing was logged, so why is not known", timeout=15_000)
    expect(reader.locator("#evidence-said")).to_have_text("Nothing logged, replay 4 s of 15 min, kept until: not known")
    with reader.expect_response(lambda answer: answer.url.endswith("?phase=ended")):
        reader.evaluate("htmx.trigger(document.body, 'session-changed')")
    expect(reader.locator(".verdict-title")).to_contain_text("nothing was logged")
    reader.locator("#evidence-said a").click()
    expect(reader.get_by_text("The replay covers 4 s of 15 min.")).to_be_visible(timeout=15_000)
