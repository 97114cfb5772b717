"""On which connections the answers to creates went out: one that broke since may never have reached its program."""

import time
from typing import Any

from sessions_app.models.create_try import RETRIED_WITHIN

_sent: dict[int, tuple[float, Any]] = {}


def note(try_id: int, transport: Any) -> None:
    """`transport` as the server's, None where the server does not show it."""
    long_ago = time.monotonic() - RETRIED_WITHIN.total_seconds()
    for oldest in list(_sent):
        if _sent[oldest][0] > long_ago:
            break
        del _sent[oldest]
    _sent.pop(try_id, None)
    if transport is not None:
        _sent[try_id] = time.monotonic(), transport


def broken() -> list[int]:
    """The tries that were answered by this process a moment ago on connections that are closed now."""
    return [try_id for try_id, (_, transport) in _sent.items() if transport.is_closing()]
