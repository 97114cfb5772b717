"""Pieces of a session that several pages show the same way."""

from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from sessions_app.models import Session
from sessions_app.models.session import as_text
from sessions_app.query.facets import LONGEST_VALUE
from sessions_app.query.terms import Path, leaf_term

from .icons import icon

register = template.Library()

HIDDEN_TOKEN = '<input type="hidden" name="csrfmiddlewaretoken" value="{}">'  # noqa: S105 (where it goes, not one)

LONGEST_TITLE = 300

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
    if session.missing_since and not session.is_ended:
        return ("Gone", "unlink", "gone")
    if session.is_ending:
        return ("Ending", "square", "ending")
    if session.status in ("RUNNING", "PENDING") and session.is_ended:
        return ("Ended", "check", "completed")
    return LOOKS.get(session.status, (session.status or "not known", "help", "unknown"))


@register.simple_tag
def session_status(session: Session) -> SafeString:
    word, name, look = look_of(session)
    return format_html('<span class="status status-{}">{}{}</span>', look, icon(name), word)


@register.simple_tag(takes_context=True)
def end_button(context: Context, session: Session, words: str = "End", small: bool = True) -> SafeString | str:
    """A form that ends it in one click, where that can be asked for: fifty to a page, so not a template of its own."""
    if session.is_over or session.is_ending:
        return ""
    # What htmx sends carries the token as a header.
    token = "" if context["request"].htmx else format_html(HIDDEN_TOKEN, context["csrf_token"])
    return format_html(
        '<form method="post" action="{0}" hx-post="{0}" hx-target="#said" hx-swap="innerHTML" class="end">{1}'
        '<button class="button button-danger{2}" aria-label="End session {3}">{4}{5}</button></form>',
        *(reverse("end_session", args=[session.id]), token, " button-small" if small else ""),
        *(session.short_id, icon("square"), words),
    )


@register.simple_tag
def metadata_chips(session: Session, most: int, key_length: int, value_length: int) -> SafeString:
    """Its metadata, at most so many values, each a link to the sessions that have the same."""
    leaves = islice(session.metadata_leaves(), most)
    return format_html_join("", "{}", ((_chip(*leaf, key_length, value_length),) for leaf in leaves))


def _chip(path: Path, value: Any, key_length: int, value_length: int) -> SafeString:
    key, text, term = ".".join(path), as_text(value), leaf_term(path, value)
    words = format_html('<span class="chip-key">{}</span> {}', _cut(key, key_length), _cut(text, value_length))
    title = f"{key} = {_cut(text, LONGEST_TITLE)}"
    if len(term) > LONGEST_VALUE:
        return format_html('<span class="chip" title="{}">{}</span>', title, words)
    address = f"{reverse('sessions')}?{urlencode({'add': term})}"
    return format_html('<a class="chip" href="{}" data-term="{}" title="{}">{}</a>', address, term, title, words)


def _cut(text: str, longest: int) -> str:
    return Truncator(text).chars(longest)


METER = '<svg class="meter meter-{}" viewBox="0 0 44 5" aria-hidden="true"{}><rect width="{}" height="5"/></svg> '


@register.simple_tag
def run_meter(session: Session) -> SafeString | str:
    """How much of its time limit it used, nothing where no limit is known; while it runs, site.js draws it on."""
    if session.time_limit is None:
        return ""
    if not session.is_over:
        ends = session.started_at + session.time_limit
        span = format_html(' data-from="{}" data-until="{}"', session.started_at.isoformat(), ends.isoformat())
        return format_html(METER, look_of(session)[2], span, 4)
    share = min(session.duration / session.time_limit, 1)
    return format_html(METER, look_of(session)[2], "", max(round(share * 44), 4))
