"""`manage.py create_token --owner NAME --right read|operate …`: the token, and it alone, goes to standard output."""

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from sessions_app.actions import tokens
from sessions_app.actions.tokens import TokenRefused
from sessions_app.models import Token


class Command(BaseCommand):
    help = "Makes an API token and prints it, this once, alone on standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--owner", required=True, help="a user name or e-mail address, or a robot's name")
        parser.add_argument("--right", required=True, help="read, or operate: also start and end sessions")
        parser.add_argument(
            "--project",
            nargs="+",
            action="extend",
            metavar="ID",
            help="a project it reaches, several after one flag or with a flag each; without, all of the account's",
        )
        parser.add_argument(
            "--expires", metavar="DATE", help="its last day (UTC), or a moment: 2027-01-31, 2027-01-31T18:00+01:00"
        )
        parser.add_argument(
            "--account", metavar="NAME", help="whose projects it reaches; needed where there are several"
        )
        parser.add_argument("--name", default="", help="what it is for")

    def handle(self, *args: Any, **options: Any) -> None:
        expires_at = read_expiry(options["expires"]) if options["expires"] is not None else None
        try:
            with transaction.atomic():  # what is refused leaves no new robot behind
                owner, is_new = tokens.owner_called(options["owner"])
                token, text = tokens.make(
                    owner,
                    options["right"],
                    tokens.account_called(options["account"]),
                    project_ids=options["project"],
                    expires_at=expires_at,
                    name=options["name"],
                )
        except TokenRefused as error:
            raise CommandError(str(error)) from None
        self.stderr.write(summary(token, is_new), style_func=str)
        self.stdout.write(text)


def summary(token: Token, is_new: bool) -> str:
    owner = f"the {'new ' if is_new else ''}robot {token.owner}" if token.owner.is_robot else str(token.owner)
    until = f"until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else "without an expiry"
    return f"A token of {owner} with the right {token.right} in the account {token.account}, {until}:"


def read_expiry(text: str) -> datetime:
    """The end of a day in UTC, or the moment named, in UTC where it names no zone. Raises CommandError."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return read_moment(text)
    try:
        return datetime.combine(day, time(), UTC) + timedelta(days=1)
    except OverflowError:
        raise CommandError(f"--expires: {text} is beyond the calendar; without --expires a token lasts.") from None


def read_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise CommandError(
            f"--expires takes a date like 2027-01-31 or a moment like 2027-01-31T18:00, not {text}."
        ) from None
