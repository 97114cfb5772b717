"""Amounts of usage for people."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sessions_app.query.terms import field_term
from sessions_app.usage.figures import Amount

from .times import bytes_of, duration, minutes

register = template.Library()

MOST_SQUARES = 50
SLOT_AIR = 0.6  # per cent of the width between two squares


@register.filter
def amount(value: Amount, measure: str) -> str:
    """48 min, 41.2 h, 1.2 GB; what is not known is never 0, and what is not 0 never reads so."""
    if value is None:
        return "not known"
    if measure == "proxy_bytes":
        return bytes_of(round(value))
    if measure == "sessions":
        return f"{value:,} session{'' if value == 1 else 's'}"
    return "< 1 min" if 0 < value < 0.5 else minutes(value)


@register.filter
def time_limit(seconds: int | None) -> str:
    """5 min, 1 h 30 min: round amounts without their noughts."""
    return duration(seconds).removesuffix(" 00 s").removesuffix(" 00 min")


@register.simple_tag
def sessions_of(project: str, status: str = "") -> str:
    """The list's address for a project, by name or id, and a status."""
    terms = [field_term("status", status)] if status else []
    return f"{reverse('sessions')}?{urlencode({'q': ' '.join([*terms, field_term('project', project)])})}"


@register.simple_tag
def sessions_with(word: str, id: str, *terms: str) -> str:
    """The list's address for what was started with a context or an extension."""
    return f"{reverse('sessions')}?{urlencode({'q': ' '.join([field_term(word, id), *terms])})}"


@register.simple_tag
def slots_drawn(running: int, closing: int, concurrency: int) -> SafeString:
    """Slots taken, taken but close to expiry, and free; a square each, or one bar of many. Words stand beside it."""
    count = max(running, concurrency, 1)
    parts = [("slot-taken", running - closing), ("slot-closing", closing), ("slot-free", count - running)]
    if count <= MOST_SQUARES:
        parts = [(look, 1) for look, slots in parts for _ in range(slots)]
    boxes = _side_by_side(parts, count)
    drawn = format_html_join("", '<rect class="{}" x="{}%" width="{}%" height="14" rx="3"/>', boxes)
    return format_html('<svg class="slots" aria-hidden="true">{}</svg>', drawn)


def _side_by_side(parts: list[tuple[str, int]], count: int) -> Iterator[tuple[str, str, str]]:
    """(class, x, width) in per cent."""
    before = 0
    for look, slots in parts:
        if slots:
            yield look, f"{100 * before / count:.3f}", f"{100 * slots / count - SLOT_AIR:.3f}"
        before += slots
