"""Adding an account: an upstream key under a name."""

from django.conf import settings
from django.db import transaction

from sessions_app.browserbase import Browserbase, check_base_url
from sessions_app.models import Account, AuditEvent
from sessions_app.pulls.due import ring_all

from .record import record


class NameRefused(ValueError):
    """The account's name is taken or cannot be one; the text says which."""


def add_account(name: str, base_url: str, key: str) -> Account:
    """Store the account, its key encrypted, record it and ring for its first pulls.

    Raises NameRefused, and errors.BadKey or errors.BadBaseUrl for what cannot be one. Upstream is not asked.
    """
    account = Account(name=_checked_name(name))
    set_access(account, base_url, key)
    with transaction.atomic():
        account.save()
        record(AuditEvent.Action.ACCOUNT_ADDED, detail=f"Account {account.name} at {account.base_url}.")
        transaction.on_commit(lambda: ring_all([account]))
    return account


def set_access(account: Account, base_url: str, key: str) -> bool:
    """Give an account its address and key, once both look right; whether that changes anything. The row is not saved.

    Raises as `add_account`.
    """
    key, url = key.strip(), check_base_url(base_url, settings.ALLOW_PRIVATE_UPSTREAM)
    Browserbase(key, base_url=url, allow_private=settings.ALLOW_PRIVATE_UPSTREAM).close()
    if account.base_url == url and account.key_is(key):
        return False
    account.base_url = url
    account.set_key(key)
    return True


def _checked_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > 100 or not name.isprintable():
        raise NameRefused("An account's name has 1 to 100 printable characters.")
    if Account.objects.filter(name=name).exists():
        raise NameRefused(f"There is an account named {name} already.")
    return name
