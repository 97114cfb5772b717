"""`/sessions/<id>/first-line/`: what happened, in plain words, by what the session left; for the page's head."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from sessions_app.browserbase import errors
from sessions_app.inspector.evidence import Evidence, read_evidence
from sessions_app.inspector.grounds import ground_of
from sessions_app.inspector.log.opened import as_time
from sessions_app.inspector.opening import is_settled
from sessions_app.inspector.trouble import Trouble, trouble_before_the_end
from sessions_app.inspector.words import counted
from sessions_app.models import Session
from sessions_app.views.polling import polled
from sessions_app.views.verdict import details_of, further, verdict_on

from .evidence_words import line_of
from .looked_at import LookedAt
from .panel import part

#: More hosts are told by their number.
HOSTS_NAMED = 2


@polled
@part
def first_line(request: HttpRequest, session: Session, looked: LookedAt) -> HttpResponse:
    """Of a session that is over the verdict, of others what its log says besides. What the row says stays otherwise."""
    template = "over" if session.is_over else "live"
    context: dict[str, Any] = {"session": session, "verdict": verdict_on(session)}
    try:
        context |= read(session, read_evidence(session))
    except errors.UpstreamError:
        context["is_unread"] = True  # why is told once on the page: by the tab, or else by the strip
    return render(request, f"inspector/first_line.html#{template}", context)


def read(session: Session, evidence: Evidence) -> dict[str, Any]:
    last_ms = evidence.log.pace.last_command_ms if evidence.log else None
    rests_on = ground_of(evidence.verdict).rests_on
    trouble = trouble_words(evidence, trouble_before_the_end(session, evidence.log))
    more = list(further(session, evidence.verdict.cause) if session.is_ended else details_of(session))
    return {
        "line": evidence.verdict,
        "rests_on": rests_on,
        "trouble": trouble,
        "further": more if more or trouble else [rests_on],
        "evidence_line": line_of(session, evidence),
        "is_empty": not evidence.entries,
        "last_command": None if last_ms is None else as_time(last_ms),
        "may_change": not is_settled(session),
    }


def trouble_words(evidence: Evidence, trouble: Trouble | None) -> dict[str, Any] | None:
    """What failed, as the sentence has it, and the part of the session in which to look."""
    if trouble is None or evidence.log is None:
        return None
    hosts = trouble.hosts
    at = " and ".join(hosts) if len(hosts) <= HOSTS_NAMED else counted(len(hosts), "host")
    return {
        "requests": counted(trouble.requests, "request") if trouble.requests else "",
        "at": evidence.log.cover.text(at),
        "errors": counted(trouble.errors, "error") if trouble.errors else "",
        "part": f"from={trouble.from_t:.0f}&to={trouble.to_t:.0f}",
    }
