"""How much of the database one question about usage may take."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from sessions_app.query import limits

SETTINGS = {"statement_timeout": "30s", "work_mem": "64MB"}
#: Rows are put into groups in a hash: of sessions the planner expects too few, and would sort them.
GROUPING = {"enable_sort": "off"}


def limited(settings: Mapping[str, str] | None = None) -> AbstractContextManager[None]:
    """With further settings of PostgreSQL. Raises TooSlow."""
    return limits.limited({**SETTINGS, **(settings or {})})
