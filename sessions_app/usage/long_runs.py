"""How far back the sessions that ran in a stretch of time may have begun."""

from datetime import datetime, timedelta

from sessions_app.models.session import SessionQuerySet

from .amounts import KNOWN_END
from .concurrency import fetched
from .periods import Periods
from .spread import table_of, unsettled_before

#: Upstream ends every session after 6 hours.
LONGEST_RUN = timedelta(hours=24)
#: What ran longer is not settled, so that an index holds just that and whatever runs now.
LONGER = f"""
SELECT border, min(started_at) FROM (
    SELECT started_at, coalesce({KNOWN_END.format("")}, %s) AS ended FROM {{table}} WHERE {{unsettled}}
) AS run JOIN unnest(%s::timestamptz[]) AS border ON started_at < border - %s AND ended >= border GROUP BY border
"""  # noqa: S608 (SQL of ours)


def begun_by(sessions: SessionQuerySet, periods: Periods, as_of: datetime) -> dict[datetime, datetime]:
    """By the beginning of each period: no session that ran then or later and began before it began before that.

    Raises TooSlow.
    """
    from_, of_table = table_of(sessions)
    unsettled, of_unsettled = unsettled_before(periods.end, as_of)
    borders = list(periods.borders[:-1])
    statement = LONGER.format(table=from_, unsettled=unsettled)
    found = dict(fetched(statement, [as_of, *of_table, *of_unsettled, borders, LONGEST_RUN]))
    return {border: found.get(border, border - LONGEST_RUN) for border in borders}
