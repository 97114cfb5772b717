"""Signing in: by name or e-mail, kept within the site, and not too often."""

import pytest
from django.core.cache import cache
from django.test import Client

from sessions_app.models import User

URL = "/accounts/login/"
PASSWORD = "a long password"


@pytest.fixture(autouse=True)
def forgotten_tries() -> None:
    cache.clear()


@pytest.mark.parametrize("name", ["ada", "ada@example.org"])
def test_one_field_takes_the_user_name_or_the_e_mail(client: Client, user: User, name: str) -> None:
    response = client.post(URL, {"login": name, "password": PASSWORD})
    assert (response.status_code, response["Location"]) == (302, "/")


@pytest.mark.parametrize(
    ("next_url", "leads_to"),
    [
        ("/usage/?range=24h", "/usage/?range=24h"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_a_sign_in_leads_to_a_page_of_this_site_only(client: Client, user: User, next_url: str, leads_to: str) -> None:
    response = client.post(URL, {"login": "ada", "password": PASSWORD, "next": next_url})
    assert response["Location"] == leads_to


def test_a_wrong_password_is_said_with_the_name_kept(client: Client, user: User) -> None:
    page = client.post(URL, {"login": "ada", "password": "wrong"}).content.decode()
    assert "not correct" in page
    assert 'value="ada"' in page
    assert 'value="wrong"' not in page


def test_too_many_sign_ins_are_said_on_a_page_of_ours(user: User) -> None:
    for _ in range(40):
        refused = Client().post(URL, {"login": "ada", "password": PASSWORD})
    assert refused.status_code == 429
    assert "Wait a minute and try again" in refused.content.decode()
    assert "sightglass.css" in refused.content.decode()
