"""Upstreams that are not there: one whose port is closed, one that takes the connection and never says a word."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from sessions_app.models import Account


@contextmanager
def closed_port() -> Iterator[str]:
    """Bound, so that nobody else gets it, and not listening."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


@contextmanager
def hanging() -> Iterator[str]:
    """The kernel takes the connections, nobody reads them."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def turn_to(url: str) -> None:
    """From now on every account is there, and its pulls are due."""
    Account.objects.update(base_url=url, retry_at=None)
