"""Beat's scheduler."""

import logging
from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry, SchedulingError

logger = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Celery's own, but for the words: while the broker is away each bell that is lost costs a line, no traceback."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            logger.warning("%s", str(error).partition("\n")[0])
