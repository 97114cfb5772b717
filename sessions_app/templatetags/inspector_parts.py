"""Pieces of the inspector: moments of a session."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MINUTE_S = 60


@register.simple_tag
def at(t: float | None) -> SafeString:
    """A moment as a link to it: 0:41.2, and 1:02:41.2 after an hour."""
    if t is None:
        return format_html('<span class="row-t" title="The log does not tell when">{}</span>', "?")
    return format_html('<a class="row-t" href="?t={}" data-moment data-row-link>{}</a>', f"{t:.15g}", since_start(t))


@register.filter
def since_start(t: float | None) -> str:
    """Milliseconds since the start as a film's clock shows them; before the start with a minus."""
    if t is None:
        return "not known"
    tenths = int(abs(t) // 100)
    seconds, minutes, hours = tenths // 10 % MINUTE_S, tenths // 600 % 60, tenths // 36_000
    sign = "-" if t < 0 and tenths else ""
    ahead = f"{hours}:{minutes:02d}" if hours else f"{minutes}"
    return f"{sign}{ahead}:{seconds:02d}.{tenths % 10}"
