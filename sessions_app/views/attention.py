"""What somebody should look at: keys, pulls, ends that do not come, full projects, sessions about to expire."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.utils import timezone

from sessions_app.models import Account, EndBatch, Pull, Session, Wish
from sessions_app.models.session import expiring_soon
from sessions_app.models.wish import STUCK_AFTER
from sessions_app.usage.slots import Slots

from .pull_words import Trouble, troubles

MOST = 5
# Upstream ends a session at its expiry, a pull shows it a little later.
OVERDUE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Attention:
    """`stuck` and `expiring` hold at most MOST of those that there are."""

    bad_keys: list[Account]
    troubles: list[Trouble]
    stuck: list[Wish]
    stuck_in_all: int
    tight: list[Slots]
    expiring: list[Session]
    expiring_in_all: int
    overdue: int
    batches: list[EndBatch]  # ends of many that are under way

    @property
    def is_calm(self) -> bool:
        expiry = self.expiring or self.overdue
        return not (self.bad_keys or self.troubles or self.stuck or self.tight or expiry or self.batches)


def read_attention(user: object, slots: list[Slots]) -> Attention:
    now = timezone.now()
    sessions = Session.objects.visible_to(user)
    held = sessions.holding_slots()
    expiring = held.filter(expiring_soon(now)).order_by("expires_at", "id")
    stuck = Wish.objects.open().filter(asked_at__lt=now - STUCK_AFTER, session__in=sessions.order_by())
    counts = held.aggregate(
        expiring=Count("pk", filter=expiring_soon(now)),
        overdue=Count("pk", filter=Q(expires_at__lt=now - OVERDUE_AFTER)),
    )
    return Attention(
        bad_keys=list(Account.objects.visible_to(user).exclude(bad_key_since=None)),
        troubles=troubles(list(Pull.objects.visible_to(user).newest())),
        stuck=list(stuck.select_related("session__project").order_by("asked_at")[:MOST]),
        stuck_in_all=stuck.count(),
        tight=[project for project in slots if project.is_near_limit],
        expiring=list(expiring.for_display()[:MOST]),
        expiring_in_all=counts["expiring"],
        overdue=counts["overdue"],
        batches=list(EndBatch.objects.visible_to(user).under_way().select_related("made_by")[:MOST]),
    )
