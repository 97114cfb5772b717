"""The stored readings of the counters, as few of them as the figures need."""

from collections import defaultdict
from typing import Literal, get_args

from django.db import connection

from sessions_app.models.project import ProjectQuerySet

from .counter import LONGEST_STEP, Curve, Reading
from .periods import Periods

Measure = Literal["browser_minutes", "proxy_bytes"]

# Most of the thousands of readings between two borders say nothing that the first and the last do not. Kept are those
# next to a border, a fall or a gap, and the ends; each knows how far the one really before it reached.
TELLING = """
SELECT project.id, taken_at, unchanged_until, value, read_before
FROM (SELECT %s::timestamptz[] AS borders, %s::timestamptz AS start, %s::timestamptz AS over_at) AS cut,
     ({projects}) AS project,
     LATERAL (
         SELECT coalesce(max(taken_at), start) AS since FROM sessions_app_usagesnapshot
         WHERE project_id = project.id AND taken_at <= start
     ) AS last_before,
     LATERAL (
         SELECT taken_at, unchanged_until, value, read_after,
                lag(value) OVER in_time AS value_before, lead(value) OVER in_time AS value_after,
                lag(unchanged_until) OVER in_time AS read_before
         FROM (
             SELECT taken_at, least(unchanged_until, read_after) AS unchanged_until, value, read_after
             FROM (
                 SELECT taken_at, unchanged_until, {measure} AS value,
                        lead(taken_at) OVER (ORDER BY taken_at) AS read_after
                 FROM sessions_app_usagesnapshot
                 WHERE project_id = project.id AND taken_at BETWEEN since AND over_at
             ) AS stored
         ) AS stored
         WINDOW in_time AS (ORDER BY taken_at)
     ) AS reading
WHERE read_before IS NULL OR read_after IS NULL OR value < value_before OR value_after < value
   OR taken_at - read_before > %s OR read_after - unchanged_until > %s
   OR width_bucket(read_before, borders) <> width_bucket(taken_at, borders)
   OR width_bucket(taken_at, borders) <> width_bucket(unchanged_until, borders)
   OR width_bucket(unchanged_until, borders) <> width_bucket(read_after, borders)
ORDER BY project.id, taken_at
"""


def curves(projects: ProjectQuerySet, measure: Measure, periods: Periods) -> dict[str, Curve]:
    """{project id: its counter from the last reading before the periods to their end}.

    Exact at the borders of the periods and nowhere else. No entry where there is no reading.
    """
    if measure not in get_args(Measure):
        raise ValueError(measure)
    chosen, values = projects.order_by().values("id").query.sql_with_params()
    around = [list(periods.borders), periods.start, periods.end, *values, LONGEST_STEP, LONGEST_STEP]
    readings: dict[str, list[Reading]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(TELLING.format(projects=chosen, measure=measure), around)
        for project_id, *reading in cursor.fetchall():
            readings[project_id].append(Reading(*reading))
    return {project_id: Curve(of_project) for project_id, of_project in readings.items()}
