"""How many sessions of a project ran at once, against its limit, and how many were started a minute.

A session holds its slot from its start to its end as far as anybody knows it, what runs until now.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from sessions_app.models import Account, Project, Session
from sessions_app.models.session import last_moment

from .amounts import KNOWN_END, LONGEST_SETTLED, LONGEST_SETTLED_H, SETTLED
from .limits import limited
from .periods import Periods
from .spread import table_of, unsettled_before

MINUTE = timedelta(minutes=1)
#: Ends come before starts of the same moment: a slot that is given back is free at once. At each border of the periods
#: nothing changes, but what runs on from before counts there too. Projects are numbered: numbers sort faster than ids.
HELD = f"""
WITH held AS MATERIALIZED (
    SELECT coalesce(project_id, '') AS project_id, greatest(started_at, opens) AS since, least(ended, closes) AS until
    FROM (
        SELECT project_id, started_at, coalesce({KNOWN_END.format("")}, %s) AS ended, opens, closes
        FROM {{table}}, (SELECT %s::timestamptz AS opens, %s::timestamptz AS closes) AS cut
        WHERE started_at < closes AND (
            ({SETTLED.format("")} AND started_at >= opens - {LONGEST_SETTLED}) OR {{unsettled}}
        )
    ) AS row WHERE ended > started_at AND ended > opens
), known AS MATERIALIZED (
    SELECT project_id, row_number() OVER () AS n FROM (SELECT DISTINCT project_id FROM held) AS held
), numbered AS MATERIALIZED (
    SELECT n, since, until FROM held JOIN known USING (project_id)
), change AS (
    SELECT n, since AS at, 1 AS step FROM numbered
    UNION ALL SELECT n, until, -1 FROM numbered
    UNION ALL SELECT n, border, 0 FROM known, unnest(%s::timestamptz[]) AS border
), level AS (
    SELECT n, at, sum(step) OVER in_time AS running, lead(at) OVER in_time AS until
    FROM change WINDOW in_time AS (PARTITION BY n ORDER BY at, step ROWS UNBOUNDED PRECEDING)
), at_level AS (
    SELECT n, width_bucket(at, %s::timestamptz[]) AS period, running, min(at) AS at,
           sum(date_part('epoch', until - at)) AS lasting_s
    FROM level WHERE until > at GROUP BY n, period, running
)
SELECT nullif(project_id, ''), period, max(running)::int, (array_agg(at ORDER BY running DESC))[1],
       coalesce(sum(lasting_s) FILTER (WHERE running >= concurrency), 0)
FROM at_level JOIN known USING (n) LEFT JOIN sessions_app_project AS project ON project.id = known.project_id
GROUP BY known.project_id, period
"""  # noqa: S608 (SQL of ours)
#: Plans are of accounts: with several keys that show a project, whichever of them saw a session first says nothing.
CREATED = """
SELECT account_id, period, max(n)::int, (array_agg(minute ORDER BY n DESC, minute))[1]
FROM (
    SELECT coalesce(plan_id, account_id) AS account_id, date_bin('1 minute', started_at, '2000-01-01Z') AS minute,
           count(*) AS n, width_bucket(min(started_at), %s::timestamptz[]) AS period
    FROM {table} LEFT JOIN (SELECT id, account_id AS plan_id FROM sessions_app_project) AS project ON id = project_id
    WHERE started_at >= %s AND started_at < %s GROUP BY 1, minute
) AS minutes GROUP BY account_id, period
"""


@dataclass(frozen=True)
class Peak:
    """The most at once in a period, first reached `at`; `full_s`: seconds at the limit, as it is today."""

    count: int
    at: datetime
    full_s: float = 0


@dataclass(frozen=True)
class Held:
    """A project's peaks by period, from 0. `concurrency` is None where upstream did not say."""

    project_id: str | None
    name: str
    concurrency: int | None
    peaks: dict[int, Peak]

    @property
    def peak(self) -> Peak:
        return max(self.peaks.values(), key=lambda peak: peak.count)

    @property
    def full_minutes(self) -> float | None:
        return None if self.concurrency is None else sum(peak.full_s for peak in self.peaks.values()) / 60


@dataclass(frozen=True)
class Created:
    """An account's busiest minutes by period. `allowed` is what its plan allows a minute, None: nobody said."""

    name: str
    allowed: int | None
    peaks: dict[int, Peak]

    @property
    def peak(self) -> Peak:
        return max(self.peaks.values(), key=lambda peak: peak.count)


def held(user: object, periods: Periods, as_of: datetime) -> list[Held]:
    """The projects whose sessions ran in that time, those nearest to their limit first. Raises TooSlow."""
    from_, of_table = table_of(Session.objects.visible_to(user))
    unsettled, of_unsettled = unsettled_before(periods.end, as_of)
    statement = HELD.format(table=from_, unsettled=unsettled)
    borders = list(periods.borders)
    params = [as_of, *of_table, periods.start, periods.end, *of_unsettled, borders, borders]
    found: dict[str | None, dict[int, Peak]] = {}
    for project_id, period, *peak in fetched(statement, params):
        found.setdefault(project_id, {})[period - 1] = Peak(*peak)
    known = {project.pk: project for project in Project.objects.visible_to(user).only("id", "name", "concurrency")}
    rows = [of_project(project_id, known.get(project_id or ""), peaks) for project_id, peaks in found.items()]
    return sorted(rows, key=lambda row: (-(row.full_minutes or 0), -row.peak.count, row.name))


def of_project(project_id: str | None, project: Project | None, peaks: dict[int, Peak]) -> Held:
    if project is None:
        return Held(project_id, project_id or "project not known", None, peaks)
    return Held(project_id, str(project), project.concurrency, peaks)


def created(user: object, periods: Periods) -> list[Created]:
    """Of each account the most creations within a minute, by period. Raises TooSlow."""
    from_, of_table = table_of(Session.objects.visible_to(user))
    borders = list(periods.borders)
    params = [borders, *of_table, periods.start, periods.end]
    found: dict[int, dict[int, Peak]] = {}
    for account_id, period, count, minute in fetched(CREATED.format(table=from_), params):
        found.setdefault(account_id, {})[period - 1] = Peak(count, minute)
    accounts = Account.objects.filter(pk__in=found)
    return [Created(account.name, account.creations_per_minute, found[account.pk]) for account in accounts]


def holding(user: object, project_id: str, at: datetime) -> list[Session]:
    """The sessions that held a slot of the project at that moment, the oldest first, however long ago they began.

    Raises TooSlow.
    """
    unsettled, params = unsettled_before(at + MINUTE, at + MINUTE)
    long = [pk for (pk,) in fetched(f"SELECT id FROM sessions_app_session WHERE {unsettled}", params)]  # noqa: S608
    sessions = Session.objects.visible_to(user).filter(project_id=project_id, started_at__lte=at)
    may = sessions.filter(Q(started_at__gte=at - timedelta(hours=LONGEST_SETTLED_H)) | Q(pk__in=long))
    ran = may.annotate(over_at=last_moment(at + MINUTE)).filter(over_at__gt=at)
    return list(ran.order_by("started_at", "id").for_display())


def fetched(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with limited(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
