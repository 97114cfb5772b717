"""The usage counters of a project."""

from datetime import datetime

from django.utils import timezone

from sessions_app.browserbase import ProjectUsage
from sessions_app.models import Account, Project, Pull, UsageSnapshot

from .runs import Result, run


def pull(account: Account, project: Project) -> Pull | None:
    """`account` is one that can read the project; see `reader_of`."""
    return run(Pull.Kind.USAGE, account, lambda: _read(account, project), project)


def reader_of(project: Project) -> Account | None:
    """The project's own account, or, where its key is bad or no longer shows the project, another one that does."""
    good = [account for account in project.readers.all() if account.bad_key_since is None]
    return min(good, key=lambda account: (account.pk != project.account_id, account.pk), default=None)


def _read(account: Account, project: Project) -> Result:
    return Result(rows=1, changed=store_usage(project, account.client().projects.usage(project.pk), timezone.now()))


def store_usage(project: Project, usage: ProjectUsage, taken_at: datetime) -> int:
    """Append the reading, or extend the last one where it says the same. Returns how many rows are new.

    A reading that is not newer than the last one, as after a clock was set back, is left out.
    """
    last = UsageSnapshot.objects.filter(project=project).order_by("-taken_at").first()
    if last and taken_at <= last.unchanged_until:
        return 0
    if last and (last.browser_minutes, last.proxy_bytes) == (usage.browser_minutes, usage.proxy_bytes):
        UsageSnapshot.objects.filter(pk=last.pk).update(unchanged_until=taken_at)
        return 0
    UsageSnapshot.objects.create(
        project=project,
        taken_at=taken_at,
        unchanged_until=taken_at,
        browser_minutes=usage.browser_minutes,
        proxy_bytes=usage.proxy_bytes,
    )
    return 1
