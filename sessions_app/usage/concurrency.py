"""How many sessions ran at once, against a limit, and who they were: what explains a 429."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Count, Q
from django.db.models.functions import TruncMinute

from sessions_app.models.session import SessionQuerySet, last_moment

from .amounts import KNOWN_END
from .periods import Periods
from .spread import Sql, settled_between, table_of, unsettled_before

#: Each start is one more and each end one less; a border changes nothing. Where both come at once the end counts first.
LEVELS = """
WITH run AS (
    SELECT greatest(started_at, start) AS since, coalesce(known_end, as_of) AS until
    FROM ({rows}) AS row, (SELECT %s::timestamptz AS start, %s::timestamptz AS as_of) AS cut
    WHERE coalesce(known_end, as_of) > greatest(started_at, start)
), step AS (
    SELECT since AS at, 1 AS more FROM run UNION ALL SELECT until, -1 FROM run
    UNION ALL SELECT border, 0 FROM unnest(%s::timestamptz[]) AS border
), level AS (
    SELECT at, sum(more) OVER (ORDER BY at, more ROWS UNBOUNDED PRECEDING) AS running,
           lead(at) OVER (ORDER BY at, more) AS next_at
    FROM step
)
SELECT width_bucket(at, %s::timestamptz[]) AS period, max(running),
       sum(CASE WHEN running >= %s THEN date_part('epoch', next_at - at) ELSE 0 END) / 60
FROM level WHERE next_at > at GROUP BY period
"""


@dataclass(frozen=True)
class Peak:
    """The most sessions at once in a period, and for how many minutes the limit was reached; None without a limit."""

    running: int = 0
    minutes_at_limit: float | None = None


def peaks(sessions: SessionQuerySet, periods: Periods, as_of: datetime, limit: int | None = None) -> list[Peak]:
    """For each period. Choose the sessions of one project: that is what a limit belongs to."""
    (sql, params), borders = _rows(sessions, periods), list(periods.borders)
    never = limit if limit is not None else 2**31 - 1
    with connection.cursor() as cursor:
        cursor.execute(LEVELS.format(rows=sql), [*params, periods.start, as_of, borders, borders, never])
        found = {period: Peak(int(most), float(minutes)) for period, most, minutes in cursor.fetchall()}
    known = [found.get(number, Peak(0, 0.0)) for number in range(1, len(periods) + 1)]
    return known if limit is not None else [Peak(peak.running) for peak in known]


def _rows(sessions: SessionQuerySet, periods: Periods) -> Sql:
    table, of_table = table_of(sessions)
    known_end = KNOWN_END.format("")
    settled, of_settled = settled_between(periods.start, periods.end)
    unsettled, of_unsettled = unsettled_before(periods.end)
    rows = f"SELECT started_at, {known_end} AS known_end FROM {table} WHERE"  # noqa: S608 (SQL of ours)
    return f"{rows} {settled} UNION ALL {rows} {unsettled}", [*of_table, *of_settled, *of_table, *of_unsettled]


def running_at(sessions: SessionQuerySet, moment: datetime, now: datetime) -> SessionQuerySet:
    """Who held the slots at that moment, the oldest first."""
    until = sessions.annotate(until=last_moment(now))
    return until.filter(started_at__lte=moment, until__gt=moment).order_by("started_at", "id")


def busiest_minutes(
    sessions: SessionQuerySet, start: datetime, end: datetime, most: int = 10
) -> Sequence[tuple[datetime, int]]:
    """The minutes in which most sessions began, with how many: a plan limits creations by the minute."""
    created = Q(started_at__gte=start, started_at__lt=end)
    minutes = sessions.filter(created).order_by().annotate(minute=TruncMinute("started_at")).values("minute")
    counted = minutes.annotate(creations=Count("pk")).order_by("-creations", "minute")[:most]
    return [(row["minute"], row["creations"]) for row in counted]
