"""How a session ended and why, in plain words: what its row, our record and its log prove, and no more.

What follows from silence (a log without commands, a session that nobody here ended) is inferred, and says so.
"""

from dataclasses import dataclass
from datetime import timedelta

from sessions_app.models import Session

from .log.opened import Log
from .words import lasting

#: Upstream ends a session to which nothing connected for so long, and a connection without commands.
CONNECTS_WITHIN, COMMANDS_WITHIN = timedelta(minutes=5), timedelta(minutes=10)
_ABOUT_S = 15
#: Shorter silence before an end is how any work ends.
_IDLE_S, _AT_END_S = 30.0, 5.0


@dataclass(frozen=True)
class Verdict:
    """`text` a sentence without a full stop: the first line of a session's page, and what scripts read.

    `cause` is one of those that docs/inspector.md lists; `inferred`: likely, not certain.
    """

    text: str
    cause: str
    inferred: bool = False


def verdict_of(session: Session, log: Log | None) -> Verdict:
    if not session.is_ended:
        return verdict_while_open(session, log)
    ran = ran_words(session)
    if released := verdict_of_release(session, ran):
        return released
    match session.status:
        case "TIMED_OUT":
            return verdict_of_timeout(session, log, ran)
        case "ERROR":
            return verdict_of_error(log, ran)
        case "COMPLETED":
            return verdict_of_completion(session, log, ran)
        case _:
            return Verdict(f"Ended after {ran}; how is not known: Browserbase says {session.status}", "not_known")


def verdict_while_open(session: Session, log: Log | None) -> Verdict:
    if session.missing_since:
        return Verdict("Gone: Browserbase no longer knows it, and how it ended is not known", "not_known")
    if session.status == "PENDING":
        return Verdict("Waiting for its browser", "not_started")
    if session.status != "RUNNING":
        return Verdict(f"Browserbase says {session.status}, which tells nothing here", "not_known")
    text = f"Running for {ran_words(session)} so far"
    last = log.pace.last_command_ms if log else None
    silent_s = min(session.started_at.timestamp() - last / 1000, 0) + session.duration.total_seconds() if last else 0.0
    return Verdict(
        f"{text}: no command logged for the last {lasting(silent_s)}" if silent_s >= _IDLE_S else text, "still_running"
    )


def verdict_of_release(session: Session, ran: str) -> Verdict | None:
    """An end that was asked for here, tried, and came; certain where upstream said that it heard."""
    wish = session.wish
    end = session.started_at + session.duration
    if session.status != "COMPLETED" or wish is None or not wish.tries or wish.asked_at > end:
        return None
    words = f"Ended here after {ran}: {wish.asked_by or 'somebody'} asked for it"
    return Verdict(words, "released_here", inferred=wish.accepted_at is None)


def verdict_of_timeout(session: Session, log: Log | None, ran: str) -> Verdict:
    text = f"Timed out after {ran}"
    silent_s = silence_s(log)
    limit = session.time_limit
    if silent_s is not None and silent_s >= _IDLE_S:
        return Verdict(f"{text}: no command for the last {lasting(silent_s)}", "timed_out_idle", inferred=True)
    if silent_s is not None:
        last = f"its last command came {lasting(silent_s)} before" if silent_s >= 1 else "commands came to its end"
        return Verdict(f"{text}, still at work: {last}", "timed_out_busy", True)
    if (
        not has_entries(log)
        and is_about(session.duration, CONNECTS_WITHIN)
        and limit
        and limit > session.duration * 1.2
    ):
        return never_connected(text)
    return Verdict(f"{text}; {unknown_words(log)}", "timed_out")


def verdict_of_error(log: Log | None, ran: str) -> Verdict:
    crash = next((event for event in reversed(log.events) if event.kind == "crash"), None) if log else None
    if crash:
        return Verdict(f"Failed after {ran}: by its log, a page crashed", "crashed", inferred=True)
    return Verdict(f"Failed after {ran}; why is not known", "error")


def verdict_of_completion(session: Session, log: Log | None, ran: str) -> Verdict:
    text = f"Completed after {ran}"
    silent_s = silence_s(log)
    if closed_by_client(log):
        return Verdict(f"{text}: its client closed the browser", "closed_by_client", inferred=True)
    if session.ended_at_once:
        return Verdict(f"{text}, almost at once although keep alive was set; why is not known", "ended_at_once")
    if not has_entries(log) and is_about(session.duration, CONNECTS_WITHIN):
        return never_connected(text)
    if session.keep_alive:
        words = f"{text}: not ended here, so probably released by another program"
        return Verdict(words, "released_elsewhere", inferred=True)
    if silent_s is not None and silent_s >= COMMANDS_WITHIN.total_seconds() - _ABOUT_S:
        words = f"{text}: no command for the last {lasting(silent_s)}, after which Browserbase closes the connection"
        return Verdict(words, "connection_idle", inferred=True)
    words = f"{text}: its client disconnected, or released it; which of the two is not known"
    return Verdict(words, "disconnected_or_released", inferred=True)


def never_connected(text: str) -> Verdict:
    words = f"{text}: probably nothing ever connected, since nothing was logged and Browserbase waits 5 min"
    return Verdict(words, "never_connected", inferred=True)


def closed_by_client(log: Log | None) -> bool:
    closed = next((event for event in reversed(log.events) if event.kind == "browser_closed"), None) if log else None
    if closed is None or log is None:
        return False
    return closed.at_ms is None or log.ended_ms is None or log.ended_ms - closed.at_ms <= _AT_END_S * 1000


def silence_s(log: Log | None) -> float | None:
    """From the last command to the end, at most since the start; None where the log does not tell."""
    if log is None or log.ended_ms is None or log.pace.last_command_ms is None:
        return None
    last_ms = max(log.pace.last_command_ms, log.started_ms)
    return max((log.ended_ms - last_ms) / 1000, 0.0)


def has_entries(log: Log | None) -> bool:
    return log is not None and len(log) > 0


def unknown_words(log: Log | None) -> str:
    if log is None:
        return "Browserbase has no log of it, so what it was doing is not known"
    return "its log holds no command whose time is known" if len(log) else "nothing was logged, so why is not known"


def ran_words(session: Session) -> str:
    """An end without a moment is known by the last update only."""
    about = "about " if session.is_ended and session.ended_at is None else ""
    return about + lasting(session.duration.total_seconds())


def is_about(duration: timedelta, limit: timedelta) -> bool:
    return abs((duration - limit).total_seconds()) <= _ABOUT_S
