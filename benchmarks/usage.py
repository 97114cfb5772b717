"""Figures over two years of sessions and counters, beside bare SQL over the raw tables, and what keeps them costs."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from sessions_app.models import Session, UsageChange, UsageSnapshot
from sessions_app.usage.rollups import TABLES, fold, rebuild
from sessions_app.usage.telling import choose

from . import usage_rows
from .reader import Reader
from .tables import Table
from .timing import Times, clocked, ms, ratio, rounds, s, share, wait_until

BUDGET_S = 120.0
PLAIN_ROUNDS = 3  # they can take many seconds
SUMMED_S, OTHER_S, YEARS_S, LATER_S = 0.15, 0.6, 0.5, 1.0
MONTH, YEARS = timedelta(days=30), timedelta(days=usage_rows.DAYS)

#: As somebody writes it who has only the tables: each session where it began.
SESSIONS = """
SELECT date_trunc(%s, started_at, %s), {key}, sum(extract(epoch FROM coalesce(ended_at, now()) - started_at)) / 60
FROM sessions_app_session WHERE started_at >= %s AND {condition} GROUP BY 1, 2
"""
COUNTERS = """
SELECT project_id, date_trunc(%s, taken_at, %s), sum(CASE WHEN value < before THEN value ELSE value - before END)
FROM (
    SELECT project_id, taken_at, browser_minutes AS value, lag(browser_minutes) OVER in_time AS before
    FROM sessions_app_usagesnapshot WHERE taken_at >= %s WINDOW in_time AS (PARTITION BY project_id ORDER BY taken_at)
) AS reading GROUP BY 1, 2
"""


@dataclass
class Question:
    """What is asked, its limit, and the SQL that stands beside it, which asks of `since` on."""

    limit_s: float
    query: dict[str, str]
    key: str = "project_id"
    condition: str = "true"
    address: str = "/api/usage"
    since: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    times: Times = field(default_factory=Times)
    plain: Times = field(default_factory=Times)

    @property
    def path(self) -> str:
        return f"{self.address}?{urlencode(self.query)}"

    @property
    def words(self) -> str:
        asked = {name: value for name, value in self.query.items() if name not in ("from", "range")}
        span = "2 years" if self.query.get("by") == "month" else "30 days"
        address = f"{self.address} (after the page)" if self.headers else self.address
        return " ".join([address, span, *(f"{name}={value}" for name, value in asked.items())])


def questions(now: datetime) -> list[Question]:
    team, customer = "user_metadata->'team'", "user_metadata->'customer'"
    month = {"from": (now - MONTH).isoformat(), "by": "day"}
    years = {"from": (now - YEARS).isoformat(), "by": "month"}
    by_team, by_customer = {"split": "metadata.team"}, {"split": "metadata.customer"}
    return [
        Question(SUMMED_S, month | by_team, team),
        Question(SUMMED_S, month | by_team | {"tz": "Asia/Kathmandu"}, team),
        Question(SUMMED_S, month | {"split": "project"}),
        Question(SUMMED_S, month | {"split": "project", "tz": "Europe/Berlin"}),
        Question(SUMMED_S, month | {"split": "status", "measure": "wasted_minutes"}, "status"),
        Question(SUMMED_S, month | {"source": "counter", "tz": "Europe/Berlin"}),
        Question(OTHER_S, month | by_customer, customer),
        Question(OTHER_S, month | by_customer | {"tz": "Europe/Berlin"}, customer),
        Question(OTHER_S, month | by_customer | {"q": "env=prod"}, customer, "user_metadata->>'env' = 'prod'"),
        Question(OTHER_S, month | by_team | {"q": "env=prod"}, team, "user_metadata->>'env' = 'prod'"),
        Question(OTHER_S, month | by_team | {"q": "-env=prod status:ERROR"}, team, "status = 'ERROR'"),
        Question(OTHER_S, month | by_team | {"q": "shipped"}, team, "user_metadata::text ILIKE '%%shipped%%'"),
        Question(YEARS_S, years | by_team, team),
        Question(YEARS_S, years | {"split": "project", "tz": "Asia/Kathmandu"}),
        Question(YEARS_S, years | {"source": "counter"}),
        *page_questions(month["from"]),
        Question(YEARS_S, years | by_team, team, address="/usage/"),
        *later_questions(month["from"]),
    ]


def page_questions(since: str) -> list[Question]:
    """The page as it comes at first."""
    month, team, customer = {"range": "30d", "by": "day"}, "user_metadata->'team'", "user_metadata->'customer'"
    by_team, berlin = month | {"split": "metadata.team"}, {"tz": "Europe/Berlin"}
    asked = [
        (SUMMED_S, by_team, team, "true"),
        (SUMMED_S, by_team | berlin, team, "true"),
        (SUMMED_S, month | {"split": "project"} | berlin, "project_id", "true"),
        (OTHER_S, month | {"split": "metadata.customer"}, customer, "true"),
        (OTHER_S, by_team | {"q": "env=prod"}, team, "user_metadata->>'env' = 'prod'"),
        (OTHER_S, by_team | {"split2": "metadata.env"}, f"jsonb_build_array({team}, user_metadata->'env')", "true"),
    ]
    return [Question(*question, address="/usage/", since=since) for question in asked]


def later_questions(since: str) -> list[Question]:
    """What loads after the page, because it takes a look at each session: p95 and the comparison; its other parts."""
    by_team, team = {"range": "30d", "by": "day", "split": "metadata.team"}, "user_metadata->'team'"
    filtered = by_team | {"q": "env=prod"}
    of_page: dict[str, Any] = {"since": since, "headers": {"HX-Request": "true"}}
    return [
        Question(LATER_S, by_team, team, address="/usage/", **of_page),
        Question(LATER_S, filtered, team, "user_metadata->>'env' = 'prod'", address="/usage/", **of_page),
        Question(LATER_S, by_team, address="/usage/truths/", **of_page),
        Question(LATER_S, by_team, address="/usage/concurrency/", **of_page),
    ]


def measure(reader: Reader, sessions: int, repetitions: int) -> list[Table]:
    """The tables hold the two years afterwards."""
    now = timezone.now()
    keeping = seed(sessions, now)
    asked = questions(now)
    time_questions(reader, asked, repetitions)
    for question in asked:
        question.plain.extend(clocked(lambda: run_plainly(question)) for _ in range(PLAIN_ROUNDS))  # noqa: B023
    return [as_table(asked, sessions), keeping]


def seed(sessions: int, now: datetime) -> Table:
    """All but the newest day with the triggers off and summed anew, then that day as pulls bring it. What that took."""
    a_day = sessions // usage_rows.DAYS
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        lines = usage_rows.seed(sessions - a_day, sessions, now)
        cursor.execute("SET session_replication_role = origin")
        anew = clocked(rebuild)
        touched = "INSERT INTO sessions_app_usagetouchedday (project_id, day) SELECT DISTINCT project_id,"
        cursor.execute(f"{touched} taken_at::date FROM sessions_app_usagesnapshot")
        readings = clocked(choose)
        stored = clocked(lambda: usage_rows.copy_lines(lines, a_day))
        folded = clocked(lambda: wait_until(lambda: fold() > 0 or not UsageChange.objects.exists(), within_s=300))
        cursor.execute("VACUUM ANALYZE")
    table = Table("What the sums cost", ("", "rows", "s", "MB"))
    raw, sums = size_of(Session._meta.db_table), sum(size_of(f"sessions_app_{name}") for name in TABLES)
    table.add("rebuild_usage, from all sessions", f"{sessions - a_day:,}", s(anew), f"{sums:,} beside {raw:,}")
    read = size_of(UsageSnapshot._meta.db_table)
    table.add("rebuild_usage, from all readings", f"{UsageSnapshot.objects.count():,}", s(readings), f"{read:,}")
    table.add("COPY of a day's sessions, with their journal", f"{a_day:,}", s(stored), "")
    table.add("roll-up of that day", f"{a_day:,}", s(folded), "")
    return table


def size_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s) / 1000000", [table])
        return int(cursor.fetchone()[0])


def time_questions(reader: Reader, asked: list[Question], repetitions: int) -> None:
    """In turns, each time in another order; the first only warms up."""
    random = Random(repetitions)
    for question in asked:
        reader.seconds(question.path, question.headers)
    for _ in rounds(repetitions, BUDGET_S):
        for question in random.sample(asked, len(asked)):
            question.times.append(reader.seconds(question.path, question.headers))


def run_plainly(question: Question) -> None:
    where = [question.query["by"], question.query.get("tz", "UTC"), question.since or question.query["from"]]
    sql = SESSIONS.format(key=question.key, condition=question.condition)
    with connection.cursor() as cursor:
        cursor.execute(COUNTERS if "source" in question.query else sql, where)
        cursor.fetchall()


def as_table(asked: list[Question], sessions: int) -> Table:
    columns = ("", "ms", "p95", "p95 of its limit", "bare SQL, ms", "bare SQL x")
    projects = f"{usage_rows.PROJECTS} projects"
    table = Table(f"Usage over {sessions:,} sessions of {projects} in two years", columns)
    for question in asked:
        p95, plain = question.times.p95, question.plain.median
        cells = (ms(question.times.median), ms(p95), f"{share(p95, question.limit_s)} of {question.limit_s * 1000:.0f}")
        table.add(question.words, *cells, ms(plain), ratio(plain, question.times.median))
        if p95 > question.limit_s:
            table.over.append(f"{question.words}: p95 {ms(p95)} ms of {question.limit_s * 1000:.0f}")
    table.notes.append(
        f"{len(asked[0].times)} times each, over HTTP, signed in. Bare SQL counts each session where it began, uncut, "
        f"and the counters' differences without gaps; {usage_rows.COUNTED_PROJECTS} counters, read every five minutes."
    )
    return table
