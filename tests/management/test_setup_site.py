import io
import sys

import pytest
from django.core.management import CommandError, call_command

from dashboard.environment import Environment
from sessions_app.models import Account, User
from tests.conftest import make_account

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:4010"
ADMIN = {"SIGHTGLASS_ADMIN_EMAIL": "grace@example.org", "SIGHTGLASS_ADMIN_PASSWORD": "correct horse battery"}


@pytest.fixture
def set_up(settings, monkeypatch):
    """Runs the command with these settings from the environment; returns what it said."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())

    def run(**environment: str) -> str:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings.ENVIRONMENT = Environment()
        settings.SIMULATOR_URL = settings.ENVIRONMENT.sightglass_simulator_url
        output = io.StringIO()
        call_command("setup_site", stdout=output, stderr=output)
        return output.getvalue()

    return run


def test_the_demo_has_its_user_and_account_however_often_it_is_set_up(set_up):
    for _ in range(2):
        set_up(SIGHTGLASS_ENV="demo", SIGHTGLASS_SIMULATOR_URL=URL)
    user, account = User.objects.get(), Account.objects.get()
    assert user.username == "demo"
    assert user.check_password("demo")
    assert (account.name, account.base_url) == ("demo", URL)
    assert account.key_is("bb_demo")


def test_the_demos_account_follows_the_simulator_to_another_port(set_up):
    set_up(SIGHTGLASS_ENV="demo", SIGHTGLASS_SIMULATOR_URL=URL)
    set_up(SIGHTGLASS_ENV="demo", SIGHTGLASS_SIMULATOR_URL="http://127.0.0.1:4999")
    assert Account.objects.get().base_url == "http://127.0.0.1:4999"


@pytest.mark.parametrize("env", ["local", "production", "test"])
def test_only_the_demo_has_the_demo_user(set_up, env):
    set_up(SIGHTGLASS_ENV=env, SIGHTGLASS_SIMULATOR_URL=URL)
    assert not User.objects.exists()
    assert not Account.objects.exists()


def test_the_first_account_comes_from_the_environment_and_its_key_is_never_said(set_up):
    said = set_up(BROWSERBASE_API_KEY="bb_live_one", BROWSERBASE_BASE_URL=URL)
    account = Account.objects.get()
    assert (account.name, account.base_url) == ("main", URL)
    assert account.key_is("bb_live_one")
    assert "bb_live_one" not in said


def test_another_key_in_the_environment_replaces_the_one_it_gave_before(set_up):
    set_up(BROWSERBASE_API_KEY="bb_live_one", BROWSERBASE_BASE_URL=URL)
    set_up(BROWSERBASE_API_KEY="bb_live_two")
    assert Account.objects.get().key_is("bb_live_two")


def test_the_same_key_again_changes_nothing(set_up):
    set_up(BROWSERBASE_API_KEY="bb_live_one", BROWSERBASE_BASE_URL=URL, **ADMIN)
    before = Account.objects.get().encrypted_key
    assert set_up() == ""
    assert Account.objects.get().encrypted_key == before


def test_accounts_that_a_person_added_are_left_alone(set_up):
    make_account("team", URL, "bb_team")
    set_up(BROWSERBASE_API_KEY="bb_live_one", BROWSERBASE_BASE_URL=URL)
    assert Account.objects.get().key_is("bb_team")


def test_without_a_key_it_says_what_to_write(set_up):
    assert "BROWSERBASE_API_KEY" in set_up()


def test_a_key_or_address_that_cannot_be_one_stops_the_start_with_words(set_up):
    with pytest.raises(CommandError, match="base URL"):
        set_up(BROWSERBASE_API_KEY="bb_live_one", BROWSERBASE_BASE_URL="nonsense")


def test_the_first_admin_comes_from_the_environment_and_signs_in_by_name_or_e_mail(set_up, client):
    set_up(**ADMIN)
    user = User.objects.get()
    assert (user.username, user.email, user.is_superuser) == ("grace", "grace@example.org", True)
    for login in ("grace", "grace@example.org"):
        client.logout()
        client.post("/accounts/login/", {"login": login, "password": ADMIN["SIGHTGLASS_ADMIN_PASSWORD"]})
        assert client.session.get("_auth_user_id") == str(user.pk)


def test_a_later_start_leaves_the_people_alone(set_up, user):
    set_up(**ADMIN)
    assert list(User.objects.values_list("username", flat=True)) == ["ada"]


def test_a_weak_password_is_warned_of(set_up):
    assert "weak" in set_up(**(ADMIN | {"SIGHTGLASS_ADMIN_PASSWORD": "12345678"}))
    assert User.objects.exists()


def test_an_e_mail_address_that_is_none_is_refused(set_up):
    with pytest.raises(CommandError, match="SIGHTGLASS_ADMIN_EMAIL"):
        set_up(**(ADMIN | {"SIGHTGLASS_ADMIN_EMAIL": "grace"}))


def test_without_an_admin_and_a_terminal_it_says_what_to_set(set_up):
    assert "SIGHTGLASS_ADMIN_EMAIL" in set_up()
    assert not User.objects.exists()


def test_a_robot_is_no_person_so_that_the_first_admin_is_still_made(set_up):
    User.objects.create(username="grace", is_robot=True)
    set_up(**ADMIN)
    admin = User.objects.get(is_robot=False)
    assert (admin.username, admin.email) == ("grace@example.org", "grace@example.org")
    assert admin.check_password(ADMIN["SIGHTGLASS_ADMIN_PASSWORD"])
