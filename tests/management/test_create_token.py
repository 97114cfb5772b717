"""`manage.py create_token` and `revoke_token`, as processes: what a script captures is the token alone."""

import io
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from sessions_app.models import AuditEvent, Token, User
from tests.conftest import make_account
from tests.processes import ROOT, on_test_database
from tests.rows import make_project

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:4010"


@pytest.fixture
def main(db: None) -> Any:
    return make_account("main", URL, "bb_key")


def create(*arguments: str, owner: str = "nightly", right: str = "read") -> str:
    """What goes to standard output."""
    output = io.StringIO()
    call_command("create_token", "--owner", owner, "--right", right, *arguments, stdout=output, stderr=io.StringIO())
    return output.getvalue()


def refusal(*arguments: str, **more: str) -> str:
    with pytest.raises(CommandError) as error:
        create(*arguments, **more)
    assert not Token.objects.exists()
    assert not User.objects.filter(is_robot=True).exists()
    return str(error.value)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """manage.py in a process of its own, on this test's database."""
    environment = os.environ | on_test_database("command")
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_the_token_alone_goes_to_standard_output_and_only_its_hash_is_kept(main):
    printed = create()
    assert re.fullmatch(r"sg_[A-Za-z0-9_-]{43}\n", printed)
    text = printed.strip()
    token = Token.objects.get()
    assert token.token_hash == Token.hash_of(text)
    assert (token.prefix, token.right, token.account) == (text[:10], "read", main)
    assert (token.project_ids, token.expires_at, token.last_used_at) == (None, None, None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, '') FROM sessions_app_token t")
        assert text[10:] not in cursor.fetchone()[0]


def test_the_owner_is_a_person_by_user_name_or_e_mail(main, user):
    for name in ("ada", "ADA", "ada@example.org", "Ada@Example.org", " ada "):
        create(owner=name)
    assert {token.owner for token in Token.objects.all()} == {user}
    assert User.objects.count() == 1


def test_an_owner_whom_nobody_is_called_so_is_a_robot_made_once(main):
    create(owner="nightly run #3")
    create(owner="nightly run #3", right="operate")
    robot = User.objects.get()
    assert (robot.username, robot.is_robot, robot.has_usable_password()) == ("nightly run #3", True, False)
    assert robot.tokens.count() == 2


def test_nobody_signs_in_as_a_robot_even_with_a_password(main, client: Client):
    create()
    robot = User.objects.get()
    robot.set_password("a long password")
    robot.save()
    assert authenticate(username="nightly", password="a long password") is None
    client.post("/accounts/login/", {"login": "nightly", "password": "a long password"})
    assert "_auth_user_id" not in client.session


def test_a_name_that_several_share_is_not_guessed(main):
    for name in ("ada", "ida"):
        User.objects.create_user(name, "team@example.org")
    assert "ada, ida" in refusal(owner="team@example.org")


def test_nobody_who_was_shut_out_gets_a_token(main, user):
    User.objects.update(is_active=False)
    assert "shut out" in refusal(owner="ada")


@pytest.mark.parametrize("owner", ["", " ", "x" * 151, "a\nb", "a\x00b"])
def test_an_owner_that_is_no_name_is_refused(main, owner):
    assert "name" in refusal(owner=owner)


@pytest.mark.parametrize("right", ["", "write", "Read", "admin"])
def test_a_right_that_is_none_is_refused(main, right):
    assert "read or operate" in refusal(right=right)


@pytest.mark.parametrize("flags", [("--project", "p1", "p2"), ("--project", "p1", "--project", "p2", "p1")])
def test_projects_are_named_after_one_flag_or_several(main, flags):
    for name in ("p1", "p2", "p3"):
        make_project(main, id=name)
    create(*flags)
    assert Token.objects.get().project_ids == ["p1", "p2"]


def test_a_project_that_the_account_does_not_show_is_refused_by_name(main):
    make_project(main, id="p1")
    make_project(make_account("other", URL, "bb_other"), id="far")
    for unknown in ("far", "of nobody", "a\x00b"):
        assert unknown in refusal("--account", "main", "--project", "p1", unknown)


