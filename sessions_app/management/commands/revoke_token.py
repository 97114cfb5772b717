"""`manage.py revoke_token TOKEN`: ends it at once."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from sessions_app.actions import tokens
from sessions_app.models import Token


class Command(BaseCommand):
    help = "Revokes an API token; doing it again does no harm."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("token", help="its whole text; where that is lost, the page API tokens revokes it too")

    def handle(self, *args: Any, **options: Any) -> None:
        token = Token.objects.called(options["token"].strip()).first()
        if token is None:
            raise CommandError("There is no such token. Where its text is lost, revoke it on the page API tokens.")
        if tokens.revoke(token):
            self.stdout.write(f"Token {token} of {token.owner} is revoked: it opens nothing from now on.")
        else:
            self.stdout.write(f"Token {token} of {token.owner} had been revoked already.")
