"""Rows for tests that do not need upstream: a believable session with what the test cares about changed."""

from datetime import UTC, datetime, timedelta
from itertools import count

from sessions_app.models import Account, Project, Session, UsageSplit

START = datetime(2026, 11, 20, 12, tzinfo=UTC)
numbers = count(1)


def make_project(account: Account, **fields) -> Project:
    number = next(numbers)
    defaults = {"id": f"project-{number}", "name": f"checkout {number}", "concurrency": 25, "default_timeout_s": 300}
    return Project.objects.create(account=account, **(defaults | fields))


def make_session(account: Account, **fields) -> Session:
    """Completed after two minutes unless told otherwise; each one starts a second after the one before."""
    number = next(numbers)
    started_at = fields.get("started_at", START + timedelta(seconds=number))
    defaults = {
        "id": f"{number:08x}-0000-4000-8000-000000000000",
        "project_id": "project-of-nobody",
        "status": "COMPLETED",
        "region": "us-west-2",
        "created_at": started_at,
        "updated_at": started_at + timedelta(minutes=2),
        "started_at": started_at,
        "ended_at": started_at + timedelta(minutes=2),
        "expires_at": started_at + timedelta(minutes=5),
    }
    if fields.get("status") in ("RUNNING", "PENDING"):
        defaults["ended_at"] = None
    if "project" in fields:
        del defaults["project_id"]
    return Session.objects.create(account=account, **(defaults | fields))


def sum_by_day(*path: str) -> None:
    """As if this metadata path, of which nothing is summed yet, had had many values."""
    UsageSplit.objects.create(name="metadata", path=list(path), has_quarters=False)
