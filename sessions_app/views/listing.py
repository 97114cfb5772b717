"""One page of the list of sessions and what lies around it."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sessions_app.models import Session
from sessions_app.query.hints import Hint
from sessions_app.query.live import live
from sessions_app.query.search import COUNTED, Found, bounded, search
from sessions_app.query.walk import Stretch

from .asking import Asked, hint
from .cursor import Cursor

NEW_COUNTED_TO = 99
RUNNING_COUNTED_TO = 1_000


@dataclass
class Listing:
    """`rows` are at most `asked.limit`. Raises TooSlow."""

    asked: Asked
    counted: int = COUNTED
    found: Found = field(init=False)
    rows: list[Session] = field(init=False)

    def __post_init__(self) -> None:
        counted = max(self.counted - self.passed, 0)
        self.found = search(self.asked.question, self.asked.stretch, self.asked.limit + 1, counted)
        shown = Session.objects.filter(pk__in=self.found.ids[: self.asked.limit])
        self.rows = list(shown.newest_first().for_display()) if self.found.ids else []

    @property
    def passed(self) -> int:
        """Matches before this page."""
        return min(self.asked.cursor.passed, COUNTED) if self.asked.cursor else 0

    @property
    def met(self) -> int:
        """Matches from the newest on, as far as they were counted."""
        return self.passed + self.found.count

    @cached_property
    def came_above(self) -> int:
        """Matches that came in above the top that the reader holds, counted to one past NEW_COUNTED_TO."""
        if not self.asked.top:
            return 0
        return search(self.asked.question, Stretch(above=self.asked.top), most=0, counted=NEW_COUNTED_TO).count

    @property
    def count(self) -> int:
        """Those of now, shown or not, as `running` counts them."""
        return min(self.met + self.came_above, COUNTED)

    @property
    def is_capped(self) -> bool:
        is_cut = self.met + self.came_above > COUNTED or self.came_above > NEW_COUNTED_TO
        return is_cut or self.found.edge is not None

    @property
    def count_words(self) -> str:
        return f"{self.count:,}+" if self.is_capped else f"{self.count:,}"

    @property
    def searched_back_to(self) -> datetime | None:
        """None once all was searched."""
        return self.found.edge.started_at if self.found.edge else None

    @property
    def next(self) -> Cursor | None:
        """Where the next page begins; it can be without rows, where a long search goes on."""
        if len(self.found.ids) > self.asked.limit and self.rows:
            return Cursor.of(self.rows[-1], self.passed + self.asked.limit)
        edge = self.found.edge
        return Cursor(edge.started_at, edge.session_id, self.met) if edge else None

    @cached_property
    def hint(self) -> Hint | None:
        """Why nothing at all was found, where that is so."""
        return None if self.rows or self.asked.cursor or self.found.edge else hint(self.asked.question)

    @property
    def mended(self) -> str:
        """The address, from its `?` on, with what was probably meant by a query that finds nothing."""
        return replace(self.asked, q=self.hint.meant if self.hint else "").url("")

    @property
    def is_full(self) -> bool:
        return len(self.found.ids) > self.asked.limit

    @property
    def top(self) -> str:
        return str(Cursor.of(self.rows[0])) if self.rows else ""

    @cached_property
    def running(self) -> int:
        """How many of the matches hold slots, counted to a little past RUNNING_COUNTED_TO."""
        with bounded():
            return live(self.asked.question)[: RUNNING_COUNTED_TO + 1].count()

    @property
    def head_words(self) -> str:
        """10,000+ match, 3 running"""
        if not self.count and not self.is_capped:
            return ""
        several = self.count != 1
        noun = ("match" if several else "matches") if self.asked.q else ("sessions" if several else "session")
        running = f"{min(self.running, RUNNING_COUNTED_TO):,}{'+' if self.running > RUNNING_COUNTED_TO else ''}"
        return f"{self.count_words} {noun}{f', {running} running' if self.running else ''}"

    @property
    def place_words(self) -> str:
        """50 of 10,000+; on later pages, as far as is counted, which of them: 51 to 100 of 213"""
        last = self.passed + len(self.rows)
        if not self.passed:
            return f"{last:,} of {self.count_words}"
        return f"{self.passed + 1:,} to {last:,} of {self.count_words}" if last <= self.count else ""

    @property
    def new_words(self) -> str:
        """How many wait above the rows that are shown, "" for none."""
        return f"{NEW_COUNTED_TO}+" if self.came_above > NEW_COUNTED_TO else str(self.came_above or "")
