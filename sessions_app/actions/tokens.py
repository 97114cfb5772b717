"""Making and revoking tokens, and naming whom they are for."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from sessions_app.models import Account, AuditEvent, Project, Token, User

from .record import record

LONGEST_OWNER = 150
LONGEST_NAME = 100


class TokenRefused(ValueError):
    """What was asked for cannot be a token; the text says why, `field` which part of it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def make(
    owner: User,
    right: str,
    account: Account,
    *,
    project_ids: Collection[str] | None = None,
    expires_at: datetime | None = None,
    name: str = "",
    by: User | None = None,
    address: str | None = None,
) -> tuple[Token, str]:
    """A new token and its text, which nobody can read again. `project_ids` None means all of the account's.

    Raises TokenRefused.
    """
    text = Token.new_text()
    token = Token(
        owner=_checked_owner(owner),
        account=account,
        name=_checked_name(name),
        right=_checked_right(right),
        project_ids=None if project_ids is None else _checked_projects(account, project_ids),
        token_hash=Token.hash_of(text),
        prefix=Token.prefix_of(text),
        created_by=by,
        expires_at=_checked_expiry(expires_at),
    )
    with transaction.atomic():
        token.save()
        record(AuditEvent.Action.TOKEN_CREATED, actor=by, address=address, detail=_described(token))
    return token, text


def revoke(token: Token, *, by: User | None = None, address: str | None = None) -> bool:
    """End a token at once, and record it; False where it had been revoked already."""
    now = timezone.now()
    with transaction.atomic():
        is_first = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now) == 1
        if is_first:
            token.revoked_at = now
            record(AuditEvent.Action.TOKEN_REVOKED, actor=by, address=address, detail=_described(token))
    return is_first


def owner_called(name: str) -> tuple[User, bool]:
    """The person with this user name or e-mail address, or the robot so named, and whether the robot is new.

    People and robots share one set of names. Raises TokenRefused.
    """
    name = name.strip()
    if not name or len(name) > LONGEST_OWNER or not name.isprintable():
        raise TokenRefused("owner", f"The owner's name has 1 to {LONGEST_OWNER} printable characters.")
    called_so = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).order_by("pk")
    found = [user for user in called_so if user.username == name] or list(called_so)
    if len(found) > 1:
        names = ", ".join(user.username for user in found)
        raise TokenRefused("owner", f"Several are called {name}; take one's user name: {names}.")
    return (found[0], False) if found else _robot(name)


def robot_called(name: str) -> User:
    """The robot so named, made if new. Raises TokenRefused, also where a person has this name."""
    owner, _ = owner_called(name)
    if not owner.is_robot:
        raise TokenRefused("owner", f"{owner} is a person, who makes tokens for themselves.")
    return owner


def account_called(name: str | None) -> Account:
    """The account of this name; without a name, the only one. Raises TokenRefused."""
    accounts = list(Account.objects.order_by("name"))
    names = ", ".join(account.name for account in accounts)
    if not accounts:
        raise TokenRefused("account", "There is no account yet: add one with manage.py add_account.")
    if name is None:
        if len(accounts) > 1:
            raise TokenRefused("account", f"There are several accounts, and a token speaks for one of them: {names}.")
        return accounts[0]
    for account in accounts:
        if account.name == name:
            return account
    raise TokenRefused("account", f"There is no account named {name}. There is: {names}.")


def _robot(name: str) -> tuple[User, bool]:
    """Without a usable password nobody signs in as it."""
    robot = User(username=name, is_robot=True)
    robot.set_unusable_password()
    return User.objects.get_or_create(username=name, defaults={"is_robot": True, "password": robot.password})


def _checked_owner(owner: User) -> User:
    if not owner.is_active:
        raise TokenRefused("owner", f"{owner} was shut out: no token can be made in this name.")
    return owner


def _checked_name(name: str) -> str:
    name = name.strip()
    if len(name) > LONGEST_NAME or not (name or "-").isprintable():
        raise TokenRefused("name", f"What a token is for is said in at most {LONGEST_NAME} printable characters.")
    return name


def _checked_right(right: str) -> str:
    if right not in Token.Right.values:
        raise TokenRefused("right", f"The right is {' or '.join(Token.Right.values)}, not {right}.")
    return right


def _checked_projects(account: Account, project_ids: Collection[str]) -> list[str]:
    wanted = list(dict.fromkeys(project_ids))
    if not wanted:
        raise TokenRefused("projects", "Name at least one project, or leave it to all of them.")
    known = set(Project.objects.readable_by(account).values_list("pk", flat=True))
    if unknown := [project_id for project_id in wanted if project_id not in known]:
        raise TokenRefused("projects", f"The account {account} has no project {', '.join(unknown)} that is known here.")
    return wanted


def _checked_expiry(expires_at: datetime | None) -> datetime | None:
    if expires_at is not None and expires_at <= timezone.now():
        raise TokenRefused("expires", f"The expiry lies in the past: {expires_at:%Y-%m-%d %H:%M} UTC.")
    return expires_at


def _described(token: Token) -> str:
    projects = "all projects" if token.project_ids is None else f"projects {', '.join(token.project_ids)}"
    until = f", until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else ""
    purpose = f" for {token.name}" if token.name else ""
    return f"Token {token}{purpose} of {token.owner}: {token.right}, {projects} of account {token.account}{until}."
