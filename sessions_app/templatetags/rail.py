"""Pieces of the rail beside the list."""

from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from sessions_app.views.facet_groups import Row

register = template.Library()

LONGEST = 100  # characters; CSS cuts earlier
ROW = (
    '<li><a class="facet-row{}" href="{}" data-term="{}" title="{}"{}><svg aria-hidden="true"><rect width="{}%" '
    'height="100%" rx="4"/></svg><bdi>{}</bdi><span>{}</span></a></li>'
)
CURRENT = SafeString(' aria-current="true"')


@register.simple_tag
def facet_row(row: Row, edit: str) -> SafeString:
    """A value with its bar behind it; a click adds its term, or drops it where the query has it."""
    change, term = ("drop", row.named) if row.named else ("add", row.term)
    return format_html(
        ROW,
        " quiet" if row.is_not_set else "",
        f"{reverse('sessions')}?{edit}{change}={quote(term, safe='')}",
        row.term,
        f"Remove {row.named}" if row.named else row.name,
        CURRENT if row.named else "",
        row.bar,
        Truncator(row.name).chars(LONGEST) or "(empty)",
        counted(row.count),
    )


@register.filter
def per_cent(share: float) -> str:
    """71 %; what is not nothing never reads so."""
    return "< 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


@register.filter
def counted(number: int) -> str:
    """10,220"""
    return f"{number:,}"
