"""How much of the database one question about usage may take."""

from contextlib import AbstractContextManager

from sessions_app.query import limits

SETTINGS = {"statement_timeout": "30s", "work_mem": "64MB"}


def limited() -> AbstractContextManager[None]:
    """Raises TooSlow."""
    return limits.limited(SETTINGS)
