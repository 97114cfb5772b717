"""What there is to judge by, and what is missing, in words."""

from collections.abc import Iterator
from datetime import datetime
from math import floor

from django.utils import timezone

from sessions_app.inspector.evidence import FILMED_TABS, Evidence
from sessions_app.inspector.words import counted, lasting
from sessions_app.models import Session

#: Less than that is more than the rounding of moments.
ALL = 0.99
#: What begins or ends so near to the run's own ends leaves nothing out that anybody would miss.
_NEAR_MS = 2_000


def line_of(session: Session, evidence: Evidence) -> str:
    """In one line: Log 98 %, replay 4 s of 15 min, kept until 26 Dec."""
    parts = [log_words(evidence), replay_words(session, evidence), kept_words(session, evidence)]
    line = ", ".join(filter(None, parts))
    return line[:1].upper() + line[1:]


def log_words(evidence: Evidence) -> str:
    if evidence.log is None:
        return "no log"
    if not evidence.entries:
        return "nothing logged"
    return f"log {per_cent(evidence.log_coverage)}" if evidence.log_from else "log without times"


def replay_words(session: Session, evidence: Evidence) -> str:
    if not session.is_over:
        return "replay once it is over"
    if evidence.replay_coverage is None or evidence.replay_ms is None:
        return "replay not known"
    if not evidence.replay_coverage:
        return "no replay"
    return f"replay {lasting(evidence.replay_ms / 1000)}{of_run(evidence)}"


def of_run(evidence: Evidence) -> str:
    covers_all = (evidence.replay_coverage or 0) >= ALL
    return "" if covers_all else f" of {lasting(evidence.run_ms / 1000)}"


def kept_words(session: Session, evidence: Evidence) -> str:
    """ "" while it runs: nothing is over that could be kept."""
    if not session.is_ended:
        return ""
    if evidence.kept_until is None:
        return "kept until: not known"
    return f"{'kept until' if evidence.kept_until > timezone.now() else 'not kept since'} {day(evidence.kept_until)}"


def day(moment: datetime) -> str:
    return f"{moment:%-d %b}" if moment.year == timezone.now().year else f"{moment:%-d %b %Y}"


def per_cent(share: float) -> str:
    """Never 100 % where a thousandth is missing, nor 0 % for more than nothing."""
    if 0 < share < 0.01:
        return "under 1 %"
    return f"{floor(share * 100 + 0.1)} %"


def missing(session: Session, evidence: Evidence) -> Iterator[str]:
    """A sentence for each thing that somebody could take for seen and that is not there."""
    yield from missing_of_film(session, evidence)
    yield from missing_of_log(session, evidence)


def missing_of_film(session: Session, evidence: Evidence) -> Iterator[str]:
    if not session.is_over:
        yield "No film yet: Browserbase makes it once the session is over."
    elif evidence.replay_coverage is None:
        yield "How much the replay covers is not known: Browserbase did not say."
    elif not evidence.replay_coverage:
        yield "There is no replay: what pages looked like cannot be seen."
    elif evidence.replay_coverage < ALL:
        shown, run = lasting((evidence.replay_ms or 0) / 1000), lasting(evidence.run_ms / 1000)
        yield f"The replay covers {shown} of {run}. What is not on it may have happened all the same."
    if tabs := evidence.tabs_not_filmed:
        are = "is" if tabs == 1 else "are"
        yield f"{tabs} of its {evidence.tabs} tabs {are} not on film: Browserbase films {FILMED_TABS} at most."


def missing_of_log(session: Session, evidence: Evidence) -> Iterator[str]:
    if evidence.log is None:
        yield "Browserbase has no log of it (any more): what it did is not known."
        return
    if not evidence.entries:
        yield "Nothing was logged. That is not the same as nothing happened: logging may have been off."
        return
    yield from missing_at_ends(session, evidence)
    if bodies := evidence.bodies_missing:
        yield f"The bodies of {counted(bodies, 'answer')} are not in the log."
    if sent := evidence.post_data_missing:
        yield f"What {counted(sent, 'request')} sent along is not in the log, only that something was."
    if raw := evidence.only_raw:
        yield f"{counted(raw, 'message')} could not be understood, or placed, and can be seen in Raw only."


def missing_at_ends(session: Session, evidence: Evidence) -> Iterator[str]:
    if evidence.log_from is None or evidence.log_to is None:
        yield "No entry of the log tells its time, so when things happened is not known."
        return
    before_ms = (evidence.log_from - session.started_at).total_seconds() * 1000
    after_ms = evidence.run_ms - (evidence.log_to - session.started_at).total_seconds() * 1000
    if before_ms > _NEAR_MS:
        yield f"Of its first {lasting(before_ms / 1000)} nothing is logged."
    if after_ms > _NEAR_MS:
        yield f"Of its last {lasting(after_ms / 1000)} nothing is logged."
