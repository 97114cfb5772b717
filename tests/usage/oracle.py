"""What docs/api-usage.md says of figures by sessions, as plain Python over session rows, without a look at the SQL."""

import json
from collections import defaultdict
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from sessions_app.models import Project, Session

ENDED = ("COMPLETED", "ERROR", "TIMED_OUT")
MINUTE = timedelta(minutes=1)
MICROSECOND = timedelta(microseconds=1)

Figures = dict[Any, list[Fraction]]


def end_of(session: Session) -> datetime | None:
    """None while it runs."""
    if session.ended_at:
        return session.ended_at
    if session.status in ENDED:
        return session.updated_at or session.changed_at
    return session.missing_since


def figures(
    sessions: list[Session], borders: list[datetime], split: str, measure: str, as_of: datetime, metadata: dict
) -> Figures:
    """{key: value of each period}, without keys that have none."""
    found: Figures = defaultdict(lambda: [Fraction(0)] * (len(borders) - 1))
    for session in sessions:
        key = key_of(session, split, metadata)
        for number, period in enumerate(pairwise(borders)):
            found[key][number] += value(session, measure, *period, as_of)
    return {key: values for key, values in found.items() if any(values)}


def value(session: Session, measure: str, start: datetime, end: datetime, as_of: datetime) -> Fraction:
    since, known = session.started_at, end_of(session)
    until = max(known or as_of, since + MINUTE)
    match measure:
        case "browser_minutes":
            return minutes(since, until, start, end)
        case "wasted_minutes":
            if session.status in ("TIMED_OUT", "ERROR"):
                return minutes(since, until, start, end)
            return minutes(max(known, since), until, start, end) if known else Fraction(0)
        case "sessions":
            return Fraction(start <= since < end)
        case "proxy_bytes":
            paid = known or as_of - MICROSECOND
            return Fraction(session.proxy_bytes if start <= paid < end else 0)
        case "COMPLETED" | "TIMED_OUT" | "ERROR":
            return Fraction(start <= since < end and known is not None and session.status == measure)
    raise AssertionError(measure)


def minutes(since: datetime, until: datetime, start: datetime, end: datetime) -> Fraction:
    shared = min(until, end) - max(since, start)
    return Fraction(max(shared // MICROSECOND, 0), 60_000_000)


def key_of(session: Session, split: str, metadata: dict) -> Any:
    match split:
        case "project":
            return session.project_id or None
        case "account":
            project = Project.objects.filter(pk=session.project_id).first()
            return (project or session).account.name
        case "by":
            return session.created_by.username if session.created_by else None
        case "status" | "region":
            return getattr(session, split) or None
        case "keep_alive":
            return comparable(session.keep_alive)
    found: Any = metadata[session.id]
    for name in split.removeprefix("metadata.").split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return comparable(found)


def comparable(value: Any) -> Any:
    """To Python, 1 and True are one key; in JSON they are two. Lists, objects and null are "not set"."""
    if isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return Fraction(value)
    return (value,) if isinstance(value, str) else None
