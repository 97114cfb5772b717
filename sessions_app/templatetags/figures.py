"""Amounts of usage for people."""

from django import template

from sessions_app.usage.figures import Amount
from sessions_app.usage.readings import Measure

from .times import bytes_of, minutes

register = template.Library()


@register.filter
def amount(value: Amount, measure: Measure) -> str:
    """48 min, 41.2 h, 1.2 GB; what is not known is never 0, and what is not 0 never reads so."""
    if value is None:
        return "not known"
    if measure == "proxy_bytes":
        return bytes_of(round(value))
    return "< 1 min" if 0 < value < 0.5 else minutes(value)
