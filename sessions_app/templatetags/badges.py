"""Badges: a state that the status does not name, and only what our rows prove."""

from collections.abc import Iterator

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sessions_app.models import Session

from .times import ago, duration

register = template.Library()

#: (class, words, title)
Badge = tuple[str, str, str]


@register.simple_tag
def badges(session: Session) -> SafeString:
    """Two at most."""
    return format_html_join("", ' <span class="badge{0}" title="{2}">{1}</span>', found(session))


def found(session: Session) -> Iterator[Badge]:
    if session.is_over:
        yield from of_ended(session)
        return
    if session.is_ending:
        yield asked(session)
    if session.is_past_expiry:
        yield "", format_html("expired {}", ago(session.expires_at)), "Its time is over, and it is not seen to end."
    elif session.expires_soon and not session.is_ending:
        yield "", format_html("expires {}", ago(session.expires_at)), ""


def asked(session: Session) -> Badge:
    """Red once the wish is stuck, with what upstream said last."""
    wish = session.wish
    words = format_html("asked {}{}", ago(wish.asked_at), ", still running" if session.outlives_its_end else "")
    return (" badge-red" if wish.state == "stuck" else ""), words, wish.last_error


def of_ended(session: Session) -> Iterator[Badge]:
    if session.overrun:
        limit = duration(session.time_limit)
        yield "", format_html("{} past its timeout", duration(session.overrun)), f"It was to run {limit} at most."
    elif session.ended_at_once:
        used = f"{duration(session.duration)} of {duration(session.time_limit)}"
        yield "", "ended early", f"Keep alive was set, it ran {used}, and nobody asked for its end here."
