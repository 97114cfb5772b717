"""Times and amounts for people. Text is exact and the same for everybody (UTC); site.js makes it relative and local."""

from datetime import datetime, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

MINUTE, HOUR, DAY = 60, 3600, 86_400


@register.filter
def exact(moment: datetime | None) -> str:
    """25 Nov 2026, 17:19:04 UTC."""
    return f"{moment:%-d %b %Y, %H:%M:%S} UTC" if moment else "not known"


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """A `<time>` that site.js keeps as "4 min ago" or "in 9 min", the exact time on hover.

    The server's text does not change from second to second, so that an unchanged page stays unchanged.
    """
    if moment is None:
        return "not known"
    return format_html('<time datetime="{}" data-ago>{}</time>', moment.isoformat(), exact(moment))


@register.filter
def due(moment: datetime | None) -> SafeString | str:
    """As `ago`, of what begins by itself: once its moment has come, site.js says "now"."""
    if moment is None:
        return "not known"
    return format_html('<time datetime="{}" data-ago data-due>{}</time>', moment.isoformat(), exact(moment))


@register.filter
def clock(moment: datetime | None) -> SafeString | str:
    """A `<time>` that site.js turns into the reader's zone: 25 Nov, 17:19:04."""
    if moment is None:
        return "not known"
    return format_html('<time datetime="{}" data-clock>{}</time>', moment.isoformat(), exact(moment))


@register.filter
def duration(length: timedelta | float | None) -> str:
    """4 min 12 s, 2 h 06 min, 3 d 4 h; seconds below a minute."""
    if length is None:
        return "not known"
    seconds = int(length.total_seconds() if isinstance(length, timedelta) else length)
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min {seconds % MINUTE:02d} s"
    if seconds < DAY:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE:02d} min"
    return f"{seconds // DAY} d {seconds % DAY // HOUR} h"


@register.simple_tag
def ran(start: datetime, length: timedelta, ended: bool) -> SafeString | str:
    """How long it ran; while it runs, site.js counts on from its start."""
    if ended:
        return duration(length)
    return format_html('<span data-since="{}">since {}</span>', start.isoformat(), exact(start))


@register.filter
def minutes(amount: float | None) -> str:
    """Browser minutes as people read them: 48 min, 41.2 h."""
    if amount is None:
        return "not known"
    return f"{amount:,.0f} min" if amount < 2 * MINUTE else f"{amount / MINUTE:,.1f} h"


@register.filter
def bytes_of(amount: int | None) -> str:
    """0 B, 640 kB, 1.2 GB; thousands, as on upstream's bill."""
    if amount is None:
        return "not known"
    size = float(amount)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"
