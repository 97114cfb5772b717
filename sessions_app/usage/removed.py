"""Removing sessions by age. What they added up to stays, in sums of their own."""

from datetime import datetime, timedelta

import pglock
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from sessions_app.models import Session, UsageDay
from sessions_app.models.session import SessionQuerySet, last_moment

from .cover import DAY
from .rollups import LOCK, keep_removed

#: What lasted longer, ended before it began or has absurd bytes stays in the table: nobody can sum that up.
LONGEST = timedelta(days=30)
MOST_BYTES = 10**15


def over_before(moment: datetime) -> SessionQuerySet:
    """Those that can be removed by then: over before, as far as anybody knows."""
    ended = Session.objects.filter(started_at__lt=moment).annotate(over_at=last_moment(timezone.now()))
    believable = ended.filter(over_at__gte=F("started_at"), over_at__lte=F("started_at") + LONGEST)
    return believable.filter(over_at__lt=moment, proxy_bytes__gte=0, proxy_bytes__lte=MOST_BYTES)


def remove_some(moment: datetime, most: int) -> int:
    """So many of those, the oldest first, with their ends and places in batches. Returns how many sessions.

    Figures stay the same at every moment: what the journal takes away, the other sums have from then on.
    """
    with pglock.advisory(LOCK), transaction.atomic():
        oldest = over_before(moment).order_by("started_at", "id").select_for_update(of=("self",))
        ids = list(oldest.values_list("pk", flat=True)[:most])
        if ids:
            keep_removed(ids)
            Session.objects.filter(pk__in=ids).delete()
    return len(ids)


def first_removed() -> datetime | None:
    """The beginning (UTC) of the first day with sums of removed sessions."""
    return _days().order_by("start").values_list("start", flat=True).first()


def reach_into(start: datetime, end: datetime) -> bool:
    """Whether there are sums of removed sessions in that time."""
    return _days().filter(start__gt=start - DAY, start__lt=end).exists()


def _days() -> QuerySet[UsageDay]:
    return UsageDay.objects.filter(split__name="all", split__of_removed=True)
