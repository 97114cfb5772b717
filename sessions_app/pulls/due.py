"""Which pulls are due, and a bell for each: a task per account, for usage per project.

Beat does not know when what last ran, the Pull rows do. So beat only asks, every `PULL_TICK_S`, and a pull that failed,
was missed or was cut short is found here by itself.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from sessions_app.models import Account, Project, Pull

from .bell import ring
from .intervals import INTERVAL_S, due_at
from .usage import reader_of

PER_ACCOUNT = (Pull.Kind.PROJECTS, Pull.Kind.LIVE, Pull.Kind.SESSIONS)
# So many counters of one account are read at once, that one whose upstream hangs leaves threads to the others.
USAGE_AT_ONCE = 3


def ring_due() -> None:
    """Ring for every pull that is due; unless a worker is free within moments the next tick rings again."""
    newest = {_key(pull): pull for pull in Pull.objects.filter(is_newest=True)}
    soon = timezone.now() + timedelta(seconds=settings.PULL_TICK_S / 2)
    for account in Account.objects.all():
        for kind in PER_ACCOUNT:
            if due_at(newest.get((kind, account.pk)), account) <= soon:
                _ring(kind, account)
    rung: dict[int, int] = {}
    for project, account in _readable_projects():
        if due_at(newest.get((Pull.Kind.USAGE, project.pk)), account) <= soon:
            rung[account.pk] = rung.get(account.pk, 0) + 1
            if rung[account.pk] <= USAGE_AT_ONCE:
                _ring(Pull.Kind.USAGE, account, project)


def ring_all(accounts: list[Account] | None = None) -> None:
    """Ring for everything, due or not: at the worker's start, and for an account that is new or has a new key."""
    for account in Account.objects.all() if accounts is None else accounts:
        for kind in PER_ACCOUNT:
            _ring(kind, account, even_if_fresh=True)
    for project, account in _readable_projects():
        if accounts is None or account in accounts:
            _ring(Pull.Kind.USAGE, account, project, even_if_fresh=True)


def is_due(kind: str, account: Account, project: Project | None = None) -> bool:
    """Asked again when the bell is heard: two bells for the same pull are one pull."""
    newest = Pull.objects.of(kind, account, project).filter(is_newest=True).first()
    return due_at(newest, account) <= timezone.now() + timedelta(seconds=settings.PULL_TICK_S / 2)


def _readable_projects() -> Iterator[tuple[Project, Account]]:
    for project in Project.objects.order_by("pk").prefetch_related("readers"):
        if account := reader_of(project):
            yield project, account


def _ring(kind: Pull.Kind, account: Account, project: Project | None = None, even_if_fresh: bool = False) -> None:
    expires_s = min(10.0, INTERVAL_S[kind] * 0.9)
    ring("pull", kind.value, account.pk, project and project.pk, even_if_fresh, expires_s=expires_s)


def _key(pull: Pull) -> tuple[str, int | str]:
    return pull.kind, pull.project_id or pull.account_id
