"""`manage.py rebuild_usage`: the sums of usage, computed anew from the sessions."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from sessions_app.usage.rollups import rebuild
from sessions_app.usage.telling import choose_anew


class Command(BaseCommand):
    help = (
        "Computes the sums that usage figures are read from anew, from all sessions. The figures stay the same and can "
        "be read meanwhile; a path that has few values again is summed again, and is fast again."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        before = time.monotonic()
        settled = rebuild()
        days = choose_anew()
        took = time.monotonic() - before
        self.stdout.write(f"Summed up {settled:,} sessions and {days:,} days of counters in {took:.0f} s.")
