"""Choosing the readings that tell something, of each day (UTC) that is over and whose readings have changed."""

from typing import Any

import pglock
from django.db import connection, transaction

from .counter import LONGEST_STEP

LOCK = "telling readings"
DAYS_AT_ONCE = 5_000

#: First these rows are locked and gone, then the readings are looked at: one that comes meanwhile touches its day anew.
TAKE = """
CREATE TEMPORARY TABLE usage_days ON COMMIT DROP AS
WITH taken AS (
    DELETE FROM sessions_app_usagetouchedday WHERE id IN (
        SELECT id FROM sessions_app_usagetouchedday WHERE day < (now() AT TIME ZONE 'UTC')::date
        ORDER BY project_id, day LIMIT %s FOR UPDATE
    ) RETURNING project_id, day
)
SELECT project_id, day::timestamp AT TIME ZONE 'UTC' AS start, (day + 1)::timestamp AT TIME ZONE 'UTC' AS over_at
FROM taken
"""
FORGET = """
DELETE FROM sessions_app_usagetelling AS telling USING usage_days
WHERE telling.project_id = usage_days.project_id AND taken_at >= start AND taken_at < over_at
"""
CHOOSE = """
INSERT INTO sessions_app_usagetelling
    (project_id, taken_at, unchanged_until, browser_minutes, proxy_bytes, read_before)
SELECT project_id, taken_at, least(unchanged_until, read_after), browser_minutes, proxy_bytes, read_before
FROM usage_days, LATERAL (
    SELECT taken_at, unchanged_until, browser_minutes, proxy_bytes, lead(taken_at) OVER in_time AS read_after,
           lag(unchanged_until) OVER in_time AS read_before,
           lag(browser_minutes) OVER in_time AS minutes_before, lead(browser_minutes) OVER in_time AS minutes_after,
           lag(proxy_bytes) OVER in_time AS bytes_before, lead(proxy_bytes) OVER in_time AS bytes_after
    FROM sessions_app_usagesnapshot AS stored
    WHERE stored.project_id = usage_days.project_id AND taken_at >= start AND taken_at < over_at
    WINDOW in_time AS (ORDER BY taken_at)
) AS reading
WHERE read_before IS NULL OR read_after IS NULL
   OR browser_minutes < minutes_before OR minutes_after < browser_minutes
   OR proxy_bytes < bytes_before OR bytes_after < proxy_bytes
   OR taken_at - read_before > %s OR read_after - unchanged_until > %s
"""


def choose() -> int:
    """Returns how many days were looked at; 0, too, while another worker is at it."""
    looked_at = 0
    with pglock.advisory(LOCK, timeout=0) as is_ours:
        while is_ours and (days := _choose_some()):
            looked_at += days
    return looked_at


def choose_anew() -> int:
    """Look at every day again. What is read meanwhile is right all the same."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sessions_app_usagesnapshot SET taken_at = taken_at")
    return choose()


def _choose_some() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TAKE, [DAYS_AT_ONCE])
        days = cursor.rowcount
        cursor.execute(FORGET)
        longest: list[Any] = [LONGEST_STEP, LONGEST_STEP]
        cursor.execute(CHOOSE, longest)
        cursor.execute("DROP TABLE usage_days")
        return days
