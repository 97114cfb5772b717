"""The films of a session, for whoever watches them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sessions_app.browserbase import ReplayList, errors
from sessions_app.models import Session

from .evidence import REPLAYS_READ_S, Film, film_of, replay_coverage
from .words import lasting

#: How long after a session's end its films may still be on their way; upstream tells nothing of it.
TAKE = timedelta(minutes=10)
#: Whoever misses less of the run than that need not be told.
_NO_GAP, _NO_GAP_MS = 0.95, 2000


@dataclass(frozen=True)
class Films:
    """`coverage` is the share of the run that the films show together, 0 to 1, None where nothing tells.

    `is_gone` where upstream does not know of any, which is more than having none just now.
    """

    films: list[Film]
    coverage: float | None
    run_ms: float
    is_gone: bool = False

    def film(self, page_id: str) -> Film | None:
        """The one of this tab, else the first."""
        return next((film for film in self.films if film.page_id == page_id), self.films[0] if self.films else None)

    @property
    def gap_words(self) -> str:
        """`Replay covers 4 s of 15 min.`, or "" where it covers all or nothing tells."""
        if self.coverage is None or not self.films:
            return ""
        covered_ms = self.coverage * self.run_ms
        if self.coverage >= _NO_GAP or self.run_ms - covered_ms < _NO_GAP_MS:
            return ""
        return f"Replay covers {lasting(covered_ms / 1000)} of {lasting(self.run_ms / 1000)}."


def read_films(session: Session) -> Films:
    """Asks upstream. No film is an answer too; raises UpstreamError where there is no answer."""
    begin_ms, run_ms = session.started_at.timestamp() * 1000, session.duration.total_seconds() * 1000
    try:
        replays = replays_of(session)
    except errors.NotFound:
        return Films([], None, run_ms, is_gone=True)
    films = list({page.page_id: film_of(page, begin_ms) for page in replays.pages}.values())
    return Films(films, replay_coverage(session, run_ms, replays, films), run_ms)


def replays_of(session: Session) -> ReplayList:
    """Upstream films no session that is not over, so it is not asked."""
    if not session.is_over:
        return ReplayList(0, [])
    return session.account.client().traces.replays(session.id, total_s=REPLAYS_READ_S)


def may_still_come(session: Session) -> bool:
    """Whether the session has been over for so short a time that its films may be on their way."""
    end = session.ended_at or session.last_known_end
    return session.is_over and end is not None and datetime.now(UTC) - end < TAKE
