"""How much of the database one question about usage may take."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from sessions_app.query import limits

#: Of sessions the planner expects too few rows: it would read them with one process.
SETTINGS = {
    "statement_timeout": "30s",
    "work_mem": "64MB",
    "parallel_setup_cost": "0",
    "parallel_tuple_cost": "0",
}
#: And it would sort them instead of putting them into groups in a hash.
GROUPING = {"enable_sort": "off"}
#: Where the sums tell nearly all, another process takes longer to begin than one to finish.
ALONE = {**GROUPING, "max_parallel_workers_per_gather": "0"}


def limited(settings: Mapping[str, str] | None = None) -> AbstractContextManager[None]:
    """With further settings of PostgreSQL. Raises TooSlow."""
    return limits.limited({**SETTINGS, **(settings or {})})
