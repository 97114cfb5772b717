"""Picking rows and ending them together, in a real Chromium, by the real worker."""

from playwright.sync_api import Page, expect

from sessions_app.actions.end_many import OPEN_AT_ONCE
from sessions_app.models import Session, User, Wish
from sessions_app.pulls import live
from tests.browser.loading import refreshed
from tests.conftest import eventually

LIST = "/sessions/?q=team%3Dgrowth&limit=5"


def put(simulator, count: int, **metadata) -> list[str]:
    sessions = [simulator.session(userMetadata={"team": "growth"} | metadata) for _ in range(count)]
    simulator.put(*sessions)
    return [session["id"] for session in sessions]


def status(simulator, session_id: str) -> str:
    return simulator.get(f"/v1/sessions/{session_id}")["status"]


def box(page: Page, session_id: str):
    return page.get_by_role("checkbox", name=f"Pick {session_id[:8]}", exact=True)


def test_what_is_picked_on_two_pages_ends_and_nothing_else(site, account, simulator, worker, reader: Page):
    ids = put(simulator, 8)
    live.pull(account)
    newest_first = list(Session.objects.newest_first().values_list("pk", flat=True))
    reader.goto(site + LIST)
    box(reader, newest_first[0]).click()
    box(reader, newest_first[2]).click(modifiers=["Shift"])
    expect(reader.get_by_text("3 picked")).to_be_visible()
    refreshed(reader)
    expect(box(reader, newest_first[1])).to_be_checked()
    reader.get_by_role("link", name="Older").click()
    expect(reader.get_by_text("3 picked")).to_be_visible()
    box(reader, newest_first[5]).click()
    reader.get_by_role("link", name="Newest").click()
    expect(box(reader, newest_first[2])).to_be_checked()
    reader.get_by_role("button", name="End 4 …").click()
    expect(reader.get_by_role("heading", name="End 4 sessions?")).to_be_visible()
    assert not Wish.objects.exists()
    simulator.fault("POST /v1/sessions/", "hang")
    worker()
    reader.get_by_role("button", name="End 4 sessions").click()
    expect(reader.get_by_text("4 asked")).to_be_visible(timeout=15_000)
    reader.reload()
    expect(reader.get_by_text("4 asked")).to_be_visible()
    simulator.clear_faults()
    expect(reader.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100", timeout=30_000)
    expect(reader.get_by_text("4 ended")).to_be_visible()
    picked = {*newest_first[:3], newest_first[5]}
    assert {one for one in ids if status(simulator, one) == "COMPLETED"} == picked
    reader.goto(site + LIST)
    expect(reader.get_by_text("picked", exact=False)).to_be_hidden()


def test_all_that_match_end_but_not_what_starts_after_the_preview(site, account, simulator, worker, reader: Page):
    ids = put(simulator, 8)
    other = put(simulator, 1, team="labs")[0]
    worker()
    eventually(lambda: Session.objects.count() == 9)
    reader.goto(site + LIST)
    reader.get_by_role("checkbox", name="Pick all on this page").click()
    reader.get_by_role("button", name="Pick all 8 that run and match").click()
    expect(reader.get_by_text("All 8 that run and match picked")).to_be_visible()
    reader.get_by_role("button", name="End all …").click()
    expect(reader.get_by_role("heading", name="End 8 sessions?")).to_be_visible()
    late = put(simulator, 1)[0]
    eventually(lambda: Session.objects.filter(pk=late).exists())
    reader.get_by_role("button", name="End 8 sessions").click()
    expect(reader.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100", timeout=30_000)
    assert {status(simulator, one) for one in ids} == {"COMPLETED"}
    assert {status(simulator, one) for one in (other, late)} == {"RUNNING"}


def test_a_stop_in_the_middle_leaves_the_rest_alone(site, account, simulator, worker, reader: Page):
    ids = put(simulator, OPEN_AT_ONCE + 10)
    live.pull(account)
    simulator.fault("POST /v1/sessions/", "hang")
    worker()
    reader.goto(f"{site}/sessions/")
    reader.get_by_role("checkbox", name="Pick all on this page").click()
    reader.get_by_role("button", name="Pick all 70 that run").click()
    reader.get_by_role("button", name="End all …").click()
    reader.get_by_role("button", name="End 70 sessions").click()
    expect(reader.get_by_text("60 asked")).to_be_visible(timeout=15_000)
    reader.get_by_role("button", name="Stop").click()
    expect(reader.get_by_text("ada stopped it")).to_be_visible()
    simulator.clear_faults()
    expect(reader.get_by_text("60 ended, 10 not asked")).to_be_visible(timeout=60_000)
    expect(reader.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")
    assert sum(status(simulator, one) == "RUNNING" for one in ids) == 10


def test_keys_pick_open_and_end(site, account, simulator, broker, reader: Page):
    put(simulator, 3)
    live.pull(account)
    first, second, third = Session.objects.newest_first()
    Session.objects.filter(pk=third.pk).update(created_by=User.objects.create_user("grace"))
    reader.goto(site + LIST)
    reader.keyboard.press("j")
    reader.keyboard.press("x")
    expect(box(reader, first.pk)).to_be_checked()
    box(reader, second.pk).click()
    reader.keyboard.press("j")
    reader.keyboard.press("Shift+X")
    expect(reader.get_by_text("3 picked")).to_be_visible()
    reader.keyboard.press("Escape")
    expect(box(reader, first.pk)).not_to_be_checked()
    reader.keyboard.press("/")
    reader.keyboard.press("x")
    expect(reader.locator("[data-pick]:checked")).to_have_count(0)
    reader.goto(site + LIST)
    reader.keyboard.press("j")
    reader.keyboard.press("e")
    expect(reader.get_by_role("status").get_by_text("Ending")).to_be_visible()
    assert Wish.objects.get().session == first
    expect(reader.locator("[data-row]").first).to_contain_text("Ending")
    reader.keyboard.press("j")
    reader.keyboard.press("j")
    reader.keyboard.press("e")
    dialog = reader.get_by_role("dialog", name="End a session of grace?")
    expect(dialog).to_be_visible()
    reader.keyboard.press("x")
    reader.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert Wish.objects.count() == 1
    reader.locator("[data-row-link]").nth(1).focus()
    reader.keyboard.press("o")
    expect(reader).to_have_url(f"{site}/sessions/{second.pk}/")


def test_a_group_of_slots_is_ended_through_its_preview(site, account, simulator, worker, reader: Page):
    put(simulator, 2, run="1")
    kept = put(simulator, 1, run="2")[0]
    worker()
    eventually(lambda: Session.objects.count() == 3 and account.projects.count() == 2)
    reader.goto(f"{site}/projects/{simulator.projects[0]}/slots/?by=run")
    reader.get_by_role("button", name="End these 2 …").click()
    reader.get_by_role("button", name="End 2 sessions").click()
    expect(reader.get_by_text("2 ended")).to_be_visible(timeout=30_000)
    reader.goto(f"{site}/projects/{simulator.projects[0]}/slots/?by=run")
    reader.get_by_role("button", name=f"End session {kept[:8]}").click()
    expect(reader.get_by_text("No slot is held.")).to_be_visible(timeout=30_000)
