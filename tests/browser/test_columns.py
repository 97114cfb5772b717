"""Choosing columns, saving the list as a view, on the real site."""

import re

import pytest
from playwright.sync_api import Page, expect

from sessions_app.models import SavedView, User
from tests.rows import make_session

pytestmark = pytest.mark.timeout(120)


def heads(reader: Page) -> list[str]:
    return [head for head in reader.locator(".sessions-table thead th").all_inner_texts() if head.strip()]


@pytest.fixture
def rows(account) -> None:
    for n in range(3):
        make_session(account, user_metadata={"team": "growth", "order": {"status": f"open-{n}"}})


def test_columns_are_ticked_moved_and_added_by_keyboard_and_stay(site, account, rows, reader: Page):
    reader.goto(f"{site}/sessions/?q=team%3Dgrowth")
    reader.get_by_role("button", name="Columns").click()
    panel = reader.locator("#columns")
    expect(panel.locator("datalist option[value='order.status']")).to_be_attached()
    for name in ("Project", "Metadata", "Duration", "By"):
        panel.get_by_label(name, exact=True).uncheck()
    panel.get_by_label("Region", exact=True).check()
    up = panel.get_by_role("button", name="Move Started up")
    for _ in range(2):
        up.press("Enter")
    expect(up).to_be_focused()
    panel.get_by_label("A metadata key as a column").fill("order.status")
    panel.get_by_label("A metadata key as a column").press("Enter")
    panel.get_by_text("Compact").click()
    panel.get_by_role("button", name="Show").click()
    reader.wait_for_url("**/sessions/?*columns=*")
    assert heads(reader)[:-1] == ["Status", "Session", "Started", "Region", "order.status"]
    expect(reader).to_have_url(re.compile("q=team"))
    expect(reader).to_have_url(re.compile("density=compact"))

    make_session(account, id="fresh-one", user_metadata={"team": "growth"})
    expect(reader.locator("[data-row]")).to_have_count(4, timeout=10_000)
    expect(reader.locator("#list-count")).to_have_text("4 match", timeout=10_000)
    assert heads(reader)[:-1] == ["Status", "Session", "Started", "Region", "order.status"]

    reader.get_by_role("link", name="open-1", exact=True).click()
    reader.wait_for_url("**open-1*")
    expect(reader.locator("[data-row]")).to_have_count(1)
    assert heads(reader)[:-1] == ["Status", "Session", "Started", "Region", "order.status"]


def test_a_column_is_dragged(site, rows, reader: Page):
    reader.goto(f"{site}/sessions/")
    reader.get_by_role("button", name="Columns").click()
    items = reader.locator(".column-item")
    items.filter(has_text="By").drag_to(items.first, target_position={"x": 40, "y": 2})
    reader.get_by_role("button", name="Show").click()
    reader.wait_for_url("**columns=*")
    assert heads(reader)[:2] == ["By", "Status"]


def test_what_was_ticked_becomes_the_readers_default(site, rows, reader: Page, user: User):
    reader.goto(f"{site}/sessions/")
    reader.get_by_role("button", name="Columns").click()
    reader.locator("#columns").get_by_label("Metadata", exact=True).uncheck()
    reader.get_by_role("button", name="Use as my default").click()
    expect(reader.get_by_text("Your list has these columns from now on.")).to_be_visible()
    user.refresh_from_db()
    assert user.list_columns == "status,id,project,started,duration,by"
    reader.get_by_role("button", name="Columns").click()
    reader.get_by_role("button", name="Forget my default").click()
    expect(reader.locator(".sessions-table thead")).to_contain_text("Metadata")


def test_the_list_is_saved_as_a_view_changed_and_made_the_start_page(site, rows, reader: Page, user: User):
    reader.goto(f"{site}/sessions/?q=team%3Dgrowth")
    reader.get_by_role("button", name="Views").click()
    reader.get_by_role("button", name="Save as a view…").click()
    dialog = reader.get_by_role("dialog", name="Save as a view")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("Growth")
    dialog.get_by_role("button", name="Save").click()
    reader.wait_for_url("**view=*")
    expect(reader.get_by_text("Saved as “Growth”.")).to_be_visible()
    view = SavedView.objects.get()

    menu = reader.locator("[popovertarget=views-menu]")
    expect(menu).to_have_text("Growth")
    reader.goto(reader.url.replace("growth", "labs"))
    expect(menu).to_contain_text("changed")
    menu.click()
    reader.get_by_role("button", name="Keep the change in Growth").click()
    expect(reader.get_by_text("is as you see it now")).to_be_visible()
    expect(menu).to_have_text("Growth")

    menu.click()
    reader.get_by_role("button", name="Save as a view…").click()
    dialog.get_by_label("Name").fill("growth")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_text("You have a view of this name already.")
    reader.keyboard.press("Escape")

    reader.goto(f"{site}/views/")
    reader.get_by_role("button", name="Start page: Growth").click()
    reader.get_by_role("link", name="Sightglass").click()
    reader.wait_for_url(f"**view={view.pk}*")
    reader.goto(f"{site}/views/")
    reader.get_by_role("button", name="Delete Growth").click()
    reader.get_by_role("button", name="Delete view").click()
    reader.get_by_role("link", name="Sightglass").click()
    reader.wait_for_url(f"{site}/")
