"""The stored readings of the counters, as few of them as the figures need."""

from collections import defaultdict
from typing import Literal, get_args

from django.core.exceptions import EmptyResultSet
from django.db import connection

from sessions_app.models.project import ProjectQuerySet

from .counter import LONGEST_STEP, Curve, Reading
from .periods import Periods

Measure = Literal["browser_minutes", "proxy_bytes"]

# Most of the thousands of readings say nothing that others do not. Fetched are those next to a fall or after a gap, and
# the two at each border. Falls and gaps are found among the readings that were chosen as telling; of a day that changed
# since, among all.
TELLING = """
SELECT project.id, reading.taken_at, unchanged_until, value, read_before, value_before
FROM (SELECT %s::timestamptz[] AS borders, %s::timestamptz AS start, %s::timestamptz AS over_at) AS cut,
     ({projects}) AS project,
     LATERAL (
         SELECT coalesce((SELECT max(taken_at) FROM sessions_app_usagesnapshot
                          WHERE project_id = project.id AND taken_at <= start), start) AS first,
                coalesce((SELECT min(taken_at) FROM sessions_app_usagesnapshot
                          WHERE project_id = project.id AND taken_at > over_at), over_at) AS last
     ) AS ends,
     LATERAL (
         WITH touched AS MATERIALIZED (
             SELECT day::timestamp AT TIME ZONE 'UTC' AS day FROM sessions_app_usagetouchedday
             WHERE project_id = project.id
         ), stored AS (
             SELECT taken_at, unchanged_until, {measure} AS value, read_before FROM sessions_app_usagetelling
             WHERE project_id = project.id AND taken_at BETWEEN first AND last
               AND date_bin('1 day', taken_at, '2000-01-01Z') NOT IN (SELECT day FROM touched)
             UNION ALL
             SELECT taken_at, unchanged_until, {measure}, NULL
             FROM touched JOIN sessions_app_usagesnapshot ON taken_at >= day AND taken_at < day + interval '24 hours'
             WHERE project_id = project.id AND taken_at BETWEEN first AND last
         ), linked AS (
             SELECT taken_at, unchanged_until, value, lead(taken_at) OVER in_time AS read_after,
                    coalesce(read_before, lag(unchanged_until) OVER in_time) AS read_before,
                    lag(value) OVER in_time AS value_before, lead(value) OVER in_time AS value_after
             FROM stored WINDOW in_time AS (ORDER BY taken_at)
         ), at_borders AS (
             SELECT two.* FROM unnest(borders) AS border, LATERAL (
                 (SELECT taken_at, unchanged_until, {measure} AS value FROM sessions_app_usagesnapshot
                  WHERE project_id = project.id AND taken_at <= border ORDER BY taken_at DESC LIMIT 1)
                 UNION ALL
                 (SELECT taken_at, unchanged_until, {measure} FROM sessions_app_usagesnapshot
                  WHERE project_id = project.id AND taken_at > border ORDER BY taken_at LIMIT 1)
             ) AS two
         )
         SELECT DISTINCT ON (taken_at) taken_at, unchanged_until, value, read_before, value_before FROM (
             SELECT taken_at, unchanged_until, value, read_before, value_before, 0 AS choice FROM linked
             WHERE read_before IS NULL OR read_after IS NULL OR value < value_before OR value_after < value
                OR taken_at - read_before > %s
             UNION ALL
             SELECT taken_at, unchanged_until, value, NULL, NULL, 1 FROM at_borders
         ) AS chosen ORDER BY taken_at, choice
     ) AS reading
ORDER BY project.id, reading.taken_at
"""


def curves(projects: ProjectQuerySet, measure: Measure, periods: Periods) -> dict[str, Curve]:
    """{project id: its counter from the last reading before the periods to the first one after them}.

    Exact at the borders of the periods and nowhere else. No entry where there is no reading.
    """
    if measure not in get_args(Measure):
        raise ValueError(measure)
    try:
        chosen, values = projects.order_by().values("id").query.sql_with_params()
    except EmptyResultSet:  # Django knows without asking, as of a token whose projects are none
        return {}
    around = [list(periods.borders), periods.start, periods.end, *values, LONGEST_STEP]
    readings: dict[str, list[Reading]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(TELLING.format(projects=chosen, measure=measure), around)
        for project_id, *reading in cursor.fetchall():
            readings[project_id].append(Reading(*reading))
    return {project_id: Curve(of_project) for project_id, of_project in readings.items()}
