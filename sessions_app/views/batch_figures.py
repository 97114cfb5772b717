"""What a batch of ends holds, and how far it is: for its page and for scripts."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Count, Max, Min, Q

from sessions_app.models import EndBatch, Session
from sessions_app.models.end_batch import DONE, FAILED, OPEN, Outcome
from sessions_app.models.session import UNENDED

from .as_json import iso

NOT_KNOWN = "not known"
OVER = ~UNENDED | ~Q(missing_since=None)


@dataclass(frozen=True)
class Contents:
    """What is in a batch: how many of whom and of which project, the most first, and between when they started."""

    owners: dict[str, int]
    projects: dict[str, int]  # by name
    oldest: datetime | None
    newest: datetime | None
    over: int  # have ended by now

    @classmethod
    def of(cls, batch: EndBatch) -> "Contents":
        """One query, which answers a row for each owner in each project."""
        sessions = Session.objects.filter(pk__in=batch.ends.order_by().values("session")).order_by()
        groups = sessions.values("created_by__username", "project_id", "project__name").annotate(
            n=Count("pk"), oldest=Min("started_at"), newest=Max("started_at"), over=Count("pk", filter=OVER)
        )
        owners, projects = Counter[str](), Counter[str]()
        rows = list(groups)
        for row in rows:
            owners[row["created_by__username"] or NOT_KNOWN] += row["n"]
            projects[row["project__name"] or row["project_id"] or NOT_KNOWN] += row["n"]
        return cls(
            dict(owners.most_common()),
            dict(projects.most_common()),
            min((row["oldest"] for row in rows), default=None),
            max((row["newest"] for row in rows), default=None),
            sum(row["over"] for row in rows),
        )


class Progress:
    """How many sessions of a batch are where."""

    def __init__(self, batch: EndBatch) -> None:
        self.batch = batch

    @cached_property
    def counts(self) -> Counter[str]:
        by_outcome = self.batch.ends.with_outcome().order_by().values_list("outcome").annotate(n=Count("pk"))
        return Counter(dict(by_outcome))

    def _sum(self, outcomes: tuple[Outcome, ...]) -> int:
        return sum(self.counts[outcome] for outcome in outcomes)

    @property
    def done(self) -> int:
        return self._sum(DONE)

    @property
    def failed(self) -> int:
        return self._sum(FAILED)

    @property
    def open(self) -> int:
        return self._sum(OPEN)

    @property
    def percent(self) -> int:
        """Of what can still come; 100 only when nothing is left."""
        settled = self.batch.count - self.open
        return 100 * settled // self.batch.count if self.batch.count else 100


def batch_json(batch: EndBatch) -> dict[str, Any]:
    """A batch without its sessions. `q` is None where they were picked one by one."""
    return {
        "id": batch.pk,
        "state": batch.state,
        "q": batch.q,
        "count": batch.count,
        "more": batch.is_cut,
        "made_by": str(batch.made_by) if batch.made_by else None,
        "made_at": iso(batch.made_at),
        "expires_at": iso(batch.expires_at),
        "confirmed_at": iso(batch.confirmed_at),
        "stopped_at": iso(batch.stopped_at),
        "stopped_by": str(batch.stopped_by) if batch.stopped_by else None,
        "done_at": iso(batch.done_at),
    }


def preview_json(batch: EndBatch) -> dict[str, Any]:
    """What would be ended, all of it by id."""
    contents = Contents.of(batch)
    ends = batch.ends.all()
    return batch_json(batch) | {
        "owners": contents.owners,
        "projects": contents.projects,
        "oldest": iso(contents.oldest),
        "newest": iso(contents.newest),
        "sessions": list(ends.values_list("session_id", flat=True)),
        "already_over": list(
            ends.filter(session__in=Session.objects.filter(OVER)).values_list("session_id", flat=True)
        ),
        "unknown": batch.unknown,
    }


def progress_json(batch: EndBatch) -> dict[str, Any]:
    """How it goes. `done`, `failed`, `asked`, `waiting` and `not_asked` add up to `count`; `over` are among `done`."""
    progress = Progress(batch)
    ends = batch.ends.with_outcome().select_related("wish", "session")
    return batch_json(batch) | {
        "done": progress.done,
        "over": progress.counts[Outcome.OVER],
        "failed": progress.failed,
        "asked": progress.counts[Outcome.ASKED],
        "waiting": progress.counts[Outcome.WAITING],
        "not_asked": progress.counts[Outcome.NOT_ASKED],
        "outcomes": [
            {
                "session": end.session_id,
                "outcome": end.outcome,
                "status": end.session.status,
                "asked_at": iso(end.asked_at),
                "error": (end.wish.last_error if end.wish and not end.wish.done_at else "") or None,
            }
            for end in ends
        ],
    }
