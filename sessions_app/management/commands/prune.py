"""`manage.py prune [--dry-run]`: what is older than the settings keep it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sessions_app import retention


class Command(BaseCommand):
    help = (
        "Removes now what is older than the settings keep it (SIGHTGLASS_KEEP_…_DAYS), without waiting for the day "
        "that the status page tells. --dry-run only says what would be removed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")

    def handle(self, *_args: Any, **options: Any) -> None:
        limited = retention.limited()
        if not limited:
            self.stdout.write("Everything is kept for ever: no SIGHTGLASS_KEEP_…_DAYS is set.")
        for kind, days in limited:
            plan = retention.plan(kind, days, timezone.now())
            words = f"of before {plan.before:%Y-%m-%d %H:%M} UTC (kept for {days} days), and with them {plan.takes}."
            if options["dry_run"]:
                self.stdout.write(f"Would remove {plan.count_words} {plan.words} {words}")
            else:
                self.stdout.write(f"Removed {retention.remove(kind, days):,} {plan.words} {words}")
