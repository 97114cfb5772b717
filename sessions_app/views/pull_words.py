"""Pulls in words, for the status page and what needs attention."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from sessions_app.models import Pull
from sessions_app.pulls.intervals import due_at

from .listing_words import listed

NAMES = {
    Pull.Kind.PROJECTS: "Projects",
    Pull.Kind.LIVE: "Live sessions",
    Pull.Kind.SESSIONS: "All sessions",
    Pull.Kind.USAGE: "Usage",
}
# A pull that is due waits its turn in the queue and runs for a while; past this nobody seems to work.
LATE_AFTER = timedelta(seconds=30)


def pull_name(pull: Pull) -> str:
    """Live sessions; Usage of checkout."""
    name = NAMES[Pull.Kind(pull.kind)]
    return f"{name} of {pull.project}" if pull.project else name


def is_late(pull: Pull) -> bool:
    """Due for a while and not run again: the worker is busy, or not there."""
    return due_at(pull, pull.account) + LATE_AFTER < timezone.now()


@dataclass
class Trouble:
    """The pulls of one account that do not go well. `since` is None where they are only late."""

    account: str
    pulls: list[Pull]

    @property
    def since(self) -> datetime | None:
        return min((pull.failing_since for pull in self.pulls if pull.failing_since), default=None)

    @property
    def error(self) -> str:
        """What the newest failure says."""
        failed = [pull for pull in self.pulls if pull.error]
        return max(failed, key=lambda pull: pull.started_at).error if failed else ""

    @property
    def last_ok_at(self) -> datetime | None:
        return min((pull.last_ok_at for pull in self.pulls if pull.last_ok_at), default=None)

    @property
    def names(self) -> str:
        """Live sessions, Projects and 3 more."""
        return listed([pull_name(pull) for pull in self.pulls])


def troubles(pulls: list[Pull]) -> list[Trouble]:
    """Of the newest pulls of each kind those that fail or are late, by account; a bad key is said elsewhere."""
    found: dict[int, Trouble] = {}
    for pull in pulls:
        if pull.account.bad_key_since is None and (pull.failing_since or is_late(pull)):
            found.setdefault(pull.account_id, Trouble(pull.account.name, [])).pulls.append(pull)
    return list(found.values())
