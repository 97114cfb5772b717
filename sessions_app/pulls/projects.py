"""The projects that a key can see."""

from django.db import transaction

from sessions_app import browserbase
from sessions_app.models import Account, Project, Pull

from .runs import Result, run

UPDATED = ["name", "owner_id", "default_timeout_s", "concurrency", "created_at", "updated_at"]


def pull(account: Account) -> Pull | None:
    return run(Pull.Kind.PROJECTS, account, lambda: _read(account))


def _read(account: Account) -> Result:
    listed = {project.id: project for project in account.client().projects.list()}
    with transaction.atomic():
        changed = _store(account, list(listed.values()))
        account.readable_projects.set(Project.objects.filter(pk__in=listed))
    return Result(len(listed), changed)


def _store(account: Account, listed: list[browserbase.Project]) -> int:
    """A project belongs to the account that shows it first; one that left the lists stays. Returns rows changed."""
    stored = Project.objects.in_bulk([project.id for project in listed])
    new = [_row(account, project) for project in listed if project.id not in stored]
    Project.objects.bulk_create(new, ignore_conflicts=True)
    changed = [
        row
        for row in (_row(account, project) for project in listed if project.id in stored)
        if any(getattr(row, name) != getattr(stored[row.pk], name) for name in UPDATED)
    ]
    Project.objects.bulk_update(changed, UPDATED)
    return len(new) + len(changed)


def _row(account: Account, project: browserbase.Project) -> Project:
    return Project(
        id=project.id,
        account=account,
        name=project.name,
        owner_id=project.owner_id,
        default_timeout_s=project.default_timeout,
        concurrency=project.concurrency,
        created_at=project.created_at,
        updated_at=project.updated_at,
    )
