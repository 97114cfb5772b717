"""`manage.py setup_site`: what `make demo` and `make up` need in the database before the site starts."""

import getpass
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.core.validators import validate_email

from sessions_app.actions.accounts import add_account, set_access
from sessions_app.browserbase import errors
from sessions_app.models import Account, User

DEMO = "demo"
DEMO_KEY = "bb_demo"
MAIN = "main"
TRIES = 3


class Command(BaseCommand):
    help = "Makes the first account and the first person: from the environment, or those of the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.ENVIRONMENT.sightglass_env == "demo":
            self.set_up_demo()
        else:
            self.set_up_account()
            self.set_up_admin()

    def set_up_demo(self) -> None:
        if not settings.SIMULATOR_URL:
            raise CommandError("The demo needs SIGHTGLASS_SIMULATOR_URL: start it with `make demo`.")
        self.hold_account(DEMO, settings.SIMULATOR_URL, DEMO_KEY)
        user, _ = User.objects.get_or_create(username=DEMO)
        if not user.check_password(DEMO):
            user.set_password(DEMO)
            user.save()

    def set_up_account(self) -> None:
        """The account that the environment describes is the one named main; others are the person's own business."""
        environment = settings.ENVIRONMENT
        if not environment.browserbase_api_key:
            if not Account.objects.exists():
                self.stdout.write("No account yet: write BROWSERBASE_API_KEY=… to .env and start again.")
        elif not Account.objects.exists() or Account.objects.filter(name=MAIN).exists():
            self.hold_account(MAIN, environment.browserbase_base_url, environment.browserbase_api_key)

    def hold_account(self, name: str, base_url: str, key: str) -> None:
        """There is an account of this name with this key at this address afterwards."""
        account = Account.objects.filter(name=name).first()
        try:
            if account is None:
                account = add_account(name, base_url, key)
                self.stdout.write(f"Account {name} added at {account.base_url}.")
            elif set_access(account, base_url, key):
                account.save()
                self.stdout.write(f"Account {name} has the key and address of the settings now.")
        except errors.UpstreamError as error:
            raise CommandError(f"The account {name} cannot be used: {error}") from None

    def set_up_admin(self) -> None:
        if User.objects.filter(is_robot=False).exists():
            return
        environment = settings.ENVIRONMENT
        email, password = environment.sightglass_admin_email, environment.sightglass_admin_password
        if email and password:
            self.warn_of_weak(email, password)
        elif sys.stdin.isatty():
            email, password = self.ask_for_admin(email)
        else:
            self.stdout.write(
                "Nobody can sign in yet: set SIGHTGLASS_ADMIN_EMAIL and SIGHTGLASS_ADMIN_PASSWORD and start again, "
                "or run `manage.py createsuperuser`."
            )
            return
        self.stdout.write(f"Admin {make_admin(email, password).username} added; sign in with this name or {email}.")

    def warn_of_weak(self, email: str, password: str) -> None:
        """Whoever wrote it into the settings decides; but they should know."""
        try:
            validate_password(password, new_admin(email))
        except ValidationError as error:
            self.stderr.write(f"SIGHTGLASS_ADMIN_PASSWORD is weak: {' '.join(error.messages)}")

    def ask_for_admin(self, email: str) -> tuple[str, str]:
        """E-mail (unless known) and password, typed at the terminal; a weak or mistyped one is asked again."""
        self.stdout.write("Nobody can sign in yet. Who will be the first admin?")
        for _ in range(TRIES):
            email = email or input("E-mail: ").strip()
            password = getpass.getpass("Password (not shown): ")
            try:
                validate_password(password, new_admin(email))
            except ValidationError as error:
                self.stderr.write(" ".join(error.messages))
                continue
            if getpass.getpass("Password again: ") == password:
                return email, password
            self.stderr.write("The two differ.")
        raise CommandError("No admin was made. Start again, or set SIGHTGLASS_ADMIN_EMAIL and _PASSWORD.")


def new_admin(email: str) -> User:
    """An admin not yet saved, named by the e-mail's first part. Raises CommandError where it is no e-mail address."""
    try:
        validate_email(email)
    except ValidationError:
        raise CommandError(f"The admin's e-mail address {email!r} is not one (SIGHTGLASS_ADMIN_EMAIL).") from None
    name = email.partition("@")[0]
    is_taken = User.objects.filter(username=name).exists()  # by a robot: there is no other person yet
    return User(username=email if is_taken else name, email=email, is_staff=True, is_superuser=True)


def make_admin(email: str, password: str) -> User:
    admin = new_admin(email)
    admin.set_password(password)
    admin.save()
    return admin
