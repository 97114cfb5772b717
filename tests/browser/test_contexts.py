"""A context's life at its pages: made, used by a session, found, deleted with eyes open."""

from playwright.sync_api import Page, expect

from sessions_app.models import Context
from sessions_app.pulls import live, projects, sessions


def test_a_context_is_made_used_and_deleted(site, account, simulator, reader: Page):
    projects.pull(account)
    reader.goto(f"{site}/projects/")
    reader.get_by_role("link", name="Contexts").click()
    form = reader.get_by_role("form", name="New context")
    form.get_by_label("Name").fill("shop")
    form.get_by_role("button", name="Create context").click()
    expect(reader.get_by_role("heading", name="shop", level=1)).to_be_visible()
    expect(reader.get_by_role("status").filter(has_text="“shop” is created")).to_be_visible()
    expect(reader.get_by_role("region", name="Record")).to_contain_text("Context created by ada")
    there = reader.get_by_role("region", name="At Browserbase")
    expect(there).to_contain_text("updated_at")

    context = Context.objects.get()
    reader.get_by_role("link", name="Start a session with it").click()
    assert reader.locator("#id_context_id").input_value() == context.pk
    assert reader.locator("#id_context_id-known option").get_attribute("value") == context.pk
    reader.go_back()
    run = simulator.create(browserSettings={"context": {"id": context.pk}})
    sessions.pull(account)
    live.pull(account)
    running = reader.get_by_role("region", name="Running with it now")
    expect(running.get_by_role("link", name=run["id"][:8])).to_be_visible(timeout=15_000)
    expect(there).to_contain_text("updated_at")  # the refresh left it

    reader.get_by_role("link", name="Contexts", exact=True).click()
    reader.get_by_label("Find by name or id").fill("sho")
    reader.keyboard.press("Enter")
    row = reader.get_by_role("row").filter(has_text=context.pk)
    expect(row).to_contain_text("1 running now")
    row.get_by_role("link", name="shop").click()
    reader.get_by_role("button", name="Delete…").click()
    dialog = reader.get_by_role("dialog")
    expect(dialog).to_contain_text("1 session runs with it now")
    dialog.get_by_role("button", name="Delete context").click()
    expect(dialog).to_be_visible()  # the box has to be ticked first
    dialog.get_by_role("checkbox").check()
    dialog.get_by_role("button", name="Delete context").click()
    expect(reader.get_by_text("Gone at Browserbase.").first).to_be_visible()
    expect(reader.get_by_role("region", name="Record")).to_contain_text("Context deleted by ada")
    assert simulator.http.get(f"/v1/contexts/{context.pk}").status_code == 404


def test_where_upstream_is_silent_the_rest_of_the_page_stands_and_it_can_be_asked_again(
    site, account, simulator, reader: Page
):
    made = simulator.http.post("/v1/contexts", json={"name": "shop"}).json()["id"]
    Context.objects.create(pk=made, account=account)
    simulator.fault("GET /v1/contexts", "status", status=500)
    reader.goto(f"{site}/contexts/{made}/")
    there = reader.get_by_role("region", name="At Browserbase")
    expect(there.get_by_role("alert")).to_contain_text("Browserbase does not answer right now", timeout=20_000)
    simulator.clear_faults()
    there.get_by_role("button", name="Ask again").click()
    expect(there).to_contain_text("shop")
    expect(reader.get_by_role("heading", name="shop", level=1)).to_be_visible()
