"""Pages that refresh by themselves, while what they ask answers with an error."""

import pytest
from playwright.sync_api import Page, Route, expect

from sessions_app.models import Account
from tests.rows import make_session

pytestmark = pytest.mark.timeout(120)

LOST = "no answer"


def bad_gateway(route: Route) -> None:
    """As a proxy before us answers while the web process starts."""
    route.fulfill(status=502, body="<h1>Bad Gateway</h1>", content_type="text/html")


def test_what_is_shown_stays_and_goes_on(site: str, account: Account, reader: Page) -> None:
    before = make_session(account, status="RUNNING")
    page = reader.context.new_page()  # whose console may say that the network failed
    page.goto(f"{site}/sessions/")
    listed = page.locator("#session-list")
    expect(listed).to_contain_text(before.short_id)
    expect(page.locator("#pulse")).to_contain_text("not read yet")
    expect(page.get_by_text(LOST)).to_be_hidden()
    page.route("**/*", bad_gateway)
    expect(page.get_by_text(LOST)).to_be_visible(timeout=15_000)
    expect(page.locator("#pulse")).to_be_hidden()
    with page.expect_response(lambda answer: "/sessions/" in answer.url):
        pass
    expect(listed).to_contain_text(before.short_id)
    expect(page.get_by_text("Bad Gateway")).to_have_count(0)
    after = make_session(account, status="RUNNING")
    page.unroute("**/*")
    expect(listed).to_contain_text(after.short_id, timeout=15_000)
    expect(page.locator("#pulse")).to_contain_text("not read yet", timeout=15_000)
    expect(page.get_by_text(LOST)).to_be_hidden()
