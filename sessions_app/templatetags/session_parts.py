"""Pieces of a session that several pages show the same way."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sessions_app.models import Session

from .icons import icon

register = template.Library()

# status: (word, icon, class)
LOOKS = {
    "RUNNING": ("Running", "player-play", "live"),
    "PENDING": ("Pending", "circle-dashed", "pending"),
    "COMPLETED": ("Completed", "check", "completed"),
    "ERROR": ("Error", "alert-triangle", "error"),
    "TIMED_OUT": ("Timed out", "clock-x", "timed-out"),
}


def look_of(session: Session) -> tuple[str, str, str]:
    """Word, icon and class for the state that a person should see; an unknown status is shown as it came."""
    if session.is_ending:
        return ("Ending", "square", "ending")
    if session.status in ("RUNNING", "PENDING") and session.is_ended:
        return ("Ended", "check", "completed")
    return LOOKS.get(session.status, (session.status or "not known", "help", "unknown"))


@register.simple_tag
def session_status(session: Session) -> SafeString:
    word, name, look = look_of(session)
    return format_html('<span class="status status-{}">{}{}</span>', look, icon(name), word)


@register.simple_tag
def session_look(session: Session) -> str:
    """The class suffix alone: live, pending, ending, completed, error, timed-out, unknown."""
    return look_of(session)[2]


@register.filter
def metadata_pairs(session: Session, most: int = 0) -> list[tuple[str, str]]:
    """(path, value) pairs, at most `most` of them where it is not 0."""
    pairs = list(session.metadata_pairs())
    return pairs[:most] if most else pairs
