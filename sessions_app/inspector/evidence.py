"""What there is to judge a session by, and what is missing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sessions_app.browserbase import ReplayList, ReplayPage, errors
from sessions_app.models import Session

from .log.opened import Log, as_time
from .opening import open_log
from .verdict import Verdict, verdict_of

#: Upstream films no more tabs than that.
FILMED_TABS = 10
REPLAYS_READ_S = 8.0
_EPOCH_MS = 1e11


@dataclass(frozen=True)
class Film:
    """What one tab's film shows, in milliseconds since the session's start; None where upstream does not say."""

    page_id: str
    from_ms: float | None
    to_ms: float | None


@dataclass(frozen=True)
class Evidence:
    """`log` is None where upstream has none (any more), `replays` where that could not be told.

    Coverage is the share of the run, 0 to 1. `replay_ms` is how long the films show something, `run_ms` how long the
    session ran, so far while it runs.
    """

    log: Log | None
    replays: ReplayList | None
    films: list[Film]
    run_ms: float
    log_from: datetime | None
    log_to: datetime | None
    log_coverage: float
    replay_coverage: float | None
    verdict: Verdict
    kept_until: datetime | None  # None: not known

    @property
    def entries(self) -> int:
        return len(self.log) if self.log else 0

    @property
    def replay_ms(self) -> float | None:
        return None if self.replay_coverage is None else self.replay_coverage * self.run_ms

    @property
    def tabs(self) -> int:
        """As many as the log names."""
        return len([lane for lane in self.log.lanes if lane.page is not None]) if self.log else 0

    @property
    def tabs_not_filmed(self) -> int:
        """Beyond those that upstream films at all."""
        return max(self.tabs - FILMED_TABS, 0)

    @property
    def bodies_missing(self) -> int:
        """Requests whose answer had a body that is not in the log, which is the usual thing."""
        requests = self.log.requests if self.log else []
        return sum(request.response is not None and request.body is None for request in requests)

    @property
    def post_data_missing(self) -> int:
        """Requests that were sent with a body of which the log tells only that."""
        requests = self.log.requests if self.log else []
        return sum(r.has_post_data and r.post_data is None and not r.post_bytes for r in requests)

    @property
    def only_raw(self) -> int:
        """Messages that could not be understood, or belong to no request in the log."""
        return self.log.unreadable + self.log.unpaired if self.log else 0


def read_evidence(session: Session) -> Evidence:
    """Asks upstream for the log and the films. Raises UpstreamError where the log could not be had."""
    try:
        log = open_log(session)
    except errors.NotFound:
        log = None
    return evidence_of(session, log, read_replays(session))


def read_replays(session: Session) -> ReplayList | None:
    """None where upstream does not say; it has no films of a session that is not over."""
    if not session.is_over:
        return ReplayList(0, [])
    try:
        return session.account.client().traces.replays(session.id, total_s=REPLAYS_READ_S)
    except errors.NotFound:
        return ReplayList(0, [])
    except errors.UpstreamError:
        return None


def evidence_of(session: Session, log: Log | None, replays: ReplayList | None) -> Evidence:
    begin_ms = session.started_at.timestamp() * 1000
    run = (begin_ms, begin_ms + session.duration.total_seconds() * 1000)
    first, last = (log.pace.first_ms, log.pace.last_ms) if log else (None, None)
    films = [film_of(page, begin_ms) for page in replays.pages] if replays else []
    return Evidence(
        log=log,
        replays=replays,
        films=films,
        run_ms=run[1] - run[0],
        log_from=as_time(first) if first is not None else None,
        log_to=as_time(last) if last is not None else None,
        log_coverage=share_of(run, [(first, last)] if first is not None and last is not None else []),
        replay_coverage=replay_coverage(session, run[1] - run[0], replays, films),
        verdict=verdict_of(session, log),
        kept_until=kept_until(session),
    )


def kept_until(session: Session) -> datetime | None:
    """By the account's plan, which no answer of upstream tells: somebody has to say it here."""
    days = session.account.keeps_days
    if not days or not session.is_ended:
        return None
    return session.started_at + session.duration + timedelta(days=days)


def film_of(page: ReplayPage, begin_ms: float) -> Film:
    times = (None if ms is None else since_start(ms, begin_ms) for ms in (page.start_ms, page.end_ms))
    return Film(page.page_id, *times)


def since_start(ms: float, begin_ms: float) -> float:
    """Documented as since the session's start; since 1970 cannot be mistaken for it."""
    return ms - begin_ms if ms > _EPOCH_MS else ms


def replay_coverage(session: Session, run_ms: float, replays: ReplayList | None, films: list[Film]) -> float | None:
    """None where nothing tells: upstream makes films once a session is over."""
    if replays is None or not (session.is_ended or films):
        return None
    times = [(film.from_ms, film.to_ms) for film in films if film.from_ms is not None and film.to_ms is not None]
    return None if replays.page_count and not times else share_of((0.0, run_ms), times)


def share_of(run: tuple[float, float], spans: list[tuple[float, float]]) -> float:
    """The part of the run that the spans cover together, 0 to 1."""
    covered, until = 0.0, run[0]
    for begin, end in sorted(spans):
        begin, end = max(begin, until), min(end, run[1])
        if end > begin:
            covered, until = covered + end - begin, end
    return round(min(covered / (run[1] - run[0]), 1.0), 6) if run[1] > run[0] else 0.0
