"""`manage.py add_account NAME [--base-url URL]`: the key comes from standard input and is never shown."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from sessions_app.actions.accounts import NameRefused, add_account
from sessions_app.browserbase import errors

LONGEST_KEY = 1000


class Command(BaseCommand):
    help = "Adds an account: a Browserbase API key, read from standard input, under a name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="how the dashboard calls it")
        parser.add_argument(
            "--base-url", default=settings.ENVIRONMENT.browserbase_base_url, help="default: %(default)s"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            account = add_account(options["name"], options["base_url"], read_key())
        except (NameRefused, errors.UpstreamError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"Account {account.name} added at {account.base_url}; its projects and sessions follow.")


def read_key() -> str:
    """Standard input, or what is typed unseen at a terminal. Raises CommandError where that is not one key."""
    key = getpass.getpass("API key (not shown): ") if sys.stdin.isatty() else sys.stdin.read(LONGEST_KEY + 2)
    key = key.strip()
    if not key:
        raise CommandError("No key came on standard input: echo the key into this command, or run it at a terminal.")
    if len(key) > LONGEST_KEY or key.split() != [key]:
        raise CommandError("What came on standard input is not one key: it holds spaces or lines.")
    return key
