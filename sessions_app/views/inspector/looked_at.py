"""Which part of a session a tab shows, and which moment: `?from=&to=` and `?t=`, the same for all tabs.

`?left=&right=` is how far the strip above them is zoomed in."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils.dateparse import parse_datetime

from sessions_app.models import Session

PART = ("from", "to")
#: A hundred years: nothing ran longer.
_MOST_MS = 100 * 365 * 86_400_000.0


@dataclass(frozen=True)
class LookedAt:
    """Milliseconds since the session's start; None where the address names nothing. `wrong` says which parameter means
    nothing, and why."""

    t_ms: float | None = None
    from_ms: float | None = None
    to_ms: float | None = None
    left_ms: float | None = None
    right_ms: float | None = None
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def is_part(self) -> bool:
        return self.from_ms is not None or self.to_ms is not None

    def holds(self, t_ms: float | None, until_ms: float | None = None) -> bool:
        """Whether something at this moment, or from it to `until_ms`, is shown. What has no moment is in no part."""
        if not self.is_part:
            return True
        if t_ms is None:
            return False
        end_ms = t_ms if until_ms is None else until_ms
        return (self.from_ms is None or end_ms >= self.from_ms) and (self.to_ms is None or t_ms <= self.to_ms)

    @property
    def named(self) -> list[tuple[str, str]]:
        """All of it as an address has it, "" for what is not asked for."""
        values = {"t": self.t_ms, "from": self.from_ms, "to": self.to_ms, "left": self.left_ms, "right": self.right_ms}
        return [(name, "" if value is None else f"{value:.15g}") for name, value in values.items()]

    @property
    def part_query(self) -> str:
        """The part alone, as the address of an export has it."""
        return urlencode([(name, value) for name, value in self.named if value and name in PART])

    @property
    def query(self) -> str:
        """As the address of something else than this page says it: `from=40000&to=64000`, or ""."""
        return urlencode([(name, value) for name, value in self.named if value and name in ("t", "from", "to")])


def looked_at(request: HttpRequest, session: Session) -> LookedAt:
    """What cannot be understood is left out, and said."""
    wrong: dict[str, str] = {}
    names = ("t", "from", "to", "left", "right")
    t_ms, from_ms, to_ms, left_ms, right_ms = (moment_in(request.GET, name, session, wrong) for name in names)
    if from_ms is not None and to_ms is not None and from_ms > to_ms:
        wrong["from"] = "The part that the address asks for would end before it begins."
        from_ms = to_ms = None
    return LookedAt(t_ms, from_ms, to_ms, left_ms, right_ms, wrong)


def moment_in(asked: QueryDict, name: str, session: Session, wrong: dict[str, str]) -> float | None:
    text = asked.get(name, "").strip()
    if not text:
        return None
    moment = moment_of(text, session)
    if moment is None:
        wrong[name] = f"“{text[:60]}” is no moment: write milliseconds since its start, or 2026-11-20T12:00:00Z."
    return moment


def moment_of(text: str, session: Session) -> float | None:
    """Milliseconds since the start as they are; an ISO time, without a zone in UTC. None for anything else."""
    try:
        offset_ms = float(text)
    except ValueError:
        return offset_of(iso_time(text), session)
    return offset_ms if math.isfinite(offset_ms) and abs(offset_ms) < _MOST_MS else None


def iso_time(text: str) -> datetime | None:
    try:
        # A "+" of a zone that was not encoded arrives as a space.
        moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def offset_of(moment: datetime | None, session: Session) -> float | None:
    return (moment - session.started_at).total_seconds() * 1000 if moment else None
