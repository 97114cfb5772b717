"""The query bar: one text and the same as chips, suggestions, what is wrong, and excluding by a gesture."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from sessions_app.models import Account
from tests.browser.faults import faults_of
from tests.conftest import eventually
from tests.rows import make_session

LOOKED_FOR = "team=growth -status:ERROR"


@pytest.fixture
def few(account: Account) -> None:
    make_session(account, user_metadata={"team": "growth", "run": "4711"})
    make_session(account, user_metadata={"team": "labs", "note": "<b>&amp;"})
    make_session(account, user_metadata={"team": "growth"}, status="ERROR")


@pytest.fixture
def bar(site: str, few: None, reader: Page):
    def open_with(q: str) -> Page:
        reader.goto(f"{site}/sessions/?q={quote(q)}&density=compact")
        return reader

    return open_with


def text(page: Page):
    return page.get_by_role("combobox", name="Filter sessions")


def asked(page: Page) -> str:
    return page.evaluate("new URL(location).searchParams.get('q') ?? ''")


def chips(page: Page) -> Locator:
    return page.locator("[data-chip]")


def test_chips_and_text_show_the_same_and_each_edits_the_other(bar):
    page = bar(LOOKED_FOR)
    expect(chips(page)).to_have_text(["team=growth", "not status:ERROR"])
    page.keyboard.press("/")
    expect(text(page)).to_be_focused()
    expect(chips(page).first).to_be_hidden()
    assert text(page).input_value().strip() == LOOKED_FOR
    page.keyboard.type("run=4711")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(chips(page)).to_have_count(3)
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**run%3D4711**")
    assert asked(page) == f"{LOOKED_FOR} run=4711"
    page.get_by_role("link", name="Remove run=4711").click()
    page.wait_for_url(lambda url: "4711" not in url)
    assert asked(page) == LOOKED_FOR
    expect(page).to_have_url(re.compile("density=compact"))
    page.get_by_role("link", name="Clear the query").click()
    expect(chips(page)).to_have_count(0)


def test_the_ends_of_the_bar_take_a_click_while_somebody_writes(bar):
    page = bar("")
    page.keyboard.press("/")
    page.keyboard.type("team=labs")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**team%3Dlabs**")
    page.keyboard.press("/")
    page.get_by_role("link", name="Clear the query").click()
    page.wait_for_url(lambda url: "labs" not in url)


def test_a_chip_s_menu_edits_turns_round_and_removes_by_the_keyboard(bar):
    page = bar(LOOKED_FOR)
    chips(page).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Edit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(text(page)).to_be_focused()
    assert page.evaluate("q.value.slice(q.selectionStart, q.selectionEnd)") == "team=growth"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    chips(page).last.click()
    page.get_by_role("link", name="Include instead").click()
    expect(chips(page).last).to_have_text("status:ERROR")
    assert asked(page) == "team=growth status:ERROR"


def test_suggestions_are_taken_by_the_keyboard_and_the_mouse(bar):
    page = bar("")
    page.keyboard.press("/")
    page.keyboard.type("te")
    option = page.get_by_role("option", name="team= growth, labs")
    expect(option).to_be_visible()
    assert faults_of(page) == []
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    expect(text(page)).to_have_value("team=")
    page.get_by_role("option", name="growth 2", exact=True).click()
    expect(text(page)).to_have_value("team=growth ")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox", name="Suggestions")).to_be_hidden()
    expect(text(page)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**team%3Dgrowth**")
    assert asked(page) == "team=growth"


def test_keys_of_any_letters_are_replaced_where_they_stand(bar, account):
    make_session(account, user_metadata={"🦊 fox": "den"})
    page = bar('"🦊 fox"=den')
    page.keyboard.press("/")
    with page.expect_response(lambda answer: "%22%F0%9F%A6%8A&" in answer.url) as answered:
        page.keyboard.type('"🦊')
    answered.value.finished()
    page.get_by_role("option", name='"🦊 fox"=').first.click()
    expect(text(page)).to_have_value('"🦊 fox"=den "🦊 fox"=')


def test_what_is_wrong_is_marked_while_writing_and_mended_by_one_click(bar):
    page = bar("team=growth")
    page.keyboard.press("/")
    page.keyboard.type("duration:>90")
    expect(page.get_by_role("option", name=">90s")).to_be_visible()
    expect(page.locator("#query-said")).to_be_empty()
    page.keyboard.type(" x")
    expect(page.locator("#query-said")).to_contain_text('"90" is no duration')
    expect(page.locator(".query-marked mark")).to_have_text("90")
    expect(text(page)).to_have_attribute("aria-invalid", "true")
    page.get_by_role("link", name="team=growth duration:>90s x").click()
    page.wait_for_url("**90s**")
    expect(chips(page)).to_have_count(3)


def test_a_bad_query_waits_with_the_caret_where_it_is_bad(bar):
    page = bar("team=growth color:red x")
    expect(page.locator(".query-marked mark")).to_have_text("color:red")
    assert faults_of(page) == []
    page.keyboard.press("/")
    expect(text(page)).to_be_focused()
    assert page.evaluate("q.selectionStart") == len("team=growth ")
    page.wait_for_timeout(400)
    expect(page.locator("#query-said")).to_contain_text('no field "color"')


def test_a_click_on_a_value_includes_it_and_a_second_gesture_excludes(bar):
    page = bar("")
    labs = page.locator("td [data-term='team=labs']")
    labs.click()
    page.wait_for_url("**team%3Dlabs**")
    page.locator("td [data-term='team=labs']").click(modifiers=["Alt"])
    expect(chips(page)).to_have_text("not team=labs")
    page.locator("td [data-term='team=growth']").first.hover()
    page.get_by_role("link", name="Exclude team=growth").click()
    expect(chips(page)).to_have_text("not team=labs,growth")
    expect(page.get_by_text("No session matches").first).to_be_visible()


def test_excluding_works_by_the_keyboard(bar):
    page = bar("")
    page.locator("td [data-term='team=labs']").focus()
    page.keyboard.press("Shift+Enter")
    expect(chips(page)).to_have_text("not team=labs")
    chips(page).focus()
    page.keyboard.press("Alt+Enter")
    expect(chips(page)).to_have_text("team=labs")


def test_an_empty_answer_offers_what_was_meant_and_that_can_be_copied_for_upstream(bar):
    page = bar("team=growht")
    page.get_by_role("link", name="Ask for team=growth").click()
    expect(page.locator("[data-row]")).to_have_count(2)
    expect(page).to_have_url(re.compile("density=compact"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as q").click()
    for_upstream = "user_metadata['team']:'growth'"
    eventually(lambda: page.evaluate("navigator.clipboard.readText()") == for_upstream, within_s=10)
    expect(bar("team=growth status:ERROR").get_by_role("button", name="Copy as q")).to_have_count(0)


def test_without_scripts_there_are_a_text_and_chips(site, few, reader: Page, browser):
    quiet = browser.new_context(java_script_enabled=False)
    quiet.add_cookies(reader.context.cookies())
    page = quiet.new_page()
    page.goto(f"{site}/sessions/?q={quote(LOOKED_FOR)}")
    expect(chips(page)).to_have_text(["team=growth", "not status:ERROR"])
    page.get_by_role("link", name="Remove -status:ERROR").click()
    expect(chips(page)).to_have_text(["team=growth"])
    page.get_by_label("Filter sessions").fill("team=labs")
    page.get_by_role("button", name="Apply").click()
    expect(chips(page)).to_have_text(["team=labs"])
    quiet.close()
