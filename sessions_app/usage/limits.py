"""How much of the database one question about usage may take."""

from contextlib import AbstractContextManager

from sessions_app.query import limits

#: Many rows are put into groups in a hash: of sessions the planner expects too few, and would sort them.
SETTINGS = {"statement_timeout": "30s", "work_mem": "64MB", "enable_sort": "off"}


def limited() -> AbstractContextManager[None]:
    """Raises TooSlow."""
    return limits.limited(SETTINGS)
