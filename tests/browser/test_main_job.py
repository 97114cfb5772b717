"""The main job on real parts: the official SDK, the simulator, the worker, the site and a real Chromium."""

import pytest
from browserbase import Browserbase
from playwright.sync_api import Page, expect

from sessions_app.models import AuditEvent, UsageSnapshot, Wish
from sessions_app.pulls import live
from tests.browser.loading import refreshed
from tests.conftest import eventually

pytestmark = pytest.mark.timeout(180)


def test_a_session_from_the_sdk_is_seen_watched_and_ended(site, account, simulator, worker, reader: Page):
    worker()
    sdk = Browserbase(api_key=simulator.key, base_url=simulator.url)
    reader.goto(f"{site}/sessions/")
    expect(reader.get_by_text("No sessions yet")).to_be_visible()

    session = sdk.sessions.create(project_id=simulator.projects[0], user_metadata={"team": "growth", "run": "4711"})
    row = reader.locator("[data-row]", has_text=session.id[:8])
    expect(row).to_contain_text("growth", timeout=10_000)
    expect(row).to_contain_text("Running", timeout=10_000)

    row.get_by_role("link", name=session.id[:8]).click()
    live = reader.frame_locator("iframe")
    expect(live.locator("body")).to_be_visible(timeout=10_000)

    reader.go_back()
    row.get_by_role("button", name=f"End session {session.id[:8]}").click()
    expect(reader.get_by_role("status")).to_contain_text("Ending")
    expect(row).to_contain_text("Ending")
    expect(row).to_contain_text("Completed", timeout=20_000)
    assert sdk.sessions.retrieve(session.id).status == "COMPLETED"
    expect(row.get_by_role("button")).to_have_count(0)

    eventually(lambda: Wish.objects.filter(session_id=session.id, done_at__isnull=False).exists())
    actions = AuditEvent.objects.filter(session_id=session.id).values_list("action", flat=True)
    assert {"session.end_asked", "session.ended"} <= set(actions)
    eventually(lambda: UsageSnapshot.objects.filter(project_id=simulator.projects[0], browser_minutes__gte=1).exists())


def test_a_refresh_does_not_disturb_whoever_reads(site, account, simulator, worker, reader: Page):
    first = simulator.session(userMetadata={"name": "first"})
    simulator.put(first)
    worker()
    reader.goto(f"{site}/sessions/")
    held = reader.locator("[data-row]", has_text=first["id"][:8])
    held.hover(timeout=10_000)

    second = simulator.session(userMetadata={"name": "second"})
    simulator.put(second)
    expect(reader.get_by_role("button", name="1 new")).to_be_visible(timeout=15_000)
    expect(reader.locator("[data-row]")).to_have_count(1)

    reader.get_by_role("button", name="1 new").click()
    expect(reader.locator("[data-row]").first).to_contain_text("second")
    expect(reader.get_by_role("button", name="1 new")).to_have_count(0)


def test_the_keyboard_moves_through_the_rows_and_searches(site, account, simulator, worker, reader: Page):
    sessions = [simulator.session(userMetadata={"name": f"n{number}"}) for number in range(3)]
    simulator.put(*sessions)
    worker()
    reader.goto(f"{site}/sessions/")
    expect(reader.locator("[data-row]")).to_have_count(3, timeout=10_000)
    reader.keyboard.press("j")
    reader.keyboard.press("j")
    second = reader.locator("[data-row]").nth(1)
    expect(second.locator("[data-row-link]")).to_be_focused()
    refreshed(reader)
    expect(second.locator("[data-row-link]")).to_be_focused()
    reader.keyboard.press("/")
    expect(reader.get_by_role("combobox", name="Filter sessions")).to_be_focused()
    reader.keyboard.type("name=n2")
    reader.keyboard.press("Enter")
    expect(reader.locator("[data-row]")).to_have_count(1)
    expect(reader).to_have_url(f"{site}/sessions/?q=name%3Dn2")


def test_ending_somebody_elses_session_names_the_owner_first(site, account, simulator, worker, reader: Page):
    from sessions_app.models import Session, User

    session = simulator.session()
    simulator.put(session)
    worker()
    eventually(lambda: Session.objects.filter(pk=session["id"]).exists())
    Session.objects.filter(pk=session["id"]).update(created_by=User.objects.create_user("grace"))
    reader.goto(f"{site}/sessions/")
    reader.get_by_role("button", name="End session").click()
    dialog = reader.get_by_role("dialog")
    expect(dialog).to_contain_text("grace started")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_have_count(0)
    assert not Wish.objects.exists()
    reader.get_by_role("button", name="End session").click()
    reader.get_by_role("dialog").get_by_role("button", name="End session").click()
    expect(reader.get_by_role("status")).to_contain_text("Ending")
    eventually(lambda: simulator.get(f"/v1/sessions/{session['id']}")["status"] == "COMPLETED")


def test_the_keyboard_goes_on_from_the_row_whose_end_was_pressed(site, account, simulator, broker, reader: Page):
    simulator.put(simulator.session())
    live.pull(account)
    reader.goto(f"{site}/sessions/")
    reader.get_by_role("button", name="End session").press("Enter")
    row = reader.locator("[data-row]")
    expect(row).to_contain_text("Ending")
    expect(row.get_by_role("link").first).to_be_focused()


def test_what_is_new_is_announced_where_a_reader_has_scrolled_to(site, account, simulator, reader: Page):
    simulator.put(*(simulator.session() for _ in range(40)))
    live.pull(account)
    reader.goto(f"{site}/sessions/")
    reader.locator("[data-row]").last.scroll_into_view_if_needed()
    simulator.put(simulator.session())
    live.pull(account)
    expect(reader.get_by_role("button", name="1 new")).to_be_in_viewport(timeout=10_000)


def test_a_question_mark_lists_the_keys(site, account, reader: Page):
    reader.goto(f"{site}/sessions/")
    reader.keyboard.press("?")
    expect(reader.get_by_role("dialog", name="Keys")).to_be_visible()
    reader.keyboard.press("Escape")
    expect(reader.get_by_role("dialog", name="Keys")).to_be_hidden()
