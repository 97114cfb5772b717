"""The sentence a session's page begins with, before anything was read: only what the row itself can prove."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

from sessions_app.inspector.verdict import ran_words
from sessions_app.inspector.words import lasting
from sessions_app.models import Session
from sessions_app.templatetags.session_parts import look_of
from sessions_app.templatetags.times import ago, clock, exact


@dataclass(frozen=True)
class Verdict:
    """`look` and `icon` as session_parts has them, a title, and further sentences."""

    look: str
    icon: str
    title: SafeString
    details: list[str]


def verdict_on(session: Session) -> Verdict:
    _, icon, look = look_of(session)
    return Verdict(look, icon, title_of(session), [*details_of(session)])


def title_of(session: Session) -> SafeString:
    if session.is_ended:
        return end_title(session)
    if session.missing_since:
        return format_html("Gone: Browserbase no longer knew it {}", ago(session.missing_since))
    if session.is_ending:
        return ending_title(session)
    if session.status not in ("RUNNING", "PENDING"):
        return format_html("Browserbase calls its status “{}”, which says nothing to us", session.status)
    if session.is_past_expiry:
        return format_html("Past its limit: it should have ended {}", ago(session.expires_at))
    return format_html("{} for {}", "Running" if session.is_running else "Waiting for its browser", so_far(session))


def end_title(session: Session) -> SafeString:
    words = {"COMPLETED": "Completed", "TIMED_OUT": "Timed out", "ERROR": "Failed"}.get(session.status, "Ended")
    return format_html("{} after {}", words, ran_words(session))


def ending_title(session: Session) -> SafeString:
    wish = session.wish
    if wish.state == "stuck":
        return format_html("Still not ended, though its end was asked for {}", ago(wish.asked_at))
    return format_html("Ending: {} asked for it {}", wish.asked_by or "somebody", ago(wish.asked_at))


def details_of(session: Session) -> Iterator[str]:
    if session.is_ended:
        yield from further(session)
        return
    if session.missing_since:
        yield format_html("Its status was {} then, and how it ended is not known.", session.status)
    else:
        yield from details_while_open(session)
    yield from started_by(session)


def started_by(session: Session) -> Iterator[str]:
    if session.created_by:
        yield format_html("Started by {}.", session.created_by)


def details_while_open(session: Session) -> Iterator[str]:
    if session.is_ending:
        if session.wish.last_error:
            yield format_html("{} Tried {} so far.", session.wish.last_error, times(session.wish.tries))
        return
    if session.expires_at and not session.is_past_expiry:
        yield format_html("Expires {}.", ago(session.expires_at))
    if session.keep_alive:
        yield "Keep alive is set: it goes on without a client until it is ended or expires."


def further(session: Session, cause: str = "") -> Iterator[str]:
    """Of an ended session, what a verdict with this cause does not say yet."""
    if session.status == "TIMED_OUT" and (limit := session.time_limit):
        yield format_html("Its limit was {}.", lasting(limit.total_seconds()))
    if session.ended_at_once and cause != "ended_at_once":
        yield "It ended almost at once, although keep alive was set."
    if cause != "released_here" and session.wish and session.wish.tries and session.wish.asked_at <= end_of(session):
        yield format_html("{} asked for its end {}.", session.wish.asked_by or "Somebody", clock(session.wish.asked_at))
    if session.ended_at is None:
        yield "When exactly it ended is not known; this is its last update."
    yield from started_by(session)


def end_of(session: Session) -> datetime:
    return session.started_at + session.duration


def so_far(session: Session) -> SafeString:
    """How long it has gone on; site.js counts, the server's text stays the same."""
    started = session.started_at
    return format_html('<span data-since="{}">some time (since {})</span>', started.isoformat(), exact(started))


def times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
