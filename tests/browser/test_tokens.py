"""A token's life at the page: made for a robot, shown once, used, revoked."""

import re

import httpx
from playwright.sync_api import Page, expect

from tests.rows import make_project


def test_a_token_is_made_shown_once_used_and_revoked(site, account, reader: Page):
    project = make_project(account, name="checkout")
    reader.goto(site)
    reader.get_by_role("button", name="You: ada").click()
    reader.get_by_role("link", name="API tokens").click()
    form = reader.get_by_role("form", name="New token")
    expect(form.get_by_label("The robot's name")).not_to_be_visible()
    form.get_by_text("A robot", exact=True).click()
    form.get_by_label("The robot's name").fill("nightly")
    form.get_by_text("Some", exact=True).click()
    form.get_by_label("checkout").check()
    form.get_by_role("button", name="Make token").click()

    text = reader.get_by_label("Token", exact=True).inner_text().strip()
    assert re.fullmatch(r"sg_[\w-]{43}", text)
    expect(reader.get_by_label("Python", exact=True)).to_contain_text(f'api_key="{text}", base_url="{site}"')
    headers = {"Authorization": f"Bearer {text}"}
    (seen,) = httpx.get(f"{site}/projects/?format=json", headers=headers).raise_for_status().json()["results"]
    assert seen["id"] == project.pk

    reader.get_by_role("link", name="API tokens").first.click()
    row = reader.get_by_role("row").filter(has_text=text[:10])
    expect(row).to_contain_text("nightly")
    expect(row).not_to_contain_text("never used")
    assert text not in reader.content()
    row.get_by_role("button", name="Revoke").click()
    reader.get_by_role("dialog").get_by_role("button", name="Revoke token").click()
    expect(reader.get_by_role("status").filter(has_text="opens nothing from now on")).to_be_visible()
    expect(reader.get_by_role("region", name="Record")).to_contain_text("Token revoked by ada")
    assert httpx.get(f"{site}/projects/?format=json", headers=headers).status_code == 401
