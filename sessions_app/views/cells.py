"""The cells of the list: one session in one column, as HTML. Written here and not in a template: it is much faster."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sessions_app.models import Session
from sessions_app.models.session import as_text
from sessions_app.query.columns import Column
from sessions_app.query.terms import Path, field_term, leaf_term
from sessions_app.templatetags.badges import badges
from sessions_app.templatetags.session_parts import run_meter, session_status
from sessions_app.templatetags.times import ago, bytes_of, clock, ran

from .columns import Look

MOST_CHIPS = 5
LONGEST_TITLE = 300
LONGEST_TEXT = 60
LONGEST_TERM = 500  # longer ones are no use in a query
ID_SHOWN = 8
NOT_THERE = object()
NOT_KNOWN = format_html('<span class="quiet">{}</span>', "not known")


class Cells:
    """Writes rows for one reader. `edit` is what stands between `?` and `add=…` in a link that changes the query."""

    def __init__(self, look: Look, edit: str, user: object, zone: tzinfo) -> None:
        self.columns = look.columns
        self.own_paths = {column.path for column in look.columns if column.path}
        self.has_id = look.has_id
        self.base = f"?{edit}add="
        self.user = user
        self.zone = zone

    def row(self, session: Session) -> SafeString:
        """Every cell in its order; where the id is no column, a link in its place at the end."""
        cells = format_html_join("", "{}", ((self.cell(column, session),) for column in self.columns))
        return cells if self.has_id else format_html('{}<td class="cell-open">{}</td>', cells, opening(session))

    def cell(self, column: Column, session: Session) -> SafeString:
        if column.path:
            inside = self.metadata_value(session, column.path)
            return format_html('<td class="cell-path" data-label="{}">{}</td>', cut(column.title, 40), inside)
        return format_html('<td class="cell-{}">{}</td>', column.name, WRITERS[column.name](self, session))

    def link(self, term: str, words: str, look: str = "term", title: str = "") -> SafeString | str:
        """Words that narrow the list to their term; plain ones where the term is too long for a query."""
        if len(term) > LONGEST_TERM:
            return format_html('<span class="{}" title="{}">{}</span>', look, title, words)
        address = self.base + quote(term, safe="")
        return format_html(
            '<a class="{}" href="{}" data-term="{}" title="{}">{}</a>', look, address, term, title, words
        )

    def field(self, name: str, text: str, words: str | None = None) -> SafeString | str:
        """A field's value, by default in its own words; nothing where upstream said nothing."""
        return (
            self.link(field_term(name, text), cut(text) if words is None else words, title=cut_title(text))
            if text
            else ""
        )

    def status(self, session: Session) -> SafeString:
        status = self.link(field_term("status", session.status), session_status(session), "term-status")
        return format_html('<div class="row-line">{}{}</div>', status, badges(session))

    def id(self, session: Session) -> SafeString:
        return format_html(
            '<a class="mono" href="{}" title="{}" data-row-link>{}</a>', page_of(session), session.id, session.short_id
        )

    def project(self, session: Session) -> SafeString | str:
        return self.field("project", session.project_name) or NOT_KNOWN

    def region(self, session: Session) -> SafeString | str:
        return self.field("region", session.region)

    def metadata(self, session: Session) -> SafeString:
        leaves = ((path, value) for path, value in session.metadata_leaves() if path not in self.own_paths)
        chips = ((self.chip(path, value),) for path, value in islice(leaves, MOST_CHIPS))
        return format_html('<div class="chips">{}</div>', format_html_join("", "{}", chips))

    def chip(self, path: Path, value: Any) -> SafeString | str:
        key, text = ".".join(path), as_text(value)
        words = format_html('<span class="chip-key">{}</span> {}', cut(key, 32), cut(text, 40))
        return self.link(leaf_term(path, value), words, "chip", f"{key} = {cut_title(text)}")

    def metadata_value(self, session: Session, path: Path) -> SafeString | str:
        value = value_at(session.user_metadata, path)
        if value is NOT_THERE:
            return ""
        text = as_text(value)
        return self.link(leaf_term(path, value), cut(text) or "(empty)", title=cut_title(text))

    def started(self, session: Session) -> SafeString | str:
        return self.day("started", session.started_at)

    def ended(self, session: Session) -> SafeString | str:
        return self.day("ended", session.ended_at) if session.ended_at or not session.is_over else NOT_KNOWN

    def day(self, name: str, moment: datetime | None) -> SafeString | str:
        """A moment; its link is to the day on which it is for the reader."""
        if moment is None:
            return ""
        return self.link(field_term(name, f"{moment.astimezone(self.zone):%Y-%m-%d}"), ago(moment))

    def duration(self, session: Session) -> SafeString:
        words = ran(session.started_at, session.duration, session.is_over)
        return format_html('{}<span class="nowrap">{}</span>', run_meter(session), words)

    def expires(self, session: Session) -> SafeString | str:
        """Of one that is over, a mere date: nothing expires any more."""
        if session.expires_at is None:
            return ""
        return clock(session.expires_at) if session.is_over else ago(session.expires_at)

    def keep_alive(self, session: Session) -> SafeString | str:
        return self.field("keep_alive", str(session.keep_alive).lower(), "yes" if session.keep_alive else "no")

    def context(self, session: Session) -> SafeString | str:
        return self.field(
            "context", session.context_id, format_html('<span class="mono">{}</span>', session.context_id[:ID_SHOWN])
        )

    def proxy(self, session: Session) -> str:
        return bytes_of(session.proxy_bytes)

    def by(self, session: Session) -> SafeString | str:
        if session.created_by is None:
            return NOT_KNOWN
        return self.field("by", str(session.created_by), "you" if session.created_by == self.user else None)


WRITERS: dict[str, Callable[[Cells, Session], SafeString | str]] = {
    "status": Cells.status,
    "id": Cells.id,
    "project": Cells.project,
    "region": Cells.region,
    "metadata": Cells.metadata,
    "started": Cells.started,
    "ended": Cells.ended,
    "duration": Cells.duration,
    "expires": Cells.expires,
    "keep_alive": Cells.keep_alive,
    "context": Cells.context,
    "proxy": Cells.proxy,
    "by": Cells.by,
}


def opening(session: Session) -> SafeString:
    words = f"Session {session.short_id}"
    return format_html(
        '<a href="{}" title="{}" aria-label="{}" data-row-link>Open</a>', page_of(session), session.id, words
    )


def page_of(session: Session) -> str:
    return reverse("session", args=[session.id])


def value_at(metadata: Any, path: Path) -> Any:
    """What the metadata hold there, NOT_THERE where they hold nothing; null is something."""
    for key in path:
        if not isinstance(metadata, dict) or key not in metadata:
            return NOT_THERE
        metadata = metadata[key]
    return metadata


def cut(text: str, longest: int = LONGEST_TEXT) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def cut_title(text: str) -> str:
    return cut(text, LONGEST_TITLE)
