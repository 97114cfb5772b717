"""What the sessions themselves add up to, period by period."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce, Greatest

from sessions_app.models.session import UNENDED, SessionQuerySet

from .periods import Periods

SHORTEST_BILLED = timedelta(minutes=1)
# Upstream ends every session after 6 h at the latest; one that is still not seen ended is found without this.
LONGEST = timedelta(hours=24)

# `period` counts from 1, as PostgreSQL's arrays do: it lies between borders[period] and borders[period + 1].
SPREAD = """
SELECT project_id, period,
       sum(extract(epoch FROM least(over_at, borders[period + 1]) - greatest(started_at, borders[period]))) / 60,
       sum(proxy_bytes) FILTER (WHERE period = last_period)
FROM (
    SELECT chosen.*, borders, least(width_bucket(over_at, borders), cardinality(borders) - 1) AS last_period
    FROM ({chosen}) AS chosen, (SELECT %s::timestamptz[] AS borders) AS cut
    WHERE over_at > borders[1]
) AS placed, LATERAL generate_series(greatest(width_bucket(started_at, borders), 1), last_period) AS period
GROUP BY project_id, period
"""

Spread = dict[str | None, dict[int, tuple[float, int]]]


def spread(sessions: SessionQuerySet, periods: Periods) -> Spread:
    """{project id: {period: (browser minutes, proxy bytes)}}, periods counted from 0.

    A session's minutes lie from its start to its end, or to a minute after its start where that is later (each is
    billed for one at least); of one that runs, to now. Its proxy bytes go to the period of its end.
    """
    sql, values = _overlapping(sessions, periods).query.sql_with_params()
    found: Spread = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(SPREAD.format(chosen=sql), [*values, list(periods.borders)])
        for project_id, period, minutes, proxy_bytes in cursor.fetchall():
            found[project_id][period - 1] = (float(minutes), int(proxy_bytes or 0))
    return found


def _overlapping(sessions: SessionQuerySet, periods: Periods) -> QuerySet[Any, Any]:
    recent = Q(started_at__gte=periods.start - LONGEST) | UNENDED
    chosen = sessions.filter(recent, started_at__lt=periods.end).order_by()
    return chosen.annotate(over_at=_over_at(periods.end)).values("project_id", "started_at", "proxy_bytes", "over_at")


def _over_at(now: datetime) -> Greatest:
    """As `Session.duration` has it, and a minute after the start at least. One that upstream forgot ended with that."""
    seen_running = Coalesce("missing_since", now)
    ended = Coalesce("ended_at", "updated_at", "changed_at")
    return Greatest(Case(When(UNENDED, then=seen_running), default=ended), F("started_at") + SHORTEST_BILLED)
