"""The overview in a real browser: it follows the tables by itself, and disturbs nothing by that."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from sessions_app.models import Pull
from tests.rows import make_project, make_session

pytestmark = pytest.mark.timeout(120)


def test_the_overview_follows_by_itself_and_keeps_the_focus(site, account, reader: Page):
    now = timezone.now()
    project = make_project(account, name="checkout")
    Pull.objects.create(account=account, kind="live", outcome="ok", is_newest=True, last_ok_at=now, duration_s=0.1)
    first = make_session(
        account,
        project=project,
        status="RUNNING",
        started_at=now - timedelta(hours=1),
        expires_at=now + timedelta(minutes=9),
    )
    reader.goto(site)
    expect(reader.get_by_text("1 browser runs now")).to_be_visible()
    expect(reader.locator("#pulse")).to_contain_text("live")
    chart = reader.get_by_role("img", name="sessions since yesterday")
    expect(chart).to_be_visible()
    end = reader.get_by_role("button", name=f"End session {first.short_id}")
    end.focus()

    make_session(account, project=project, status="RUNNING", started_at=now)
    expect(reader.get_by_text("2 browsers run now")).to_be_visible(timeout=15_000)
    expect(end).to_be_focused()
    expect(chart).to_be_visible()


def test_the_days_are_those_of_the_readers_zone(site, account, reader: Page, user):
    make_project(account)
    reader.goto(f"{site}/usage/")
    zone = reader.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone")
    reader.reload()
    expect(reader.get_by_text(f"Times in {zone}.")).to_be_visible()
