"""How old the picture of "now" is: what the header and the notice under it say."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from sessions_app.models import Account, Pull

# One live pull may be slow or fail without anybody being told.
STALE_AFTER = timedelta(seconds=max(4 * settings.PULL_LIVE_S, 20))


@dataclass(frozen=True)
class Freshness:
    """`as_of`: when every account with a good key last had its live sessions read, None before the first time."""

    as_of: datetime | None
    has_account: bool

    @property
    def is_live(self) -> bool:
        return self.as_of is not None and timezone.now() - self.as_of <= STALE_AFTER

    @property
    def is_stale(self) -> bool:
        return self.has_account and not self.is_live


def read_freshness(user: object) -> Freshness:
    as_of = Pull.objects.freshness(user)
    return Freshness(as_of, has_account=as_of is not None or Account.objects.visible_to(user).exists())
