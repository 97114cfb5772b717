"""The page of API tokens: the list, making one, revoking one."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.actions import tokens
from sessions_app.models import Account, AuditEvent, Token, User
from tests.conftest import make_account
from tests.rows import make_project

pytestmark = pytest.mark.django_db
URL = "/tokens/"
MINE = {"owner": "me", "right": "read", "reach": "all", "expires": "90"}


def make(client: Client, **form: Any) -> str:
    """The page that answers, as a person reads it."""
    return unescape(client.post(URL, MINE | form).content.decode())


def text_in(page: str) -> str:
    found = re.search(r"sg_[A-Za-z0-9_-]{43}", page)
    assert found, page
    return found[0]


def row_of(page: str, token: Token) -> str:
    return re.search(rf'<tr id="token-{token.pk}">.*?</tr>', page, re.DOTALL)[0]


def test_a_token_of_mine_is_shown_once_with_the_lines_that_use_it(signed_in, account, user):
    response = signed_in.post(URL, MINE | {"name": "my laptop", "right": "operate"})
    assert response.status_code == 201
    assert "no-store" in response.headers["Cache-Control"]
    page = unescape(response.content.decode())
    text = text_in(page)
    assert f'Browserbase(api_key="{text}", base_url="http://testserver")' in page
    token = Token.objects.called(text).get()
    assert (token.owner, token.created_by, token.name, token.right) == (user, user, "my laptop", "operate")
    assert timedelta(days=89) < token.expires_at - timezone.now() < timedelta(days=91)
    for path in (URL, f"{URL}?format=json"):
        listed = signed_in.get(path)
        assert text not in listed.content.decode()
        assert text[:10] in listed.content.decode()


def test_a_robot_is_made_with_its_first_token_and_used_again(signed_in, account, user):
    for _ in range(2):
        make(signed_in, owner="robot", robot="nightly", expires="")
    robot = User.objects.get(username="nightly")
    assert robot.is_robot
    assert [(token.owner, token.created_by, token.expires_at) for token in Token.objects.all()] == [
        (robot, user, None),
        (robot, user, None),
    ]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"owner": "robot"}, "Give the robot a name"),
        ({"owner": "robot", "robot": "bob"}, "bob is a person"),
        ({"owner": "robot", "robot": "x" * 151}, "at most 150"),
        ({"owner": "robot", "robot": "new", "reach": "some", "projects": ["of nobody"]}, "of nobody"),
        ({"owner": "robot", "robot": "a\x00b"}, "Null characters"),
        ({"reach": "some"}, "Choose at least one project"),
        ({"right": "rule"}, "rule is not one of the available choices"),
        ({"right": ""}, "This field is required"),
        ({"expires": "100000000"}, "not one of the available choices"),
        ({"name": "x" * 101}, "at most 100"),
        ({"name": "a\nb"}, "printable"),
    ],
)
def test_what_cannot_be_a_token_is_said_beside_its_field_and_nothing_is_made(signed_in, account, form, words):
    User.objects.create_user("bob")
    page = make(signed_in, **form)
    assert words in page
    assert "No token was made" in page
    assert not Token.objects.exists()
    assert not User.objects.filter(is_robot=True).exists()


def test_some_projects_are_those_that_were_ticked(signed_in, account):
    ours = [make_project(account, name=name) for name in ("a", "b", "c")]
    make(signed_in, reach="some", projects=[ours[0].pk, ours[2].pk])
    token = Token.objects.get()
    assert token.project_ids == [ours[0].pk, ours[2].pk]
    assert "a, c" in row_of(signed_in.get(URL).content.decode(), token)


def test_with_several_accounts_one_is_chosen_and_its_projects_only(signed_in, account):
    other = make_account("other", account.base_url, "bb_other")
    project = make_project(account, name="checkout")
    page = make(signed_in, account=other.pk, reach="some", projects=[project.pk])
    assert "The account other has no project" in page
    make(signed_in, account=other.pk)
    assert Token.objects.get().account == other
    assert "This field is required" in make(signed_in)


def test_without_an_account_it_says_what_is_missing(signed_in):
    assert "add_account" in make(signed_in)
    assert not Token.objects.exists()


def test_the_list_tells_state_owner_right_and_last_use(signed_in, account, user):
    robot, _ = tokens.owner_called("nightly")
    made = {
        "used": tokens.make(user, "operate", account, name="my laptop")[0],
        "never used": tokens.make(robot, "read", account, by=user, expires_at=timezone.now() + timedelta(days=1))[0],
        "revoked": tokens.make(robot, "read", account)[0],
        "expired": tokens.make(robot, "read", account)[0],
    }
    made["used"].note_use()
    tokens.revoke(made["revoked"])
    Token.objects.filter(pk=made["expired"].pk).update(expires_at=timezone.now() - timedelta(days=1))
    page = signed_in.get(URL).content.decode()
    rows = {name: row_of(page, token) for name, token in made.items()}
    assert "my laptop" in rows["used"]
    assert "Operate" in rows["used"]
    assert rows["used"].count("never") == 1  # its expiry
    assert rows["never used"].count("never") == 1  # its use
    assert "robot, made by ada" in rows["never used"]
    for name in ("revoked", "expired"):
        assert name in rows[name]
        assert "Revoke" not in rows[name]
    states = {one["prefix"]: one["state"] for one in signed_in.get(f"{URL}?format=json").json()["results"]}
    assert states == {
        made["used"].prefix: "valid",
        made["never used"].prefix: "valid",
        made["revoked"].prefix: "revoked",
        made["expired"].prefix: "expired",
    }


def test_revoking_asks_first_and_ends_it_for_anybody_who_signed_in(signed_in, account, user):
    bob = User.objects.create_user("bob")
    token, text = tokens.make(bob, "read", account)
    path = f"{URL}{token.pk}/revoke/"
    dialog = signed_in.get(path, headers={"HX-Request": "true"}).content.decode()
    assert dialog.lstrip().startswith("<dialog")
    assert "bob" in dialog
    assert "<h1>" in signed_in.get(path).content.decode()
    token.refresh_from_db()
    assert token.is_valid
    for words in ("is revoked", "already"):
        assert words in signed_in.post(path, follow=True).content.decode()
    token.refresh_from_db()
    assert token.state == "revoked"
    assert Client(headers={"Authorization": f"Bearer {text}"}).get("/sessions/").status_code == 401
    event = AuditEvent.objects.get(action="token.revoked")
    assert (event.actor, event.address) == (user, "127.0.0.1")


def test_a_token_that_is_none_cannot_be_revoked(signed_in):
    for number in ("1", "9" * 30):
        assert signed_in.post(f"{URL}{number}/revoke/").status_code == 404


def test_the_record_says_who_made_it_and_never_the_token(signed_in, account):
    text = text_in(make(signed_in, owner="robot", robot="nightly"))
    event = AuditEvent.objects.get(action="token.created")
    assert (event.actor_name, event.address) == ("ada", "127.0.0.1")
    assert text[:10] in event.detail
    assert text not in event.detail
    assert event.detail in unescape(signed_in.get(URL).content.decode())


def test_names_from_strangers_are_text(signed_in, account):
    make(signed_in, owner="robot", robot="<script>alert(1)</script>", name="<img src=x>")
    page = signed_in.get(URL).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_it_needs_a_person(client, account):
    assert client.get(URL).status_code == 302
    assert client.get(f"{URL}?format=json").status_code == 401
    client.post(URL, MINE)
    assert not Token.objects.exists()


def test_an_unchanged_list_is_304(signed_in, account, user):
    tokens.make(user, "read", account)
    first = signed_in.get(URL, headers={"HX-Request": "true"})
    again = {"HX-Request": "true", "HX-PTag": first.headers["HX-PTag"]}
    assert signed_in.get(URL, headers=again).status_code == 304
    tokens.make(user, "read", account)
    assert signed_in.get(URL, headers=again).status_code == 200


def test_60_tokens_cost_as_many_queries_as_3(signed_in, account: Account, user):
    counts = []
    for rows in (3, 60):
        for number in range(rows - Token.objects.count()):
            project = make_project(account)
            robot, _ = tokens.owner_called(f"robot {rows} {number}")
            token, _ = tokens.make(robot, "read", account, project_ids=[project.pk], by=user)
            if number % 3 == 0:
                tokens.revoke(token)
        with CaptureQueriesContext(connection) as captured:
            signed_in.get(URL)
        counts.append(len(captured))
    assert counts[0] == counts[1]
