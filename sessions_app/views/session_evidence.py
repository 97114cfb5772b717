"""`/sessions/<id>/evidence/?format=json`: what there is to judge a session by, and a verdict that follows from it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sessions_app.inspector.evidence import Evidence, read_evidence
from sessions_app.models import Session

from .as_json import iso
from .trace_reads import as_json, of_session


@require_safe
@never_cache
@of_session
def evidence_for_scripts(request: HttpRequest, session: Session) -> HttpResponse:
    return as_json(evidence_json(read_evidence(session)))


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """`replay.pages` counts the tabs that were filmed; None where upstream did not say."""
    verdict = evidence.verdict
    return {
        "log": {
            "entries": evidence.entries,
            "from": iso(evidence.log_from),
            "to": iso(evidence.log_to),
            "coverage": evidence.log_coverage,
        },
        "replay": {
            "pages": None if evidence.replays is None else evidence.replays.page_count,
            "coverage": evidence.replay_coverage,
        },
        "verdict": {"text": verdict.text, "cause": verdict.cause, "inferred": verdict.inferred},
    }
