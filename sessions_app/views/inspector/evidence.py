"""`/sessions/<id>/evidence/`: what there is to judge by, what is missing, and what the verdict rests on."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from sessions_app.inspector.evidence import Evidence, read_evidence
from sessions_app.inspector.grounds import ground_of
from sessions_app.inspector.words import lasting
from sessions_app.models import AuditEvent, Session
from sessions_app.views.access import wants_json
from sessions_app.views.bearer import made_for_programs
from sessions_app.views.session_evidence import evidence_for_scripts

from .evidence_words import missing, per_cent
from .looked_at import LookedAt
from .panel import panel

#: Of a bar's length: what is shorter could not be seen.
_LEAST = 0.4


@dataclass(frozen=True)
class Bar:
    """What covers which part of the run; `x` and `width` in per cent of it."""

    name: str
    x: float
    width: float
    words: str


@made_for_programs
def evidence(request: HttpRequest, session_id: str) -> HttpResponseBase:
    return evidence_for_scripts(request, session_id) if wants_json(request) else evidence_tab(request, session_id)


@panel("evidence")
def evidence_tab(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    uploads = AuditEvent.objects.filter(session_id=session.pk, action=AuditEvent.Action.FILE_UPLOADED, succeeded=True)
    context: dict[str, Any] = {"session": session, "uploads": uploads.count()}
    found = read_evidence(session)
    return render(request, "inspector/evidence.html", context | shown(session, found))


def shown(session: Session, evidence: Evidence) -> dict[str, Any]:
    return {
        "evidence": evidence,
        "bars": bars_of(session, evidence),
        "missing": list(missing(session, evidence)),
        "verdict": evidence.verdict,
        "ground": ground_of(evidence.verdict),
        "kept_days": session.account.keeps_days,
    }


def bars_of(session: Session, evidence: Evidence) -> list[Bar]:
    """The run, its log, and each tab's film, one above the other."""
    bars = [Bar("Run", 0, 100, lasting(evidence.run_ms / 1000) + ("" if session.is_over else " so far"))]
    if evidence.log_from and evidence.log_to:
        begin, end = (
            (moment - session.started_at).total_seconds() * 1000 for moment in (evidence.log_from, evidence.log_to)
        )
        words = f"{per_cent(evidence.log_coverage)}, {counted_entries(evidence)}"
        bars.append(bar(evidence, "Log", begin, end, words))
    else:
        bars.append(Bar("Log", 0, 0, counted_entries(evidence)))
    for film in evidence.films:
        if film.from_ms is not None and film.to_ms is not None:
            words = lasting(max(film.to_ms - film.from_ms, 0) / 1000)
            bars.append(bar(evidence, f"Film of tab {film.page_id}", film.from_ms, film.to_ms, words))
        else:
            bars.append(Bar(f"Film of tab {film.page_id}", 0, 0, "from when to when is not known"))
    return bars


def counted_entries(evidence: Evidence) -> str:
    if evidence.log is None:
        return "none at Browserbase (any more)"
    return (
        f"{evidence.entries:,} {'entry' if evidence.entries == 1 else 'entries'}"
        if evidence.entries
        else "nothing logged"
    )


def bar(evidence: Evidence, name: str, from_ms: float, to_ms: float, words: str) -> Bar:
    run_ms = max(evidence.run_ms, 1)
    x = min(max(from_ms / run_ms * 100, 0), 100 - _LEAST)
    end = min(max(to_ms / run_ms * 100, 0), 100)
    return Bar(name, round(x, 3), round(max(end - x, _LEAST), 3), words)
