import io
import sys

import pytest
from django.core.management import CommandError, call_command

from sessions_app.models import Account, AuditEvent
from tests.conftest import make_account

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:4010"


def add(monkeypatch, key: str, *arguments: str) -> str:
    monkeypatch.setattr(sys, "stdin", io.StringIO(key))
    output = io.StringIO()
    call_command("add_account", *arguments, stdout=output, stderr=output)
    return output.getvalue()


def test_the_key_comes_from_standard_input_and_is_stored_encrypted_and_never_shown(monkeypatch):
    output = add(monkeypatch, "bb_live_secret\n", "team", "--base-url", f"{URL}/")
    account = Account.objects.get()
    assert (account.name, account.base_url) == ("team", URL)
    assert account.key_is("bb_live_secret")
    assert "secret" not in account.encrypted_key + output
    event = AuditEvent.objects.get()
    assert event.action == "account.added"
    assert "team" in event.detail
    assert "secret" not in event.detail


@pytest.mark.parametrize("key", ["", "\n", "  ", "two words", "two\nlines", "x" * 2000, "schlüssel"])
def test_what_is_not_one_key_is_refused_without_being_repeated(monkeypatch, key):
    with pytest.raises(CommandError) as error:
        add(monkeypatch, key, "team", "--base-url", URL)
    assert not key.strip() or key.strip() not in str(error.value)
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1", "not a url", "http://u:p@127.0.0.1", "https://", "http://127.0.0.1/?a=b"]
)
def test_a_base_url_that_is_none_is_refused(monkeypatch, url):
    with pytest.raises(CommandError):
        add(monkeypatch, "bb_key", "team", "--base-url", url)
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    "url", [URL, "http://localhost", "https://10.1.2.3", "https://[::1]", "https://169.254.169.254"]
)
def test_a_private_address_needs_the_setting(monkeypatch, settings, url):
    settings.ALLOW_PRIVATE_UPSTREAM = False
    with pytest.raises(CommandError, match="private"):
        add(monkeypatch, "bb_key", "team", "--base-url", url)


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\nb"])
def test_a_name_that_is_none_is_refused(monkeypatch, name):
    with pytest.raises(CommandError, match="name"):
        add(monkeypatch, "bb_key", name, "--base-url", URL)


def test_a_name_is_given_once(monkeypatch):
    make_account("team", URL, "bb_old")
    with pytest.raises(CommandError, match="already"):
        add(monkeypatch, "bb_new", "team", "--base-url", URL)
    assert Account.objects.get().key_is("bb_old")
