"""The bell: a message that tells a worker to look at the rows now instead of a moment later."""

import logging
import time

from celery import current_app
from kombu.exceptions import OperationalError

QUIET_S = 2  # a broker that hangs costs one click a second, not each of a hundred

logger = logging.getLogger(__name__)
_quiet_until = 0.0


def ring(task: str, *args: object, expires_s: float, delay_s: float = 0) -> None:
    """Send `sessions_app.tasks.<task>`; a worker that gets to it later than `expires_s` after its time lets it be.

    Never fails: what there is to do stands in rows, and without this message the next sweep finds it.
    """
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return
    try:
        current_app.send_task(
            f"sessions_app.tasks.{task}", args=args, countdown=delay_s or None, expires=delay_s + expires_s, retry=False
        )
    except OperationalError as error:
        _quiet_until = time.monotonic() + QUIET_S
        logger.warning("The broker does not answer; the next sweep takes up %s: %s", task, error)