def test_a_project_that_the_account_only_reads_will_do(main):
    other = make_account("other", URL, "bb_other")
    make_project(main, id="shared").readers.add(other)
    create("--account", "other", "--project", "shared")
    assert Token.objects.get().account == other


def test_where_there_are_several_accounts_one_has_to_be_named(main):
    other = make_account("other", URL, "bb_other")
    words = refusal()
    assert "main, other" in words
    assert "nobodys" in refusal("--account", "nobodys")
    create("--account", "other")
    assert Token.objects.get().account == other


def test_without_an_account_there_is_nothing_to_speak_for(db):
    assert "add_account" in refusal()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2099-01-31", datetime(2099, 2, 1, tzinfo=UTC)),
        ("2099-12-31", datetime(2100, 1, 1, tzinfo=UTC)),
        ("2099-01-31T18:00", datetime(2099, 1, 31, 18, tzinfo=UTC)),
        ("2099-01-31T18:00:00Z", datetime(2099, 1, 31, 18, tzinfo=UTC)),
        ("2099-01-31T18:00+01:00", datetime(2099, 1, 31, 17, tzinfo=UTC)),
    ],
)
def test_a_date_lasts_to_its_end_and_a_moment_to_itself(main, text, moment):
    create("--expires", text)
    assert Token.objects.get().expires_at == moment


def test_today_is_still_to_come(main):
    create("--expires", f"{datetime.now(UTC):%Y-%m-%d}")
    assert Token.objects.get().is_valid


@pytest.mark.parametrize("text", ["2020-01-31", "2020-01-31T10:00Z", "0001-01-01"])
def test_an_expiry_in_the_past_is_refused(main, text):
    assert "in the past" in refusal("--expires", text)


@pytest.mark.parametrize(
    "text",
    ["", "tomorrow", "31.1.2099", "2099-02-30", "9999-12-31", "0001-01-01T00:00+10:00", "9999-12-31T23:00-10:00"],
)
def test_what_is_no_date_is_refused(main, text):
    assert "--expires" in refusal("--expires", text)


def test_making_and_revoking_are_on_the_record_without_the_token(main):
    text = create().strip()
    call_command("revoke_token", text, stdout=io.StringIO())
    revoked, made = AuditEvent.objects.order_by("-at")
    assert (made.action, revoked.action) == ("token.created", "token.revoked")
    for event in (made, revoked):
        assert text[:10] in event.detail
        assert "nightly" in event.detail
        assert text not in event.detail


def test_revoking_twice_is_fine_and_what_is_no_token_is_an_error(main):
    text = create().strip()
    for words in ("is revoked", "already"):
        output = io.StringIO()
        call_command("revoke_token", text, stdout=output)
        assert words in output.getvalue()
        assert text not in output.getvalue()
    assert not Token.objects.get().is_valid
    assert AuditEvent.objects.filter(action="token.revoked").count() == 1
    for wrong in (Token.new_text(), "", "sg_", text[:-1]):
        with pytest.raises(CommandError, match="no such token"):
            call_command("revoke_token", wrong)


@pytest.mark.django_db(transaction=True)
def test_as_a_process_words_go_to_standard_error_and_bad_input_is_one_line_and_1():
    make_account("main", URL, "bb_key")
    made = run("create_token", "--owner", "nightly", "--right", "operate", "--expires", "2099-01-31")
    assert made.returncode == 0
    assert re.fullmatch(r"sg_[A-Za-z0-9_-]{43}\n", made.stdout)
    assert "new robot nightly" in made.stderr
    assert made.stdout.strip() not in made.stderr
    revoked = run("revoke_token", made.stdout.strip())
    assert (revoked.returncode, revoked.stderr) == (0, "")
    for bad in (["--right", "rule"], ["--right", "read", "--project", "p"], ["--right", "read", "--expires", "soon"]):
        refused = run("create_token", "--owner", "ada", *bad)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert len(refused.stderr.splitlines()) == 1
