"""How long rows are kept, as the settings say. What will be removed is told for some days before it is."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from .models import AuditEvent, EndBatch, Removal, UsageSnapshot
from .usage import removed

NOTICE = timedelta(days=3)
EVERY = timedelta(days=1)
AT_ONCE = 2_000
LONGEST_RUN_S = 300  # what is left then, the next run takes
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Kept:
    """One kind of rows. `words` say what they are, `takes` what is lost with them and what is not."""

    words: str
    takes: str
    too_old: Callable[[datetime], QuerySet[Any]]
    remove_some: Callable[[datetime, int], int]


def of_rows(words: str, takes: str, too_old: Callable[[datetime], QuerySet[Any]]) -> Kept:
    """Rows that nothing else is made of."""

    def remove_some(before: datetime, most: int) -> int:
        ids = list(too_old(before).order_by().values_list("pk", flat=True)[:most])
        too_old(before).model._default_manager.filter(pk__in=ids).delete()
        return len(ids)

    return Kept(words, takes, too_old, remove_some)


#: By their names in the settings (`SIGHTGLASS_KEEP_SESSIONS_DAYS`), as `Removal.kind` has them.
KEPT = {
    "sessions": Kept(
        "sessions",
        "their metadata and the ends that were asked for them. What they add up to stays in the usage figures, by "
        "every field and by metadata with few values; filters, averages and links do not find them any more",
        removed.over_before,
        removed.remove_some,
    ),
    "readings": of_rows(
        "counter readings",
        "the counters' figures of that time, which nothing else knows",
        lambda before: UsageSnapshot.objects.filter(taken_at__lt=before, unchanged_until__lt=before),
    ),
    "audit": of_rows(
        "audit events",
        "the answers to who did what then",
        lambda before: AuditEvent.objects.filter(at__lt=before),
    ),
    "batches": of_rows(
        "ends of many",
        "the lists of which sessions were ended together; the sessions stay",
        lambda before: EndBatch.objects.filter(made_at__lt=before).exclude(confirmed_at=None, done_at=None),
    ),
}


@dataclass(frozen=True)
class Planned:
    """What is removed at `at`: what is older than `days` then. `count` is at most MOST_COUNTED and one more."""

    kind: str
    words: str
    takes: str
    days: int
    at: datetime
    count: int

    @property
    def before(self) -> datetime:
        return self.at - timedelta(days=self.days)

    @property
    def count_words(self) -> str:
        return f"more than {MOST_COUNTED:,}" if self.count > MOST_COUNTED else f"{self.count:,}"


def announce(now: datetime) -> None:
    """Write down when what the settings say now will be done: a new or shorter limit waits for NOTICE."""
    rows = {row.kind: row for row in Removal.objects.all()}
    for kind, days in settings.KEEP_DAYS.items():
        row = rows.get(kind) or Removal(kind=kind, days=0, due_at=now + NOTICE)
        if row.days != days:
            if not row.days or days < row.days:
                row.due_at = now + NOTICE
            row.days = days
            row.save()


def planned() -> list[Planned]:
    """What was announced, the next first."""
    rows = Removal.objects.exclude(days=0).order_by("due_at", "kind")
    return [plan(row.kind, row.days, row.due_at) for row in rows if row.kind in KEPT]


def plan(kind: str, days: int, at: datetime) -> Planned:
    kept = KEPT[kind]
    counted = kept.too_old(at - timedelta(days=days)).order_by()[: MOST_COUNTED + 1]
    return Planned(kind, kept.words, kept.takes, days, at, counted.count())


def limited() -> Iterable[tuple[str, int]]:
    """Kinds with a limit in the settings, and its days."""
    return [(kind, days) for kind, days in settings.KEEP_DAYS.items() if days]


def remove_due(now: datetime) -> None:
    for row in Removal.objects.filter(due_at__lte=now).exclude(days=0):
        if row.kind in KEPT:
            remove(row.kind, row.days, LONGEST_RUN_S)


def remove(kind: str, days: int, longest_s: float = float("inf")) -> int:
    """What is older than that many days, batch by batch, on the record. Returns how many rows."""
    now, began_at = timezone.now(), time.monotonic()
    before, total, some = now - timedelta(days=days), 0, AT_ONCE
    # First what is gone is known, so that no answer of upstream brings it back.
    Removal.objects.update_or_create(
        kind=kind,
        defaults={"removed_before": before},
        create_defaults={"removed_before": before, "days": 0, "due_at": now},
    )
    while some == AT_ONCE and time.monotonic() - began_at < longest_s:
        some = KEPT[kind].remove_some(before, AT_ONCE)
        total += some
    if some < AT_ONCE:
        Removal.objects.filter(kind=kind).update(due_at=now + EVERY)
    if total:
        detail = f"{total:,} {KEPT[kind].words} of before {before:%Y-%m-%d %H:%M} UTC."
        AuditEvent.objects.create(action=AuditEvent.Action.REMOVED_BY_AGE, actor_name="retention", detail=detail)
    return total
