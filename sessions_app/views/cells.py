"""The cells of the list: one session in one column, as HTML. Written here and not in a template: it is much faster."""

from collections.abc import Callable
from datetime import datetime, tzinfo
from functools import cache
from html import escape
from itertools import islice
from typing import Any
from urllib.parse import quote

from django.urls import reverse
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
NOT_KNOWN = '<span class="quiet">not known</span>'

Html = str  # escaped where it is put together: fifty rows of format_html would cost more than their search


class Cells:
    """Writes rows for one reader. `edit` is what stands between `?` and `add=…` in a link that changes the query."""

    def __init__(self, look: Look, edit: str, user: object, zone: tzinfo) -> None:
        self.columns = look.columns
        self.own_paths = {column.path for column in look.columns if column.path}
        self.has_id = look.has_id
        self.base = escape(f"?{edit}add=")
        self.user = user
        self.zone = zone
        self.link = cache(self.link)  # type: ignore[method-assign]  # most values occur in many rows

    def row(self, session: Session) -> SafeString:
        """Every cell in its order; where the id is no column, a link in its place at the end."""
        cells = "".join(self.cell(column, session) for column in self.columns)
        return SafeString(cells if self.has_id else f'{cells}<td class="cell-open">{opening(session)}</td>')

    def cell(self, column: Column, session: Session) -> Html:
        if column.path:
            inside = self.metadata_value(session, column.path)
            return f'<td class="cell-path" data-label="{escape(cut(column.title, 40))}">{inside}</td>'
        return f'<td class="cell-{column.name}">{WRITERS[column.name](self, session)}</td>'

    def link(self, term: str, words: Html, look: str = "term", title: str = "") -> Html:
        """Words that narrow the list to their term; plain ones where the term is too long for a query."""
        title = f' title="{escape(title)}"' if title else ""
        if len(term) > LONGEST_TERM:
            return f'<span class="{look}"{title}>{words}</span>'
        address = f'href="{self.base}{quote(term, safe="")}" data-term="{escape(term)}"'
        return f'<a class="{look}" {address}{title}>{words}</a>'

    def text(self, term: str, text: str, words: Html = "") -> Html:
        """A value by its link, in its own words unless there are others; cut ones are whole in the title."""
        shown = cut(text)
        return self.link(term, words or escape(shown), title=cut(text, LONGEST_TITLE) if words or shown != text else "")

    def field(self, name: str, text: str, words: Html = "") -> Html:
        """A field's value; nothing where upstream said nothing."""
        return self.text(field_term(name, text), text, words) if text else ""

    def status(self, session: Session) -> Html:
        status = self.link(field_term("status", session.status), session_status(session), "term-status")
        return f'<div class="row-line">{status}{badges(session)}</div>'

    def id(self, session: Session) -> Html:
        address = f'href="{escape(page_of(session))}" title="{escape(session.id)}"'
        return f'<a class="mono" {address} data-row-link>{escape(session.short_id)}</a>'

    def project(self, session: Session) -> Html:
        return self.field("project", session.project_name) or NOT_KNOWN

    def region(self, session: Session) -> Html:
        return self.field("region", session.region)

    def metadata(self, session: Session) -> Html:
        leaves = (leaf for leaf in session.metadata_leaves() if leaf[0] not in self.own_paths)
        return f'<div class="chips">{"".join(self.chip(*leaf) for leaf in islice(leaves, MOST_CHIPS))}</div>'

    def chip(self, path: Path, value: Any) -> Html:
        key, text = ".".join(path), as_text(value)
        words = f'<span class="chip-key">{escape(cut(key, 32))}</span> {escape(cut(text, 40))}'
        return self.link(leaf_term(path, value), words, "chip", f"{key} = {cut(text, LONGEST_TITLE)}")

    def metadata_value(self, session: Session, path: Path) -> Html:
        value = value_at(session.user_metadata, path)
        if value is NOT_THERE:
            return ""
        return self.text(leaf_term(path, value), as_text(value), "" if as_text(value) else "(empty)")

    def started(self, session: Session) -> Html:
        return self.day("started", session.started_at)

    def ended(self, session: Session) -> Html:
        return self.day("ended", session.ended_at) if session.ended_at or not session.is_over else NOT_KNOWN

    def day(self, name: str, moment: datetime | None) -> Html:
        """A moment; its link is to the day on which it is for the reader."""
        if moment is None:
            return ""
        return self.link(field_term(name, f"{moment.astimezone(self.zone):%Y-%m-%d}"), ago(moment))

    def duration(self, session: Session) -> Html:
        words = ran(session.started_at, session.duration, session.is_over)
        return f'{run_meter(session)}<span class="nowrap">{words}</span>'

    def expires(self, session: Session) -> Html:
        """Of one that is over, a mere date: nothing expires any more."""
        if session.expires_at is None:
            return ""
        return clock(session.expires_at) if session.is_over else ago(session.expires_at)

    def keep_alive(self, session: Session) -> Html:
        return self.link(*("keep_alive:true", "yes") if session.keep_alive else ("keep_alive:false", "no"))

    def context(self, session: Session) -> Html:
        words = f'<span class="mono">{escape(session.context_id[:ID_SHOWN])}</span>'
        return self.field("context", session.context_id, words)

    def proxy(self, session: Session) -> Html:
        return bytes_of(session.proxy_bytes)

    def by(self, session: Session) -> Html:
        if session.created_by is None:
            return NOT_KNOWN
        return self.field("by", str(session.created_by), "you" if session.created_by == self.user else "")


WRITERS: dict[str, Callable[[Cells, Session], Html]] = {
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


def opening(session: Session) -> Html:
    address = f'href="{escape(page_of(session))}" title="{escape(session.id)}"'
    return f'<a {address} aria-label="Open session {escape(session.short_id)}" data-row-link>Open</a>'


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
