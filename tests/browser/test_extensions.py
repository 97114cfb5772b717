"""Uploading an extension: what is no zip is told at once, a bar shows how far it is, the form keeps what it holds."""

from pathlib import Path

from playwright.sync_api import Page, expect

from sessions_app.models import Extension
from sessions_app.pulls import projects
from tests.upstream import a_zip


def test_an_extension_is_uploaded_after_what_is_none_was_told(site, account, simulator, reader: Page, tmp_path: Path):
    projects.pull(account)
    good, bad = tmp_path / "blocker.zip", tmp_path / "picture.zip"
    good.write_bytes(a_zip(3_000_000))
    bad.write_bytes(b"\x89PNG")
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url) if request.method == "POST" else None)
    reader.goto(f"{site}/extensions/")
    form = reader.get_by_role("form", name="Upload an extension")
    form.get_by_role("button", name="Upload extension").click()
    expect(form.get_by_text("Choose a file.")).to_be_visible()
    form.get_by_label("Zip file").set_input_files(bad)
    expect(form.get_by_text("picture.zip is not a zip file.")).to_be_visible()
    form.get_by_role("button", name="Upload extension").click()
    form.get_by_label("Zip file").set_input_files(good)
    expect(form.get_by_text("is not a zip file")).not_to_be_visible()
    assert asked == []

    simulator.fault("POST /v1/extensions", "status", status=413, count=1)
    form.get_by_role("button", name="Upload extension").click()
    expect(form.get_by_role("alert")).to_contain_text("finds this file too big")
    assert form.get_by_label("Zip file").evaluate("input => input.files[0].name") == "blocker.zip"

    simulator.fault("POST /v1/extensions", "latency", seconds=1, count=1)
    form.get_by_role("button", name="Upload extension").click()
    expect(form.get_by_text("Handing it on to Browserbase…")).to_be_visible()
    expect(form.get_by_role("progressbar")).to_be_visible()
    expect(reader.get_by_role("heading", name="blocker.zip", level=1)).to_be_visible()
    expect(reader.get_by_role("status").filter(has_text="“blocker.zip” is uploaded")).to_be_visible()
    assert Extension.objects.get().name == "blocker.zip"
    reader.get_by_role("button", name="Delete…").click()
    reader.get_by_role("dialog").get_by_role("button", name="Delete extension").click()
    expect(reader.get_by_text("Gone at Browserbase.").first).to_be_visible()


def test_an_answer_that_is_not_ours_says_that_nobody_knows(site, account, reader: Page, tmp_path: Path):
    file = tmp_path / "blocker.zip"
    file.write_bytes(a_zip())
    reader.goto(f"{site}/extensions/")
    reader.route("**/extensions/new/", lambda route: route.fulfill(body="<html>not ours</html>"))
    form = reader.get_by_role("form", name="Upload an extension")
    form.get_by_label("Zip file").set_input_files(file)
    form.get_by_role("button", name="Upload extension").click()
    expect(form.get_by_text("Nobody knows whether it was done")).to_be_visible()
    expect(form.get_by_role("button", name="Upload extension")).to_be_enabled()


def test_a_refusal_of_ours_is_said_in_its_words(site, account, client, user, page: Page, tmp_path: Path):
    """Not `reader`: the browser writes a 403 to its console."""
    client.force_login(user)
    cookie = client.cookies["sightglass_session"].value
    page.context.add_cookies([{"name": "sightglass_session", "value": cookie, "url": site}])
    file = tmp_path / "blocker.zip"
    file.write_bytes(a_zip())
    page.goto(f"{site}/extensions/")
    form = page.get_by_role("form", name="Upload an extension")
    form.locator("[name=csrfmiddlewaretoken]").evaluate("input => input.value = 'of an older page'")
    form.get_by_label("Zip file").set_input_files(file)
    form.get_by_role("button", name="Upload extension").click()
    expect(form.get_by_text("Load the page again")).to_be_visible()
