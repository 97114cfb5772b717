"""What docs/query.md says, as a plain Python filter over session rows: written without a look at the SQL."""

import json
import re
from datetime import UTC, datetime, timedelta, tzinfo
from fractions import Fraction
from typing import Any

from sessions_app.models import Session
from sessions_app.query import Term, Value

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
ENDED = ("COMPLETED", "ERROR", "TIMED_OUT")
MISSING = object()


class Oracle:
    """`names` are the projects' names by id; metadata is taken as it was before it was stored, by session id."""

    def __init__(self, now: datetime, zone: tzinfo, names: dict[str, str], metadata: dict[str, Any]) -> None:
        self.now, self.zone, self.names, self.stored = now, zone, names, metadata

    def matches(self, session: Session, terms: list[Term]) -> bool:
        return all(any(self.one(session, term, value) for value in term.values) != term.negated for term in terms)

    def one(self, session: Session, term: Term, value: Value) -> bool:
        match term.kind:
            case "metadata":
                return self.at_path(session, term.path, value)
            case "word":
                return session.id.startswith(value.text) or self.has_words(session, value.text)
            case "started" | "ended":
                return self.moment(getattr(session, f"{term.kind}_at"), value)
            case "duration":
                return value.compare == "*" or self.lasts(session, value)
            case "proxy_mb":
                return value.compare == "*" or compare(Fraction(session.proxy_bytes, 1_000_000), value)
            case "keep_alive":
                return value.compare == "*" or session.keep_alive == (value.text.lower() == "true")
            case _:
                return self.text(session, term.kind, value)

    def text(self, session: Session, kind: str, value: Value) -> bool:
        owner = session.created_by.username if session.created_by else None
        fields = {
            "context": session.context_id,
            "extension": session.extension_id,
            "by": owner,
            "project": session.project_id,
        }
        actual = fields[kind] if kind in fields else getattr(session, kind)
        if value.compare == "*":
            return bool(actual)
        if kind in ("status", "region"):
            return actual.casefold() == value.text.casefold()
        if kind == "id":
            return actual.startswith(value.text)
        name = self.names.get(actual or "") if kind == "project" else None
        return actual == value.text or (name is not None and name.casefold() == value.text.casefold())

    def at_path(self, session: Session, path: tuple[str, ...], value: Value) -> bool:
        found = self.stored[session.id]
        for key in path:
            found = found.get(key, MISSING) if isinstance(found, dict) else MISSING
        if value.compare == "*":
            return found is not MISSING
        if value.compare != "=":
            is_number = isinstance(found, (int, float)) and not isinstance(found, bool)
            return is_number and compare(Fraction(found), value)
        return found == value.text if isinstance(found, str) else value.text in json_texts(found)

    def has_words(self, session: Session, text: str) -> bool:
        wanted = [word.lower() for word in re.findall(r"\w+", text)]
        return bool(wanted) and any(follows(wanted, leaf) for leaf in leaves(self.stored[session.id]))

    def moment(self, actual: datetime | None, value: Value) -> bool:
        if actual is None or value.compare == "*":
            return actual is not None
        if value.compare != "=" and value.text[-1] in UNITS:
            ago = (self.now - actual) / timedelta(seconds=1)
            return ago < seconds(value.text) if value.compare == "<" else ago > seconds(value.text)
        start, end, is_day = span(value.text, self.zone)
        at = actual.timestamp()
        match value.compare:
            case "<":
                return at < start
            case ">":
                return at >= start if is_day else at > start
            case _:
                return start <= at < end

    def lasts(self, session: Session, value: Value) -> bool:
        known = (session.updated_at or session.changed_at) if session.status in ENDED else None
        end = session.ended_at or known or session.missing_since or self.now
        lasted = Fraction(max(end - session.started_at, timedelta()) // timedelta(microseconds=1), 1_000_000)
        wanted = seconds(value.text)
        return wanted <= lasted < wanted + 1 if value.compare == "=" else compare(lasted, value, wanted)


def compare(actual: Fraction, value: Value, wanted: Fraction | None = None) -> bool:
    wanted = number(value.text) if wanted is None else wanted
    return {"<": actual < wanted, ">": actual > wanted, "=": actual == wanted}[value.compare]


def number(text: str) -> Fraction:
    digits, _, power = text.partition("e")
    return Fraction(digits) * Fraction(10) ** max(min(int(power or 0), 2_000), -2_000)


def seconds(text: str) -> Fraction:
    return sum((Fraction(size) * UNITS[unit] for size, unit in re.findall(r"([\d.]+)([smhd])", text)), Fraction())


def span(text: str, zone: tzinfo) -> tuple[float, float, bool]:
    if len(text) == 10:
        year = int(text[:4])
        if year in (1, 9999):
            return (float("-inf"), float("-inf"), True) if year == 1 else (float("inf"), float("inf"), True)
        midnight = datetime.fromisoformat(text)
        start, end = (day.replace(tzinfo=zone).timestamp() for day in (midnight, midnight + timedelta(days=1)))
        return start, end, True
    moment = datetime.fromisoformat(text)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return moment.timestamp(), moment.timestamp() + (1 if text.count(":") == 2 else 60), False


def json_texts(found: Any) -> set[str]:
    """As Python writes it, and as it is once PostgreSQL had it."""
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return {json.dumps(found)} if isinstance(found, bool) else set()
    if found == 0 and isinstance(found, float):
        return {"0.0"}
    texts = {json.dumps(found)}
    if isinstance(found, float) and abs(found) >= 1e16:
        texts |= {str(int(found))}
    return texts


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    if isinstance(value, float):
        return [f"{value:.10f}".rstrip("0") if abs(value) < 1e-4 else str(value)]
    return [] if value is None else [value if isinstance(value, str) else json.dumps(value)]


def follows(wanted: list[str], leaf: str) -> bool:
    found = [word.lower() for word in re.findall(r"\w+", leaf)]
    return any(found[at : at + len(wanted)] == wanted for at in range(len(found)))


__all__ = ["UTC", "Oracle"]
